"""A request: one question of a user, all times it was asked, and all that followed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from services.analytics.domain.outcomes.history import (
    Asking,
    Escalated,
    Result,
    Turn,
)
from shared import ids

QUIET = timedelta(minutes=30)
"""From here on a conversation that nobody went on with is over."""


class Claim(StrEnum):
    """What the assistant said of a request."""

    DOCUMENT = "document"
    ACTION = "action"
    ASKED = "asked"
    """It asked for what it needs, or called an action and heard no result."""
    NOTHING = "nothing"
    """That it found nothing, or could not do it, while people are not asked."""
    HANDED_OVER = "handed_over"


ANSWERS = (Claim.DOCUMENT, Claim.ACTION)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One thing that the assistant claimed."""

    at: datetime
    claim: Claim
    name: str = ""
    title: str = ""
    reply_id: str | None = None
    call_id: str | None = None


@dataclass(slots=True)
class Request:
    """One question of a user: the first time it was asked, and all that followed."""

    app_id: str
    askings: list[Asking]
    events: set[str] = field(default_factory=set)
    """Events of the user that are about it."""
    replies: set[str] = field(default_factory=set)
    claims: list[Claimed] = field(default_factory=list)
    said: list[Turn] = field(default_factory=list)
    """What the user said of it besides: thanks, what was asked for, verdicts."""
    people: list[Turn] = field(default_factory=list)
    """What people answered."""
    results: list[Result] = field(default_factory=list)
    escalations: list[Escalated] = field(default_factory=list)
    asked_for_person: bool = False
    told_at: datetime | None = None
    closed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    last_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the first asking."""
        self.last_at = self.askings[0].at
        self.events.add(self.askings[0].event_id)

    @property
    def request_id(self) -> str:
        """Return its id: that of the resolver's request where it made one of it."""
        return ids.derive("request", self.app_id, self.askings[0].event_id)

    @property
    def at(self) -> datetime:
        """Return when it was asked first."""
        return self.askings[0].at

    def went_on(self, at: datetime) -> None:
        """Know that something of it happened."""
        self.last_at = max(self.last_at, at)

    def failed_so_far(self) -> bool:
        """Return whether the last thing we said did not help, as far as is known."""
        last = self.claims[-1] if self.claims else None
        if last is None or last.claim is Claim.NOTHING:
            return True
        rated = [turn for turn in self.said if turn.kind == "feedback"]
        return bool(rated) and rated[-1].rating == "unhelpful"

    def is_asked_for(self) -> bool:
        """Return whether the user has yet to say what we asked for."""
        last = self.claims[-1] if self.claims else None
        return last is not None and last.claim is Claim.ASKED and last.call_id is None


def claim_of_result(result: Result, reply: Turn | None) -> Claimed:
    """Return what an answer claims, as of when it was shown."""
    at = reply.at if reply is not None else result.at
    claim = Claim(str(result.kind))
    return Claimed(at, claim, result.name, result.title, result.reply_id)


def claim_of_reply(turn: Turn) -> Claimed | None:
    """Return what a question or a call claims; None of other replies."""
    if turn.kind == "action_call":
        call_id = turn.call_id
        return Claimed(turn.at, Claim.ASKED, reply_id=turn.reply_id, call_id=call_id)
    if turn.kind != "question":
        return None
    if turn.missing:
        return Claimed(turn.at, Claim.ASKED, reply_id=turn.reply_id)
    if turn.reason is not None:
        return Claimed(turn.at, Claim.NOTHING, reply_id=turn.reply_id)
    return None


def claim_of_escalation(escalation: Escalated) -> Claimed:
    """Return that people have it."""
    return Claimed(
        escalation.opened_at,
        Claim.HANDED_OVER,
        escalation.escalation_id,
        escalation.number,
    )
