"""When an app's week is told: at its own time of its own day, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = timedelta(days=7)
LATE = timedelta(days=2)
"""So long after its time a report is still news; later it is left out."""


@dataclass(frozen=True, slots=True)
class Week:
    """Seven whole days of an app, and when they are told."""

    name: str
    """`2026-W48`: of the calendar week that it is told in. Whatever day and time are
    chosen, there is one a week."""
    told_at: datetime
    start: datetime
    end: datetime


def latest_week(now: datetime, *, zone: ZoneInfo, weekday: str, at: str) -> Week:
    """Return the week whose time to be told came last, all of it in UTC.

    *at* is `HH:MM` in *zone*. A time that summer time skips or has twice is the first
    moment that the clock shows it, or would.
    """
    local = now.astimezone(zone)
    day = local.date() - timedelta(days=(local.weekday() - _place(weekday)) % 7)
    told_at = _moment(day.isoformat(), at, zone)
    if told_at > now:
        day -= WEEK
        told_at = _moment(day.isoformat(), at, zone)
    year, week, _ = day.isocalendar()
    return Week(
        f"{year}-W{week:02}",
        told_at,
        _moment((day - WEEK).isoformat(), "00:00", zone),
        _moment(day.isoformat(), "00:00", zone),
    )


def is_due(week: Week, *, now: datetime) -> bool:
    """Return whether *week* is to be told at *now*."""
    return week.told_at <= now < week.told_at + LATE


def _moment(day: str, at: str, zone: ZoneInfo) -> datetime:
    on = datetime.fromisoformat(day)
    hour, minute = _clock(at)
    return datetime.combine(on, time(hour, minute), tzinfo=zone).astimezone(UTC)


def _place(weekday: str) -> int:
    """Return where *weekday* is in the week; one of a later version is a Monday."""
    return WEEKDAYS.index(weekday) if weekday in WEEKDAYS else 0


def _clock(at: str) -> Sequence[int]:
    hour, _, minute = at.partition(":")
    return int(hour), int(minute)
