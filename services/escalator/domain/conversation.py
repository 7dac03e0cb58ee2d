"""A conversation as the escalator sees it: what is known, waiting and escalated."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from services.escalator.domain.lifecycle.asked import Asked
from services.escalator.domain.lifecycle.consultations import Consultations
from services.escalator.domain.promises.promise import Promise
from services.escalator.domain.receipts.contact import Contact
from services.escalator.domain.receipts.delivery import Delivery
from services.escalator.domain.transcripts.line import Line, lengthen
from shared.codec import Unknown
from shared.events import ENDED_STATUSES, EscalationStatus, Reason

Json = dict[str, Any]

MAX_PROJECTED = 200
"""Events remembered by id; the ledger knows the older ones."""
MAX_WAITING = 20
"""Requests that wait for their message. More than a person types in the time a
message needs to get here; the oldest is then opened as it is."""
MAX_ESCALATIONS = 50
"""Escalations a conversation keeps at hand; only closed ones are let go."""


class Told(StrEnum):
    """What the user was told of an escalation."""

    NONE = "none"
    SAVED = "saved"
    DELIVERED = "delivered"


# What every decision makes anew is not frozen: a frozen value takes three times as long
# to make. Nobody changes one.
@dataclass(slots=True)
class Escalation:
    """One unresolved request in people's hands."""

    escalation_id: str
    number: str
    trigger_event_id: str
    reason: Reason | str
    summary: str
    occurred_at: datetime
    opened_at: datetime
    opened_by: str
    """Source id of the record whose decision holds the packet."""
    detail: str | None = None
    """What the reason was found in: a topic's name, a promise."""
    status: EscalationStatus = EscalationStatus.OPEN
    revision: int = 0
    """Counts the published changes."""
    told: Told = Told.NONE
    told_at: datetime | None = None
    delayed: bool = False
    """Whether the user was told that no destination could be reached."""
    added: int = 0
    """Messages the user added after the opening."""
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)
    assignee: str | None = None
    snoozed_until: datetime | None = None
    merged_into: str | None = None
    merged_into_lane: str | None = None
    """Where what its user says goes on to. None of merges from before this was."""
    merged: tuple[tuple[str, str], ...] = ()
    """Escalations that were merged into this one, each with its lane."""
    split_from: str | None = None
    language: str | None = None
    """Of the user, BCP 47; what is told follows it. None is unknown."""
    priority: str = "normal"
    tags: tuple[str, ...] = ()
    route: str = ""
    """Name of the route that chose its destinations; the default route has none."""
    because: str = ""
    """Why that route, in a person's words."""
    pattern: Json | None = None
    """`{id, label, size}` of the pattern that it belongs to, when one is known."""
    expected_by: datetime | None = None
    """The time that its user was promised last, and still holds."""
    fallback: tuple[str, ...] = ()
    """Destinations to ask when every one of `deliveries` has failed."""
    waiting_since: datetime | None = None
    """Since when its user waits for a person's words; None while they have them."""
    first_response_by: datetime | None = None
    """When people mean to have answered what its user waits for, or waited for last."""
    resolution_by: datetime | None = None
    answered_at: datetime | None = None
    """When a person's words reached its user last."""
    promised: Promise | None = None
    """What its user was told of `expected_by`."""
    acknowledged_by: str | None = None
    """Who took it without being assigned."""
    held_at: datetime | None = None
    """When a person last did anything with it."""
    unclaimed_since: datetime | None = None
    """Since when nobody has it again; None: since the opening."""
    closed_at: datetime | None = None
    levels_notified: int = 0
    """Levels that heard that nobody took it, repeats included."""
    next_level_at: datetime | None = None
    """When the next one hears of it; None: the clock does not run."""
    asked: Asked | None = None
    """What its user asked last; None: what it was opened for."""
    silenced_by: str | None = None
    """The silence that keeps it from people's notifications."""
    group: str = ""
    """What the digest that listed it has in common: later news go with the next."""
    known_issue: Json | None = None
    """`{pattern_id, since}` of the known issue that its user was told of."""
    not_patterns: tuple[str, ...] = ()
    """Patterns that a person said it does not belong to."""
    offered_to: str | None = None
    """The member it was assigned to unasked; until they act, nobody has it."""
    satisfaction_asked: bool = False
    """Whether its user was asked, once people were done, how satisfied they are."""
    score: int | None = None
    """What they said, 1 to 5."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    @property
    def closed(self) -> bool:
        """Return whether nobody waits for it: resolved, withdrawn or expired."""
        return self.status in ENDED_STATUSES

    @property
    def holder(self) -> str | None:
        """Return the person who has it."""
        return self.assignee or self.acknowledged_by

    @property
    def held(self) -> bool:
        """Return whether a person has it, or answered it."""
        offered = self.acknowledged_by is None and self.assignee == self.offered_to
        return (self.holder is not None and not offered) or self.status in _TAKEN

    @property
    def asked_by(self) -> str:
        """Return the event that asked for it last."""
        return self.asked.event_id if self.asked else self.trigger_event_id

    @property
    def carried(self) -> bool:
        """Return whether another escalation carries on for its user."""
        return self.merged_into_lane is not None and not self.closed


_TAKEN = (EscalationStatus.ACKNOWLEDGED, EscalationStatus.ANSWERED)


@dataclass(slots=True)
class Request:
    """A request that nothing answered, as the resolver reported it."""

    request_id: str
    event_id: str
    occurred_at: datetime
    text: str
    reason: Reason | str
    detail: str | None = None
    user: Json | None = None
    session: Json | None = None
    app_state: Json | None = None
    attempts: tuple[Json, ...] = ()
    caused_by: str = ""
    """The event at which the resolver gave up: an answer, a result. It is not before
    the event that asked."""
    beside: str = ""
    """Id of the document that holds the whole of it, where that is too large."""
    priority: str = ""
    language: str | None = None
    """Of the user, BCP 47, as the resolver heard it."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    @property
    def cause(self) -> str:
        """Return the event that must be known before people are asked."""
        return self.caused_by or self.event_id


