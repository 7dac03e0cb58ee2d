"""Until when people mean to answer, and to be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.escalator.domain.calendar.calendar import Calendar
from services.escalator.domain.conversation import Escalation
from services.escalator.domain.routing.facts import Facts
from services.escalator.domain.routing.rules import should_match
from shared.events.preferences import Target
from shared.events.preferences.durations import to_timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """The time limits of one wait; None is no limit."""

    first_response_by: datetime | None = None
    resolution_by: datetime | None = None


NO_LIMITS = Limits()


def choose_target(targets: Sequence[Target], facts: Facts) -> Target | None:
    """Return the first target that *facts* match."""
    for target in targets:
        if should_match(target.match, facts):
            return target
    return None


def limits_of(target: Target | None, calendar: Calendar, *, since: datetime) -> Limits:
    """Return until when what has waited *since* is to be answered, and resolved."""
    if target is None:
        return NO_LIMITS
    return Limits(
        _by(target.first_response, target, calendar, since),
        _by(target.resolution, target, calendar, since),
    )


def by_clock(
    span: timedelta, clock: str, calendar: Calendar, *, since: datetime
) -> datetime:
    """Return when *span* has passed on that clock, `business` or `wall`.

    Business time that never passes is wall time: a limit must not be lost because the
    calendar has no opening left. In whole milliseconds, as it is stored: what a user is
    told is then the same wherever it is read.
    """
    passed = calendar.add(since, span) if clock == "business" else None
    at = passed or since + span
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _by(
    span: str | None, target: Target, calendar: Calendar, since: datetime
) -> datetime | None:
    if span is None:
        return None
    return by_clock(to_timedelta(span), target.clock, calendar, since=since)


def due_at(escalation: Escalation) -> datetime | None:
    """Return the next time limit that people have not met yet."""
    if escalation.closed or escalation.carried:
        return None
    limits = [escalation.resolution_by]
    if escalation.waiting_since is not None:
        limits.append(escalation.first_response_by)
    return min((limit for limit in limits if limit is not None), default=None)
