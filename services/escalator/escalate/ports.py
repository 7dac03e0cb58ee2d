"""What the verb needs of the world, and the words of one decision's gathering."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from services.escalator.domain.conversation import Conversation, Json
from services.escalator.domain.transcript import Line
from services.escalator.escalate.draft import Draft
from shared.clock import Clock
from shared.events import AppSettings, Session, User
from shared.kafka.records import Record


def to_json(model: User | Session | None) -> Json | None:
    """Return *model* as plain values, without what nobody said.

    Both came from JSON and hold no models, so that the serializer, which every message
    would pay for twice, has nothing to do.
    """
    if model is None:
        return None
    return {name: value for name, value in model if value is not None}


class Decided(Protocol):
    """The ledger: a lane's facts in order, and whether a record was decided."""

    async def facts(self, lane: str) -> list[Json]: ...
    async def has(self, source_id: str) -> bool: ...


class Numbers(Protocol):
    """Hands out an app's numbers; gaps are allowed, repeats are not."""

    async def next(self, app_id: str) -> int: ...


class Apps(Protocol):
    """What is known of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...


@dataclass(slots=True)
class History:
    """The facts of a conversation: its lines, and what its escalations were given."""

    lines: list[Line]
    packets: dict[str, bytes]
    """Packets by escalation id; their transcripts may be left out."""
    added: dict[str, list[str]]
    """What was added to each escalation after its opening."""

    @classmethod
    def read(cls, facts: Sequence[Json]) -> "History":
        """Return the history that *facts* tell."""
        history = cls([], {}, {})
        for fact in facts:
            history.take(fact)
        return history

    def take(self, fact: Json) -> None:
        """Take one decision's fact."""
        if (line := fact.get("line")) is not None:
            self.lines.append(Line.from_fact(line))
        for escalation_id, packet in fact.get("packets", ()):
            self.packets[escalation_id] = bytes(packet)
        for escalation_id, text in fact.get("added", ()):
            self.added.setdefault(escalation_id, []).append(text)


@dataclass(frozen=True, slots=True)
class Ports:
    """The world as the verb sees it."""

    decided: Decided
    numbers: Numbers
    apps: Apps
    clock: Clock
    public_url: str
    proof_wait: timedelta
    """How long the user waits for a destination to accept before hearing "saved"."""
    trigger_wait: timedelta
    """How long a request waits for its message before it is opened without it."""

    def draft(self, conversation: Conversation, record: Record) -> Draft:
        """Begin a decision about *record*."""
        known = self.apps.get(conversation.app_id)
        now = self.clock.now()
        return Draft(
            conversation=conversation,
            record=record,
            now=now,
            app=known or AppSettings(app_id=conversation.app_id, updated_at=now),
            public_url=self.public_url,
        )

    async def history(self, draft: Draft, fresh: Sequence[Json]) -> History:
        """Return all that was said and given, this decision's own fact included."""
        stored = await self.decided.facts(draft.record.lane)
        return History.read([*stored, *fresh, draft.fact])
