"""The hour of the week, in an app's own zone."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

HOURS_OF_WEEK = 168


def hour_of_week(at: datetime, zone: ZoneInfo) -> int:
    """Return 0 for the first hour of a Monday in *zone*, to 167."""
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour


def by_hour_of_week(
    hours: Iterable[tuple[datetime, int]], zone: ZoneInfo
) -> dict[int, list[tuple[datetime, int]]]:
    """Return counts of hours (UTC) under the hour of the week they fell into.

    Where a zone is half an hour off, a counter's hour belongs where it began.
    """
    found: dict[int, list[tuple[datetime, int]]] = {}
    for at, n in hours:
        found.setdefault(hour_of_week(at, zone), []).append((at, n))
    return found
