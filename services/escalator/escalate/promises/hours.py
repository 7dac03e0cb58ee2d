"""The calendar of an app's business hours."""

from datetime import date, datetime
from functools import lru_cache
from typing import Literal

import structlog

from services.escalator.domain.calendar.calendar import ALWAYS_OPEN, Calendar
from services.escalator.domain.calendar.public_holidays import Closed, public_holidays
from shared.events.preferences import Hours

MAX_KEPT = 256
"""Calendars at hand; each app has one, and making one takes longer than asking it."""

log = structlog.get_logger()


def calendar_of(hours: Hours) -> Calendar:
    """Return the calendar of *hours*; always open where they cannot be read.

    They were checked when they were stored, but a zone or a country may have another
    name in the data of a later version.
    """
    if not (hours.week or hours.holidays or hours.country or hours.overrides):
        return ALWAYS_OPEN
    return _read(hours.model_dump_json())


@lru_cache(maxsize=MAX_KEPT)
def _read(text: str) -> Calendar:
    hours = Hours.model_validate_json(text)
    try:
        return read_hours(hours)
    except ValueError as error:
        log.warning("business hours cannot be read", error=str(error))
        return ALWAYS_OPEN


def hours_at(hours: Hours, at: datetime) -> Literal["inside", "outside"]:
    """Return the fact that rules look at: whether *at* is within business hours."""
    calendar = calendar_of(hours)
    return "inside" if calendar is ALWAYS_OPEN or calendar.is_open(at) else "outside"


def read_hours(hours: Hours) -> Calendar:
    """Return the calendar of *hours*; raise ValueError where something is wrong."""
    own = frozenset(map(date.fromisoformat, hours.holidays))
    return Calendar.from_values(
        hours.timezone,
        week={str(day): times for day, times in hours.week.items()} or None,
        holidays=Closed((own, public_holidays(hours.country)))
        if hours.country
        else own,
        overrides={
            date.fromisoformat(each.date): each.open for each in hours.overrides
        },
    )
