"""A conversation's facts, as its outcomes are told by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that was said, done or shown."""

    at: datetime
    kind: str
    """Of an event: `message`, `feedback` …; of a reply: `answer`, `question` …"""
    speaker: str = "user"
    event_id: str = ""
    """Of an event its own; of a reply the event that it answers."""
    reply_id: str | None = None
    """Of a reply its own; of `feedback` the reply that was rated."""
    text: str = ""
    rating: str | None = None
    status: str | None = None
    call_id: str | None = None
    missing: tuple[str, ...] = ()
    reason: str | None = None
    tried: tuple[str, ...] = ()
    """Beside a question's reason: what was nearest."""
    escalation_id: str | None = None
    meanwhile: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What the resolver made of a request."""

    at: datetime
    """When the user asked."""
    event_id: str
    request_id: str
    resolved: bool
    reason: str | None = None
    kind: str | None = None
    name: str = ""
    title: str = ""
    reply_id: str | None = None
    text: str = ""
    language: str | None = None
    tried: tuple[str, ...] = ()
    """Names of the actions and documents tried, in order."""
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an escalation."""

    at: datetime
    change: str
    before: str
    after: str
    actor: str
    reason: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A document that was tried before people were asked."""

    name: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Escalated:
    """An escalation, with what happened to it, oldest first."""

    escalation_id: str
    number: str
    opened_at: datetime
    occurred_at: datetime
    event_id: str
    """The event that asked; empty in what an older version stored."""
    request_id: str
    reason: str
    text: str = ""
    route: str = ""
    language: str | None = None
    destinations: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    changes: tuple[Change, ...] = ()
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of one conversation."""

    app_id: str
    conversation_id: str
    turns: Sequence[Turn] = ()
    results: Sequence[Result] = ()
    escalations: Sequence[Escalated] = ()
    user_id: str | None = None
    since: datetime | None = None
    """What happened before is not in it; None: it is whole."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One time that a user asked for something."""

    at: datetime
    event_id: str
    text: str
    tried: tuple[str, ...] = ()
    language: str | None = None
    """BCP 47; None where nothing tells."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A request of the same user in another conversation."""

    request_id: str
    asking: Asking
