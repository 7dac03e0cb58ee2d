"""When a user can expect a person, from how long people really took.

A time is told that four of five answers meet, and never one at which nobody is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.escalator.domain.calendar.calendar import Calendar

MIN_SAMPLES = 20
"""Answers from which their 80th percentile is told: of fewer it says little."""
AFTER_OPENING = timedelta(minutes=15)
"""Of business time, which people get where they are away at the time expected."""
STEP = timedelta(minutes=5)
"""Times from the past are rounded up to it: nobody knows them to the second."""
HOURS_OF_A_WEEK = 168


@dataclass(frozen=True, slots=True)
class Past:
    """How long four of five answers took at most; only what rests on enough samples."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    """The zone in which hours of the week were counted."""
    by_hour: Mapping[tuple[str, int], timedelta] = field(default_factory=dict)
    """By route and hour of the week, 0 is Monday from midnight."""
    overall: timedelta | None = None

    def span(self, route: str, at: datetime) -> timedelta | None:
        """Return how long what is asked *at* that time takes, if that is known."""
        return self.by_hour.get((route, hour_of_week(at, self.zone)), self.overall)


NO_PAST = Past()


def hour_of_week(at: datetime, zone: ZoneInfo) -> int:
    """Return which hour of the week it is in *zone*: 0 is Monday from midnight."""
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour


def expect_from_past(
    past: Past, calendar: Calendar, *, route: str, now: datetime, times: int = 1
) -> datetime | None:
    """Return when a person answers, or None where too little is known.

    *times* the usual span: a user who was told a time that passed is told a safer one.
    """
    span = past.span(route, now)
    if span is None:
        return None
    at = now + span * times
    if not calendar.is_open(at):
        opening = calendar.next_opening(at)
        if opening is None:
            return None
        at = calendar.add(opening, AFTER_OPENING) or opening
    return round_up(at, STEP)


def round_up(at: datetime, step: timedelta) -> datetime:
    """Return the first multiple of *step* from *at* on."""
    beyond = timedelta(seconds=at.timestamp()) % step
    rounded = at if not beyond else at + (step - beyond)
    return rounded.astimezone(UTC).replace(microsecond=0)


def warn_at(calendar: Calendar, *, told_at: datetime, due_at: datetime) -> datetime:
    """Return when people are reminded: a quarter of their time before it is over.

    Counted in business time, so that nobody is reminded when nobody is there.
    """
    whole = calendar.elapsed(told_at, due_at)
    spent = calendar.add(told_at, whole * 3 / 4) if whole else None
    return spent or told_at + (due_at - told_at) * 3 / 4
