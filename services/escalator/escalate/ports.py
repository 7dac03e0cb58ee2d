"""What the verb needs of the world, and the words of one decision's gathering."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from services.escalator.domain.conversation import (
    Conversation,
    Escalation,
    Json,
    Request,
)
from services.escalator.domain.transcripts.line import Line
from services.escalator.domain.transcripts.transcript import mark
from services.escalator.escalate.drafting.beside import (
    Beside,
    Whole,
    whole_context,
    whole_request,
)
from services.escalator.escalate.drafting.draft import Draft
from services.escalator.escalate.grouping.noise import Noise, NoNoise
from services.escalator.escalate.promises.expecting import NoPasts, Pasts
from shared.clock import Clock
from shared.events import AppSettings, Session, User
from shared.kafka.deciding.decisions import Decision, Document
from shared.kafka.records import Outgoing, Record
from shared.topics import ESCALATION_OPENED
from shared.wording.languages import Languages

Fresh = Sequence[Decision[Conversation]]
"""Decisions of the same conversation that the ledger does not know yet."""


SEALED = "sealed"
"""In a decision's fact: the originals of what was redacted, encrypted."""


def to_json(model: User | Session | None) -> Json | None:
    """Return *model* as plain values, without what nobody said.

    Both came from JSON and hold no models, so that the serializer, which every message
    would pay for twice, has nothing to do.
    """
    if model is None:
        return None
    said = {name: value for name, value in vars(model).items() if value is not None}
    if more := model.model_extra:
        said |= {name: value for name, value in more.items() if value is not None}
    return said


class Decided(Protocol):
    """The ledger: a lane's facts in order, and what a record's decision was."""

    async def facts(self, lane: str) -> list[Json]: ...
    async def has(self, source_id: str) -> bool: ...
    async def published(self, source_id: str) -> Sequence[Outgoing]: ...


class Numbers(Protocol):
    """Hands out an app's numbers; gaps are allowed, repeats are not."""

    async def next(self, app_id: str) -> int: ...


class Offers(Protocol):
    """Finds a member who has room for one more."""

    async def reserve(
        self, app_id: str, escalation_id: str, *, now: datetime
    ) -> str | None:
        """Return the address of who is given it, every time the same; None: nobody."""


class NoOffers:
    """Nobody is given anything unasked."""

    async def reserve(
        self, app_id: str, escalation_id: str, *, now: datetime
    ) -> str | None:
        """Return None."""
        del app_id, escalation_id, now
        return None


class Apps(Protocol):
    """What is known of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...


def packet_in(outputs: Sequence[Outgoing], escalation: Escalation) -> bytes | None:
    """Return the packet of *escalation* among a decision's *outputs*."""
    identity = ("ce_id", escalation.escalation_id.encode())
    for output in outputs:
        if output.topic == ESCALATION_OPENED.name and identity in output.headers:
            return output.value
    return None


@dataclass(slots=True)
class History:
    """The facts of a conversation: its lines, and what its escalations were given."""

    decided: Decided
    fresh: Fresh
    lines: list[Line] = field(default_factory=list)
    added: dict[str, list[str]] = field(default_factory=dict)
    """What was added to each escalation after its opening."""
    asked: dict[str, Json] = field(default_factory=dict)
    """What of each packet holds since its user asked again."""

    async def packet(self, escalation: Escalation) -> bytes | None:
        """Return what was published when *escalation* was opened, if it is known."""
        for decision in self.fresh:
            if (found := packet_in(decision.outputs, escalation)) is not None:
                return found
        outputs = await self.decided.published(escalation.opened_by)
        return packet_in(outputs, escalation)

    def take(self, fact: Json) -> None:
        """Take one decision's fact."""
        for event_id, at in fact.get("marks", ()):
            self.lines.append(mark(event_id, datetime.fromisoformat(at)))
        for line in fact.get("lines", ()):
            self.lines.append(Line.from_fact(line))
        self.asked.update(fact.get("asked", ()))
        for escalation_id, text in fact.get("added", ()):
            self.added.setdefault(escalation_id, []).append(text)


@dataclass(frozen=True, slots=True)
class Ports:
    """The world as the verb sees it."""

    decided: Decided
    beside: Beside
    numbers: Numbers
    apps: Apps
    clock: Clock
    public_url: str
    proof_wait: timedelta
    """How long the user waits for a destination to accept before hearing "saved"."""
    trigger_wait: timedelta
    """How long a request waits for its message before it is opened without it."""
    languages: Languages
    """What users are told, by language."""
    noise: Noise = field(default_factory=NoNoise)
    """What decides whether people are told at once."""
    pasts: Pasts = field(default_factory=NoPasts)
    """How long the people of each app took."""

    offers: Offers = field(default_factory=NoOffers)

    def now(self) -> datetime:
        """Return what time it is."""
        return self.clock.now()

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
            languages=self.languages,
            noise=self.noise,
            past=self.pasts.of(conversation.app_id),
        )

    async def context(self, draft: Draft, fresh: Fresh) -> Whole:
        """Return what is known of the user, the session and the app, all of it."""
        recent = self._recent(draft, fresh)
        return await whole_context(draft.conversation, self.beside, recent)

    async def whole(self, draft: Draft, fresh: Fresh, request: Request) -> Request:
        """Return a request that waited as it came."""
        return await whole_request(request, self.beside, self._recent(draft, fresh))

    def _recent(self, draft: Draft, fresh: Fresh) -> list[Document]:
        """Return the documents of decisions that are not stored yet, newest last."""
        older = [document for each in fresh for document in each.documents]
        return [*older, *draft.stored]

    async def history(self, draft: Draft, fresh: Fresh) -> History:
        """Return all that was said and given, this decision's own fact included."""
        history = History(self.decided, fresh)
        if draft.conversation.lines is not None:
            history.lines += draft.conversation.lines
            return history
        stored = await self.decided.facts(draft.record.lane)
        for fact in (*stored, *(each.fact for each in fresh), draft.fact):
            if fact is not None:
                history.take(fact)
        return history
