"""Something that should have happened and did not, and when to ask again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.escalator.domain.conversation import Escalation
from services.escalator.domain.receipts.delivery import DeliveryStatus

LONGEST_WAIT = timedelta(hours=24)


class Kind(StrEnum):
    """What kind of thing is missing."""

    REQUEST_UNDECIDED = "request_undecided"
    """A request was read and nothing was decided about it."""
    OUTPUT_UNPUBLISHED = "output_unpublished"
    """A decision is stored, and what it says is not in its topic."""
    DELIVERY_UNANSWERED = "delivery_unanswered"
    """Nobody said for long what became of a delivery."""
    USER_UNTOLD = "user_untold"
    """The user was not told that people have the request, nor that it is kept."""
    TIMER_MISSING = "timer_missing"
    """Something waits, and nothing will wake it."""
    ESCALATION_UNLISTED = "escalation_unlisted"
    """The inbox does not have it."""
    ESCALATION_OUTDATED = "escalation_outdated"
    """The inbox has it as it was before."""


@dataclass(frozen=True, slots=True)
class Listed:
    """How the inbox shows an escalation."""

    revision: int
    status: str
    told: str


@dataclass(frozen=True, slots=True)
class Asked:
    """How often a delivery was asked for again, and when last."""

    times: int
    at: datetime


def decide_listing(
    escalation: Escalation, listed: Listed | None, *, now: datetime, kept: timedelta
) -> Kind | None:
    """Return what is wrong with how the inbox shows *escalation*, if anything.

    One that was closed longer ago than *kept* may be gone.
    """
    if listed is None:
        gone = escalation.closed and (
            escalation.closed_at is None or now - escalation.closed_at > kept / 2
        )
        return None if gone else Kind.ESCALATION_UNLISTED
    stands = (escalation.revision, escalation.status.value, escalation.told.value)
    shown = (listed.revision, listed.status, listed.told)
    behind = listed.revision <= escalation.revision and shown != stands
    return Kind.ESCALATION_OUTDATED if behind else None


def choose_unanswered(
    escalation: Escalation,
    asked: Callable[[str], Asked | None],
    *,
    now: datetime,
    patience: timedelta,
) -> Sequence[str]:
    """Return the destinations of which nobody said for too long what became of it.

    Each time that one is asked for again it is waited for twice as long: a destination
    that is down is the notifier's to try.
    """
    if escalation.closed or escalation.silenced_by is not None:
        return ()
    return [
        destination_id
        for destination_id, delivery in escalation.deliveries.items()
        if delivery.status is DeliveryStatus.PENDING
        and _is_late(escalation, asked(destination_id), now=now, patience=patience)
    ]


def asked_since(escalation: Escalation) -> datetime:
    """Return since when people are asked: its opening, or when it was taken up again.

    A request that came late from its topic was asked for at its opening.
    """
    asked = escalation.asked
    if asked is None:
        return escalation.opened_at
    return max(escalation.opened_at, asked.occurred_at)


def _is_late(
    escalation: Escalation, asked: Asked | None, *, now: datetime, patience: timedelta
) -> bool:
    if asked is None:
        return now - asked_since(escalation) > patience
    wait: timedelta = patience * (2 ** min(asked.times, 16))
    return now - asked.at > min(LONGEST_WAIT, wait)


def find_unpublished(
    wanted: Mapping[str, Sequence[tuple[str, str]]],
    missing: set[tuple[str, str]],
) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return of each decision the outputs, topic and id, that are *missing*."""
    return {
        source_id: lost
        for source_id, outputs in wanted.items()
        if (lost := [each for each in outputs if each in missing])
    }
