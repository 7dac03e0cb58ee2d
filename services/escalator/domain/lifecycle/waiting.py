"""What waits for a person: who hears of it next, when it ends, what takes it up again.

Pure: every instant and span is an argument.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.escalator.domain.conversation import (
    Conversation,
    Escalation,
    Request,
)
from shared import ids
from shared.events import EscalationStatus

NONE = timedelta()
Spans = Sequence[timedelta]
"""Of each level: how long after the one before it hears; the first: after `within`."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How long nobody may take an escalation before each level hears of it."""

    within: timedelta | None
    """None: no time-out."""
    spans: Spans = ()
    repeat: timedelta | None = None
    """The last level again after this; None: never."""

    def first(self) -> timedelta | None:
        """Return how long after the beginning the first level hears."""
        if self.within is None or not self.spans:
            return None
        return self.within + self.spans[0]

    def next(self, notified: int) -> timedelta | None:
        """Return how long after the last of *notified* levels the next one hears."""
        if notified < len(self.spans):
            return self.spans[notified]
        return self.repeat if self.spans else None


def choose_level(notified: int, levels: int) -> int:
    """Return the index of the level that hears next; the last one repeats."""
    return min(notified, levels - 1)


def should_wait(escalation: Escalation) -> bool:
    """Return whether nobody has *escalation* and somebody should."""
    return not (
        escalation.closed
        or escalation.held
        or escalation.carried
        or escalation.snoozed_until is not None
        or escalation.silenced_by is not None
    )


def expires_at(escalation: Escalation, unclaimed_after: timedelta) -> datetime | None:
    """Return when *escalation* ends because nobody took it; None: it does not."""
    if not should_wait(escalation):
        return None
    return (escalation.unclaimed_since or escalation.opened_at) + unclaimed_after


def silent_since(escalation: Escalation) -> datetime | None:
    """Return since when the holder has done nothing; None: it is not theirs alone.

    What they answered is not given to others, nor what they let rest.
    """
    answered = escalation.status is EscalationStatus.ANSWERED
    over = escalation.closed or escalation.carried or answered
    if over or escalation.holder is None or escalation.held_at is None:
        return None
    return max(escalation.held_at, escalation.snoozed_until or escalation.held_at)


def asking_of(escalation: Escalation) -> tuple[str, ...]:
    """Return what makes the ids of what is done once each time it is asked."""
    again = (str(escalation.asked.revision),) if escalation.asked else ()
    return (escalation.escalation_id, *again)


def asking_revision(escalation: Escalation) -> int:
    """Return the revision under which destinations were asked last."""
    return escalation.asked.revision if escalation.asked else 0


def find_reopenable(
    conversation: Conversation, asked_at: datetime, within: timedelta
) -> Escalation | None:
    """Return the resolved escalation that a request of *asked_at* takes up again.

    A part that the team split off is its own business. What was withdrawn or expired
    stays so: who asks again asks afresh.
    """
    resolved = [
        each
        for each in conversation.escalations
        if each.status is EscalationStatus.RESOLVED
        and each.closed_at is not None
        and each.split_from is None
    ]
    latest = max(resolved, key=_closed_at, default=None)
    if latest is None:
        return None
    # It may have been asked before the end, and heard of after it.
    later = max(NONE, asked_at - _closed_at(latest))
    return latest if later < within else None


def is_withdrawn(conversation: Conversation, request: Request) -> bool:
    """Return whether the user took *request* back before anybody heard of it."""
    events = conversation.projected
    if conversation.withdrawn not in events:
        return False
    asked = ids.derive("event", conversation.app_id, request.event_id)
    back = events.index(conversation.withdrawn)
    return asked in events and events.index(asked) < back


def _closed_at(escalation: Escalation) -> datetime:
    assert escalation.closed_at is not None
    return escalation.closed_at
