"""A time as its reader would say it: "Tuesday 10:00", in their zone and language."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_skeleton

from services.escalator.domain.promises.expectation import round_up

MINUTE = timedelta(minutes=1)
WEEK_DAYS = 7
"""From so many days on a weekday alone may be the wrong one."""
FAR_DAYS = 300
"""From so many days on the year is said."""


def say_time(
    at: datetime, zone: ZoneInfo, tag: str | None, *, now: datetime, named: bool
) -> str:
    """Return *at* in the language *tag* (BCP 47), to the minute and not before it.

    *named*: the zone is said too, because it may be another than the reader's.
    """
    locale = _locale(tag or "en")
    local = round_up(at, MINUTE).astimezone(zone)
    days = (local.date() - now.astimezone(zone).date()).days
    words = [f"{local:%H:%M}"]
    if days >= FAR_DAYS:
        words.insert(0, format_skeleton("yMMMEd", local, tzinfo=zone, locale=locale))
    elif days >= WEEK_DAYS:
        words.insert(0, format_skeleton("MMMEd", local, tzinfo=zone, locale=locale))
    elif days:
        words.insert(0, format_datetime(local, "EEEE", tzinfo=zone, locale=locale))
    if named:
        words.append(_offset(local))
    return " ".join(words)


def _offset(local: datetime) -> str:
    """Return `UTC`, `UTC+1` or `UTC-3:30`."""
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    return f"UTC{'+' if minutes > 0 else '-'}{hours}{f':{rest:02}' if rest else ''}"


@lru_cache(maxsize=256)
def _locale(tag: str) -> Locale:
    """Return the locale of *tag*, or of its language alone, or English."""
    for name in (tag.replace("_", "-"), tag.replace("_", "-").partition("-")[0]):
        try:
            return Locale.parse(name, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en")
