"""Since when a user waits for a person."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.escalator.domain.conversation import Escalation
from services.escalator.domain.promises.promise import PromiseState
from services.escalator.domain.transcripts.line import Line
from shared.events import Change, EscalationStatus

PAUSE = timedelta(hours=1)
"""A longer silence between two messages of a user: the earlier one asked for something
else, or for nothing ("thanks")."""


def waiting_since(
    lines: Sequence[Line], occurred_at: datetime, *, now: datetime
) -> datetime:
    """Return when the user said first what nobody has answered.

    *lines* are in order and end with what made the request; *occurred_at* is the time
    of the message that asked. What the assistant said behind the user's last message is
    no answer to it: otherwise nobody would be asked.
    """
    since = min(occurred_at, now)
    spoken = [line for line in lines if line.role]
    while spoken and spoken[-1].role != "user":
        spoken.pop()
    for line in reversed(spoken):
        if line.role != "user" or since - line.occurred_at > PAUSE:
            break
        since = min(since, line.occurred_at)
    return since


def should_end(after: Escalation, change: Change) -> bool:
    """Return whether *change*, which led to *after*, ends its user's wait."""
    if after.waiting_since is None:
        return False
    answered = change is Change.STATUS and after.status is EscalationStatus.ANSWERED
    return answered or after.closed or change is Change.HANDED_BACK


def should_restart(before: Escalation, after: Escalation, change: Change) -> bool:
    """Return whether *change* lets its user wait again.

    A message of theirs while they wait changes nothing: the clock runs from the first.
    """
    if after.closed or after.waiting_since is not None:
        return False
    return before.closed or change is Change.MESSAGE_ADDED


def end_wait(escalation: Escalation, *, now: datetime) -> Escalation:
    """Return *escalation* as its user waits no longer, or not for a person."""
    answered = escalation.status is EscalationStatus.ANSWERED
    return replace(
        escalation,
        waiting_since=None,
        expected_by=None,
        promised=None,
        answered_at=now if answered else escalation.answered_at,
    )


def decide_kept(due_at: datetime, ended: Escalation, *, now: datetime) -> PromiseState:
    """Return what became of a promise of *due_at* as its user's wait ended."""
    late = now > due_at or ended.status is EscalationStatus.EXPIRED
    return PromiseState.BROKEN if late else PromiseState.KEPT
