"""Begin and end what a user waits for, with the limits that the app has set itself."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.promises.promise import (
    MISSED,
    PromiseState,
    Settlement,
)
from services.escalator.domain.promises.targets import choose_target, limits_of
from services.escalator.domain.promises.waiting import (
    decide_kept,
    end_wait,
    should_end,
    should_restart,
)
from services.escalator.domain.routing.facts import Facts, facts_of_escalation
from services.escalator.escalate.promises.hours import calendar_of, hours_at
from shared.events import Change, Preferences

RATED = (Change.PRIORITY, Change.TAGGED, Change.PATTERN)
"""Changes of what targets look at: another one may hold."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One change of an escalation: as it was, as it is, what changed, and why."""

    before: Escalation
    after: Escalation
    change: Change
    reason: str


def follow_wait(
    preferences: Preferences,
    conversation: Conversation,
    moved: Moved,
    *,
    said_at: datetime,
    now: datetime,
) -> tuple[Escalation, Settlement | None]:
    """Return the escalation with the wait that a change ended or began.

    With it comes what became of its user's promise, where that is settled. *said_at*:
    when the user's message was said, where the change is one.
    """
    after, promise = moved.after, moved.after.promised
    if moved.change is Change.PROMISE_MISSED and promise is not None:
        state = PromiseState(moved.reason)
        return replace(after, promised=None), Settlement(promise, state, MISSED)
    if should_end(after, moved.change):
        ended = end_wait(after, now=now)
        if promise is None:
            return ended, None
        state = decide_kept(promise.due_at, ended, now=now)
        return ended, Settlement(promise, state, moved.reason)
    if moved.change in RATED:
        return renew_limits(preferences, conversation, after), None
    if should_restart(moved.before, after, moved.change):
        after = restart_wait(
            preferences,
            conversation,
            after,
            since=min(said_at, now),
            reopened=moved.before.closed,
        )
    return after, None


def start_wait(
    preferences: Preferences, escalation: Escalation, facts: Facts, *, since: datetime
) -> Escalation:
    """Return *escalation* as its user waits for a person, with its time limits."""
    limits = limits_of(
        choose_target(preferences.targets, facts),
        calendar_of(preferences.hours),
        since=since,
    )
    return replace(
        escalation,
        waiting_since=since,
        first_response_by=limits.first_response_by,
        resolution_by=limits.resolution_by,
    )


def restart_wait(
    preferences: Preferences,
    conversation: Conversation,
    escalation: Escalation,
    *,
    since: datetime,
    reopened: bool,
) -> Escalation:
    """Return *escalation* as its user waits again, after a person's words.

    The limit of the whole stays, unless it was *reopened*.
    """
    started = start_wait(
        preferences,
        escalation,
        _facts(preferences, conversation, escalation, at=since),
        since=since,
    )
    if reopened:
        return started
    return replace(started, resolution_by=escalation.resolution_by)


def renew_limits(
    preferences: Preferences, conversation: Conversation, escalation: Escalation
) -> Escalation:
    """Return *escalation* with the limits of what it is now: urgent, tagged."""
    since = escalation.waiting_since
    if since is None:
        return escalation
    facts = _facts(preferences, conversation, escalation, at=since)
    return start_wait(preferences, escalation, facts, since=since)


def _facts(
    preferences: Preferences,
    conversation: Conversation,
    escalation: Escalation,
    *,
    at: datetime,
) -> Facts:
    hours = hours_at(preferences.hours, at)
    return facts_of_escalation(conversation, escalation, hours=hours)
