"""What the resolver's tests share: a ranker that finds what it is told, a desk."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import orjson
from pydantic import TypeAdapter

from services.resolver.domain.catalogue import Action, Parameter, Passage
from services.resolver.domain.conversation import Conversation
from services.resolver.domain.ranking import Candidate, Ranking, Rules
from services.resolver.handlers import Handlers
from services.resolver.resolve.resolver import Resolver
from services.resolver.resolve.states import ConversationStates
from shared import events, ids
from shared.events import CONVERSATION_EVENT
from shared.kafka.deciding.decisions import Timer
from shared.kafka.deciding.worker import DecisionWorker
from shared.kafka.records import Done, Record
from tests.support.fakes import NOON, FakeApps, FakeClock, FakeLedger, app

RULES = Rules(
    action=0.8,
    document=0.7,
    near_miss=0.3,
    lead=0.05,
    action_timeout=timedelta(seconds=30),
)
LANE = "acme:c-42"

RESET = Action(
    name="reset_password",
    description="Send a password reset link",
    parameters=(Parameter("email", required=True, form="email"),),
    examples=("I forgot my password",),
)
REFUND = Action(
    name="refund_order",
    description="Refund an order",
    parameters=(Parameter("order", kind="integer", required=True),),
    approval_required=True,
)
LIMITS = Passage(
    "upload-limits",
    "Upload limits",
    "Files may be up to 10 MB.",
    url="https://docs.example.com/upload",
)


def found(
    *, actions: dict[Any, float] | None = None, passages: dict[Any, float] | None = None
) -> Ranking:
    return Ranking(
        tuple(Candidate(score, action=each) for each, score in (actions or {}).items()),
        tuple(
            Candidate(score, passage=each) for each, score in (passages or {}).items()
        ),
        NOON,
        1.5,
    )


@dataclass
class FakeRanker:
    """Finds *ranking*, or what *by_text* holds; raises *failing* when set."""

    ranking: Ranking = field(default_factory=found)
    by_text: dict[str, Ranking] = field(default_factory=dict)
    failing: Exception | None = None
    asked: list[tuple[str, str, tuple[Action, ...]]] = field(default_factory=list)

    async def rank(
        self,
        app_id: str,
        text: str,
        actions: tuple[Action, ...],
        *,
        of_documents: bool = False,
    ) -> Ranking:
        self.asked.append((app_id, text, actions))
        if self.failing is not None:
            raise self.failing
        ranking = self.by_text.get(text, self.ranking)
        return replace(ranking, actions=()) if of_documents else ranking


@dataclass
class World:
    """The resolver on fakes, fed with events as platforms send them."""

    ranker: FakeRanker = field(default_factory=FakeRanker)
    clock: FakeClock = field(default_factory=FakeClock)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    apps: FakeApps = field(default_factory=lambda: FakeApps({"acme": app()}))
    offset: int = 0
    unexpected: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget all that is not in the ledger, as a new process does."""
        resolver = Resolver(
            ranker=self.ranker, apps=self.apps, clock=self.clock, defaults=RULES
        )
        self.worker = DecisionWorker(
            Handlers(resolver),
            states=ConversationStates(),
            ledger=self.ledger,
            clock=self.clock,
            on_unexpected=lambda _, error: self.unexpected.append(error),
        )

    def record(self, event: dict[str, Any]) -> Record:
        self.offset += 1
        parsed = CONVERSATION_EVENT.validate_python(
            {
                "app_id": "acme",
                "conversation_id": "c-42",
                "occurred_at": NOON.isoformat(),
                "event_id": f"e-{self.offset}",
                **event,
            }
        )
        return Record(
            topic="conversation.events",
            partition=0,
            offset=self.offset,
            value=orjson.dumps(event),
            event=parsed,
            lane=ids.conversation_key(parsed.app_id, parsed.conversation_id),
            source_id=ids.derive("event", parsed.app_id, parsed.event_id),
        )

    async def work(self, *records: Record) -> list[Done]:
        (result,) = await self.worker.work([records])
        assert self.unexpected == []
        assert result.failed is None
        return result.done

    async def send(self, **event: Any) -> "Told":
        (done,) = await self.work(self.record(event))
        return Told(done)

    async def say(self, text: str, **more: Any) -> "Told":
        user = {"id": "u-7", "email": "ana@example.com", "name": "Ana"}
        return await self.send(
            **{
                "type": "message",
                "message": {"role": "user", "text": text},
                "user": user,
                **more,
            }
        )

    async def hear(self, topic: str, event: Any) -> "Told":
        self.offset += 1
        record = Record(
            topic=topic,
            partition=3,
            offset=self.offset,
            value=b"{}",
            event=event,
            lane=LANE,
            source_id=ids.derive(topic, event.identity),
        )
        (done,) = await self.work(record)
        return Told(done)

    async def open_escalation(self, escalation_id: str = "esc-1") -> "Told":
        return await self.hear(
            "escalation.opened",
            events.EscalationOpened(
                app_id="acme",
                conversation_id="c-42",
                occurred_at=NOON,
                escalation_id=escalation_id,
                number="ESC-1",
                opened_at=NOON,
                reason=events.Reason.NO_MATCH,
                summary="",
                conversation=[],
            ),
        )

    async def update_escalation(
        self, to: str, *, revision: int, escalation_id: str = "esc-1", **more: Any
    ) -> "Told":
        event = {
            "app_id": "acme",
            "conversation_id": "c-42",
            "occurred_at": NOON,
            "update_id": f"{escalation_id}-{revision}",
            "escalation_id": escalation_id,
            "number": "ESC-1",
            "revision": revision,
            "change": "status",
            "from": "open",
            "to": to,
            "actor": "bo",
            "at": NOON,
            "reason": "resolved",
            **more,
        }
        return await self.hear(
            "escalation.updated", events.EscalationUpdated.model_validate(event)
        )

    async def change_escalation(
        self, change: str, *, revision: int, **more: Any
    ) -> "Told":
        """Tell of a change that leaves the escalation open."""
        return await self.update_escalation(
            "open", revision=revision, change=change, **more
        )

    async def fire(self, timer: Timer) -> "Told":
        record = Record(
            topic="timer",
            partition=0,
            offset=0,
            value=b"",
            event=timer,
            lane=timer.lane,
            source_id=timer.timer_id,
        )
        (done,) = await self.work(record)
        return Told(done)

    @property
    def state(self) -> Conversation:
        latest = max(self.ledger.entries.values(), key=lambda each: each.number)
        return ConversationStates().load(latest.state)


@dataclass
class Told:
    """What one record caused, read back as its topics' events."""

    done: Done

    @property
    def reason(self) -> str:
        return self.done.reason

    @property
    def topics(self) -> list[str]:
        return [each.topic for each in self.done.outputs]

    @property
    def reply(self) -> Any:
        return self._only("conversation.replies", events.REPLY)

    @property
    def resolved(self) -> events.ConversationResolved:
        return self._only(
            "conversation.resolved", TypeAdapter(events.ConversationResolved)
        )

    @property
    def unresolved(self) -> events.ConversationUnresolved:
        return self._only(
            "conversation.unresolved", TypeAdapter(events.ConversationUnresolved)
        )

    def _only(self, topic: str, adapter: TypeAdapter[Any]) -> Any:
        (output,) = [each for each in self.done.outputs if each.topic == topic]
        return adapter.validate_json(output.value)


def outputs_of(done: Done) -> list[tuple[str, bytes, bytes]]:
    return [(each.topic, each.key, each.value) for each in done.outputs]


def without_parameters(action: Action) -> Action:
    return replace(action, parameters=())
