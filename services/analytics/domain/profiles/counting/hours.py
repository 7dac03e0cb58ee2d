"""The hour of the week, in an app's own zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

HOURS_OF_WEEK = 168


def hour_of_week(at: datetime, zone: ZoneInfo) -> int:
    """Return 0 for the first hour of a Monday in *zone*, to 167.

    Where a zone is half an hour off, a counter's hour (UTC) belongs where it began.
    """
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour
