"""The escalator's verb in a world of fakes: say, resolve, deliver, wait, and look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import bson
import orjson

from services.escalator.escalate.orders import Order
from services.escalator.escalate.ports import Ports
from services.escalator.handlers import Handlers
from services.escalator.repository.states import ConversationStates
from shared import events, ids, topics
from shared.kafka.decisions import (
    ConflictError,
    DecisionWorker,
    Entry,
    Loaded,
    Stored,
    Timer,
)
from shared.kafka.records import Done, Outgoing, Record

APP = "acme"
CONVERSATION = "c-42"
START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SAID_AT = START - timedelta(seconds=1)


class FakeLedger:
    """The ledger in memory: insert-once, numbered per lane, all or nothing."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.timers: dict[str, Timer] = {}
        self.documents: dict[str, dict[str, dict[str, Any]]] = {}
        self.conflicts = 0
        """How many appends to refuse, as if another owner had been faster."""

    async def load(self, source_ids, lanes) -> Loaded:
        decided = {
            each: Stored(self.entries[each].position, self.entries[each].outputs)
            for each in source_ids
            if each in self.entries
        }
        states = {}
        for entry in self.entries.values():
            if entry.lane in lanes:
                states[entry.lane] = (entry.number, entry.state)
        return Loaded(decided, states)

    async def append(self, entries) -> None:
        if self.conflicts:
            self.conflicts -= 1
            raise ConflictError
        taken = {(each.lane, each.number) for each in self.entries.values()}
        for entry in entries:
            if entry.source_id in self.entries or (entry.lane, entry.number) in taken:
                raise ConflictError
        for entry in entries:
            self._store(entry)

    def _store(self, entry: Entry) -> None:
        self.entries[entry.source_id] = entry
        bson.encode({"fact": entry.fact})  # what MongoDB would refuse, we refuse
        for timer in entry.timers:
            bson.encode({"payload": timer.payload})
            self.timers.setdefault(timer.timer_id, timer)
        for document in entry.documents:
            bson.encode(document.document)
            rows = self.documents.setdefault(document.collection, {})
            rows[document.document["_id"]] = document.document

    async def facts(self, lane: str) -> list[dict[str, Any]]:
        return [
            each.fact
            for each in self.entries.values()
            if each.lane == lane and each.fact is not None
        ]

    async def has(self, source_id: str) -> bool:
        return source_id in self.entries


class FakeNumbers:
    def __init__(self) -> None:
        self.last = 1000

    async def next(self, app_id: str) -> int:
        self.last += 1
        return self.last


class FakeApps:
    def __init__(self) -> None:
        self.apps: dict[str, events.AppSettings] = {}

    def get(self, app_id: str) -> events.AppSettings | None:
        return self.apps.get(app_id)


class SetClock:
    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment


class World:
    """Feeds records to the real worker and verb and remembers what is published."""

    def __init__(self, *, conversation_id: str = CONVERSATION) -> None:
        self.ledger = FakeLedger()
        self.apps = FakeApps()
        self.clock = SetClock()
        self.numbers = FakeNumbers()
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
        self.apps.apps[APP] = events.AppSettings(
            app_id=APP,
            name="Acme",
            updated_at=START,
            preferences=events.Preferences(**parts),
        )

    def restart(self) -> None:
        """Begin with nothing in memory, as after a crash."""
        ports = Ports(
            decided=self.ledger,
            numbers=self.numbers,
            apps=self.apps,
            clock=self.clock,
            public_url="https://desk.example.com",
            proof_wait=timedelta(seconds=3),
            trigger_wait=timedelta(seconds=30),
        )

        def unexpected(_: Record, error: Exception) -> None:
            raise AssertionError(repr(error)) from error

        self.handlers = Handlers(ports)
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
            value=b"",
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

    def of_failed(self, request: dict[str, Any]) -> Record:
        event = events.NotificationFailed(
            **self._notice(request),
            channel="email",
            failed_at=self.clock.now(),
            reason="gave_up",
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
        self.worker.forget()
        for done in result.done:
            self.published += done.outputs
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
        self.clock.moment += timedelta(seconds=seconds)
        due = [each for each in self.ledger.timers.values() if self._is_due(each)]
        for timer in sorted(due, key=lambda each: each.due_at):
            del self.ledger.timers[timer.timer_id]
            await self.feed(self.of_timer(timer))

    def of_timer(self, timer: Timer) -> Record:
        return self.record("timer", timer, timer.timer_id, timer.lane)

    def _is_due(self, timer: Timer) -> bool:
        return timer.due_at <= self.clock.moment

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
        return self.ledger.documents["escalator_escalations"][escalation_id]
