"""The escalator's verb in a world of fakes: say, resolve, deliver, wait, and look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from pydantic import TypeAdapter

from services.escalator.domain.promises.expectation import NO_PAST, Past
from services.escalator.escalate.drafting.beside import CONTEXTS
from services.escalator.escalate.grouping.noise import NoNoise
from services.escalator.escalate.lifecycle.orders import Order
from services.escalator.escalate.ports import NoOffers, Offers, Ports
from services.escalator.handlers import Handlers
from services.escalator.redacting import Redacting
from services.escalator.repository.conversations.histories import Histories
from services.escalator.repository.conversations.states import ConversationStates
from shared import events, ids, topics
from shared.kafka.deciding.decisions import Timer
from shared.kafka.deciding.worker import DecisionWorker
from shared.kafka.records import Done, Outgoing, Record, outgoing
from shared.kafka.working.intake import UNIONS
from shared.mongo.seal import Seal
from shared.topics.catalogue import (
    BY_NAME,
)
from shared.wording.languages import load_languages
from tests.support.fakes import FakeApps, FakeClock, FakeLedger, app

APP = "acme"
CONVERSATION = "c-42"
SEAL = Seal(["a key"], purpose=b"tests")
START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SAID_AT = START - timedelta(seconds=1)


class FakeContexts:
    """What the ledger wrote of `escalator_contexts`."""

    def __init__(self, ledger: FakeLedger) -> None:
        self._ledger = ledger

    async def get(self, wanted: list[str]) -> dict[str, bytes]:
        return {
            document_id: document["body"]
            for (name, document_id), document in self._ledger.documents.items()
            if name == CONTEXTS and document_id in wanted
        }


class FakePasts:
    """How long people took, by app; nothing is known of the others."""

    def __init__(self) -> None:
        self.known: dict[str, Past] = {}

    def of(self, app_id: str) -> Past:
        return self.known.get(app_id, NO_PAST)


class FakeNumbers:
    def __init__(self) -> None:
        self.last = 1000

    async def next(self, app_id: str) -> int:
        self.last += 1
        return self.last


def assert_as_the_model_writes_it(output: Outgoing) -> None:
    """Hold what was written without the contract's model to that model."""
    topic = BY_NAME[output.topic]
    model = UNIONS.get(topic.name) or TypeAdapter(topic.events[0])
    event = model.validate_json(output.value)
    said = orjson.loads(output.value)
    assert said == event.model_dump(mode="json", by_alias=True)
    expected = outgoing(topic, event, source="escalator")
    ours, theirs = dict(output.headers), dict(expected.headers)
    assert output.key == expected.key
    assert ours.pop("traceparent")[:2] == theirs.pop("traceparent")[:2]
    assert ours == theirs


