"""A person is asked a question, and the conversation stays with the assistant."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.codec import Unknown

LASTS = timedelta(days=3)
"""After it an answer is no longer waited for: long enough for a weekend."""
MAX_OPEN = 20
"""Of one conversation, so that no loop of an agent asks people without an end."""
MAX_KEPT = 50


class ConsultationState(StrEnum):
    """What became of the question."""

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """Its escalation has ended."""


@dataclass(slots=True)
class Consultation:
    """One question to one destination, and its answer."""

    consultation_id: str
    question: str
    to: str
    delivery_id: str
    """Of the notification that asks: an answer by mail names it."""
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    escalation_id: str = ""
    """The escalation it is asked beside; empty where people have none."""
    number: str = ""
    state: ConsultationState = ConsultationState.OPEN
    answer: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = None
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    def answered(self, text: str, *, by: str, at: datetime) -> "Consultation":
        """Return it with its answer."""
        state = ConsultationState.ANSWERED
        return replace(self, state=state, answer=text, answered_by=by, answered_at=at)


Consultations = tuple[Consultation, ...]


def put(known: Consultations, one: Consultation) -> Consultations:
    """Return *known* with *one* in its place, or at the end; the oldest closed go."""
    if any(each.consultation_id == one.consultation_id for each in known):
        same = one.consultation_id
        return tuple(one if each.consultation_id == same else each for each in known)
    surplus = len(known) + 1 - MAX_KEPT
    closed = [each for each in known if each.state is not ConsultationState.OPEN]
    gone = {each.consultation_id for each in closed[: max(0, surplus)]}
    return (*(each for each in known if each.consultation_id not in gone), one)


def find(known: Consultations, name: str) -> Consultation | None:
    """Return the consultation of that id, or that was asked with that delivery."""
    for each in known:
        if name in {each.consultation_id, each.delivery_id}:
            return each
    return None


def count_open(known: Consultations) -> int:
    """Return how many wait for an answer."""
    return sum(each.state is ConsultationState.OPEN for each in known)


def state_shown(one: Consultation, *, ended: bool) -> ConsultationState:
    """Return what became of *one*; *ended*: nobody waits for its escalation now."""
    if ended and one.state is ConsultationState.OPEN:
        return ConsultationState.WITHDRAWN
    return one.state