@dataclass(slots=True)
class Conversation:
    """All that deciding needs to know; the transcript itself stays in the ledger."""

    app_id: str
    conversation_id: str
    projected: tuple[str, ...] = ()
    """Source ids of the last events, oldest first."""
    seen: int = 0
    """How many events there were in all."""
    user: Json | None = None
    session: Json | None = None
    app_state: Json | None = None
    escalation_message: str | None = None
    contact: Contact | None = None
    waiting: tuple[Request, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    """Oldest first."""
    beside: tuple[str, ...] = ()
    """Names of the parts (user, session, app state) whose whole is in documents."""
    withdrawn: str = ""
    """Source id of the event with which the user last took back what they asked."""
    consultations: Consultations = ()
    """Oldest first; beside an escalation, or without one."""
    lines: tuple[Line, ...] | None = None
    """The transcript while it is short, nobody has it and this process saw it begin;
    otherwise only the ledger knows it. Never written down."""
    assistant: str | None = None
    """Name of the assistant that speaks here, where it said one."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    @property
    def current(self) -> Escalation | None:
        """Return the escalation that people have now, the newest if they split it.

        One that was merged into another conversation's is it where there is no other.
        """
        held = [each for each in self.escalations if not each.closed]
        own = [each for each in held if not each.carried]
        return (own or held)[-1] if held else None

    def find(self, escalation_id: str) -> Escalation | None:
        """Return the escalation of that id."""
        for escalation in self.escalations:
            if escalation.escalation_id == escalation_id:
                return escalation
        return None

    def opened_by(self, event_id: str) -> Escalation | None:
        """Return the escalation that this event triggered."""
        for escalation in self.escalations:
            if event_id in {escalation.trigger_event_id, escalation.asked_by}:
                return escalation
        return None

    def put(self, escalation: Escalation) -> "Conversation":
        """Return the conversation with *escalation* in its place, or at the end."""
        if self.find(escalation.escalation_id) is None:
            return self.having(escalations=_room((*self.escalations, escalation)))
        return self.having(
            escalations=tuple(
                [
                    escalation
                    if known.escalation_id == escalation.escalation_id
                    else known
                    for known in self.escalations
                ]
            )
        )

    def say(self, line: Line) -> "Conversation":
        """Return the conversation with *line* at its end."""
        return self.having(lines=lengthen(self.lines, line))

    def wait(self, request: Request) -> "Conversation":
        """Return the conversation with *request* waiting for its message."""
        return self.having(waiting=(*self.waiting, request))

    def stop_waiting(self, request: Request) -> "Conversation":
        """Return the conversation without *request* among the waiting."""
        left = tuple(one for one in self.waiting if one is not request)
        return self.having(waiting=left)

    def opened_for(self, user: Json | None) -> "Conversation":
        """Return the conversation as people take it over from *user*."""
        return self.having(user=user, lines=None)

    def having(self, **changes: Any) -> "Conversation":  # noqa: ANN401 - any field's
        """Return a copy with *changes*; `replace` takes ten times as long."""
        after = Conversation(*_FIELDS_OF(self), _unknown=self._unknown)
        for name, value in changes.items():
            setattr(after, name, value)
        return after


_FIELDS_OF = attrgetter(
    *(each.name for each in fields(Conversation) if not each.kw_only)
)


def _room(escalations: tuple[Escalation, ...]) -> tuple[Escalation, ...]:
    surplus = len(escalations) - MAX_ESCALATIONS
    if surplus <= 0:
        return escalations
    closed = [one.escalation_id for one in escalations if one.closed][:surplus]
    return tuple(one for one in escalations if one.escalation_id not in closed)