class World:
    """Feeds records to the real worker and verb and remembers what is published."""

    def __init__(
        self, *, conversation_id: str = CONVERSATION, forgetful: bool = True
    ) -> None:
        self.forgetful = forgetful
        self.ledger = FakeLedger()
        self.beside: Any = None
        self.offers: Offers = NoOffers()
        self.noise: Any = NoNoise()
        self.fired: set[str] = set()
        self.apps = FakeApps()
        self.clock = FakeClock(START)
        self.numbers = FakeNumbers()
        self.pasts = FakePasts()
        self.conversation_id = conversation_id
        self.published: list[Outgoing] = []
        self.reasons: list[str] = []
        self.offset = 0
        self.prefer()
        self.restart()

    @property
    def lane(self) -> str:
        return ids.conversation_key(APP, self.conversation_id)

    def prefer(self, **parts: Any) -> None:
        preferences = events.Preferences(**parts)
        self.apps.known[APP] = app(APP, name="Acme", preferences=preferences)

    def restart(self) -> None:
        """Begin with nothing in memory, as after a crash."""
        self.ports = ports = Ports(
            decided=Histories(self.ledger),
            beside=self.beside or FakeContexts(self.ledger),
            numbers=self.numbers,
            apps=self.apps,
            clock=self.clock,
            public_url="https://desk.example.com",
            proof_wait=timedelta(seconds=3),
            trigger_wait=timedelta(seconds=30),
            noise=self.noise,
            languages=load_languages(),
            pasts=self.pasts,
            offers=self.offers,
        )

        def unexpected(_: Record, error: Exception) -> None:
            raise AssertionError(repr(error)) from error

        self.handlers = Redacting(Handlers(ports), apps=self.apps, seal=SEAL)
        self.worker = DecisionWorker(
            self.handlers,
            states=ConversationStates(),
            ledger=self.ledger,
            clock=self.clock,
            on_unexpected=unexpected,
        )

    # Records

    def record(self, topic: str, event: Any, source_id: str, lane: str = "") -> Record:
        self.offset += 1
        return Record(
            topic=topic,
            partition=0,
            offset=self.offset,
            value=b"" if isinstance(event, Timer) else event.model_dump_json().encode(),
            event=event,
            lane=lane or self.lane,
            source_id=source_id,
        )

    def of_event(self, body: dict[str, Any]) -> Record:
        event = events.CONVERSATION_EVENT.validate_python(
            {
                "app_id": APP,
                "conversation_id": self.conversation_id,
                "occurred_at": SAID_AT,
                **body,
            }
        )
        source_id = ids.derive("event", APP, event.event_id)
        return self.record(topics.CONVERSATION_EVENTS.name, event, source_id)

    def of_message(
        self, event_id: str, text: str, *, role: str = "user", **body: Any
    ) -> Record:
        message = {"role": role, "text": text}
        return self.of_event(
            {"type": "message", "event_id": event_id, "message": message, **body}
        )

    def of_ours(self, topic: topics.Topic, event: Any) -> Record:
        source_id = ids.derive(topic.name, event.identity)
        return self.record(topic.name, event, source_id)

    def of_unresolved(self, event_id: str, **body: Any) -> Record:
        event = events.ConversationUnresolved(
            **{
                "app_id": APP,
                "conversation_id": self.conversation_id,
                "occurred_at": SAID_AT,
                "request_id": ids.derive("request", APP, event_id),
                "event_id": event_id,
                "reason": "no_match",
                **body,
            }
        )
        return self.of_ours(topics.CONVERSATION_UNRESOLVED, event)

    def of_delivered(self, request: dict[str, Any], **body: Any) -> Record:
        event = events.NotificationDelivered(
            **self._notice(request),
            channel="email",
            delivered_at=self.clock.now(),
            proof="250 2.0.0 Ok",
            attempts=1,
            **body,
        )
        return self.of_ours(topics.NOTIFICATION_DELIVERED, event)

    def of_failed(
        self, request: dict[str, Any], *, reason: str = "unsafe_headers"
    ) -> Record:
        event = events.NotificationFailed(
            **self._notice(request),
            channel="email",
            failed_at=self.clock.now(),
            reason=reason,
            attempts=14,
        )
        return self.of_ours(topics.NOTIFICATION_FAILED, event)

    def of_answer(self, request: dict[str, Any], **body: Any) -> Record:
        event = events.NotificationReplyReceived(
            **{
                **self._notice(request),
                "reply_event_id": "r-1",
                "author": "Bo",
                **body,
            }
        )
        return self.of_ours(topics.NOTIFICATION_REPLY_RECEIVED, event)

    def _notice(self, request: dict[str, Any]) -> dict[str, Any]:
        kept = ("delivery_id", "escalation_id", "destination_id", "conversation_id")
        return {
            "app_id": APP,
            "occurred_at": self.clock.now(),
            **{key: request[key] for key in kept},
        }

    # Doing

    async def feed(self, *records: Record) -> list[Done]:
        """Work *records* of one lane as one batch, then forget all that is cached."""
        (result,) = await self.worker.work([list(records)])
        if self.forgetful:
            self.worker.forget()
        for done in result.done:
            self.published += done.outputs
            for output in done.outputs:
                assert_as_the_model_writes_it(output)
            self.reasons.append(done.reason)
        if result.failed is not None:
            raise result.failed.error
        return result.done

    async def say(self, event_id: str, text: str, **body: Any) -> str:
        return (await self.feed(self.of_message(event_id, text, **body)))[-1].reason

    async def leave_unresolved(self, event_id: str, **body: Any) -> str:
        return (await self.feed(self.of_unresolved(event_id, **body)))[-1].reason

    async def escalate(self, text: str = "Uploads over 10 MB fail") -> dict[str, Any]:
        """Say something that nobody can answer; return what was opened."""
        await self.say("e-1", text)
        await self.leave_unresolved("e-1", text=text)
        return self.opened[-1]

    async def order(self, escalation_id: str, command: str, **more: Any) -> str:
        order = Order(
            **{
                "escalation_id": escalation_id,
                "command": command,
                "actor": "Bo",
                "key": f"k-{self.offset}",
                **more,
            }
        )
        source_id = ids.derive("command", escalation_id, command, order.key)
        done = await self.feed(self.record("command", order, source_id))
        return done[-1].reason

    async def wait(self, seconds: float) -> None:
        """Let time pass and fire what is due, lane by lane."""
        self.clock.forward(seconds=seconds)
        due = {each.timer_id: each for each in self.ledger.timers if self._is_due(each)}
        for timer in sorted(due.values(), key=lambda each: each.due_at):
            self.fired.add(timer.timer_id)
            await self.feed(self.of_timer(timer))

    def of_timer(self, timer: Timer) -> Record:
        return self.record("timer", timer, timer.timer_id, timer.lane)

    def _is_due(self, timer: Timer) -> bool:
        return timer.due_at <= self.clock.now() and timer.timer_id not in self.fired

    # Looking

    def on(self, topic: topics.Topic) -> list[dict[str, Any]]:
        """Return the distinct values published on *topic*: repeats share an id."""
        once = {
            dict(each.headers)["ce_id"]: orjson.loads(each.value)
            for each in self.published
            if each.topic == topic.name
        }
        return list(once.values())

    @property
    def opened(self) -> list[dict[str, Any]]:
        return self.on(topics.ESCALATION_OPENED)

    @property
    def updates(self) -> list[dict[str, Any]]:
        return self.on(topics.ESCALATION_UPDATED)

    @property
    def requests(self) -> list[dict[str, Any]]:
        return self.on(topics.NOTIFICATION_REQUESTED)

    @property
    def replies(self) -> list[dict[str, Any]]:
        return self.on(topics.CONVERSATION_REPLIES)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Return type and status of every reply, in order."""
        return [(each["type"], each.get("status", "")) for each in self.replies]

    def stored(self, escalation_id: str) -> dict[str, Any]:
        return self.documents("escalator_escalations")[escalation_id]

    def documents(self, collection: str) -> dict[str, dict[str, Any]]:
        """Return the read model's documents of one collection, by id."""
        return {
            document_id: document
            for (name, document_id), document in self.ledger.documents.items()
            if name == collection
        }
