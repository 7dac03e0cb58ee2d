"""Read a moment that RFC 3339 allows and Python does not, and others people write."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

MAX_AHEAD = timedelta(hours=12)
"""A local time sent as UTC is up to 14 hours off; a day ahead is a broken clock."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_CHARS = 64
LEAP_SECOND = 60
END_OF_DAY = 24
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt _]+(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
    r"\s*([Zz]|[+-]\d\d:?(?:\d\d)?)?"
)


def read_moment(text: str) -> datetime | None:
    """Return the moment that *text* tells, UTC where it names no zone, or None."""
    text = text.strip()
    if len(text) > MAX_CHARS:
        return None
    found = _MOMENT.fullmatch(text)
    try:
        return _of_mail(text) if found is None else _moment(*found.groups())
    except (ValueError, OverflowError):
        return None


def is_possible(moment: datetime, *, now: datetime) -> bool:
    """Return whether something that reaches us *now* can have happened then."""
    return EARLIEST <= moment <= now + MAX_AHEAD


def _of_mail(text: str) -> datetime:
    """Return the moment of an HTTP or mail header."""
    moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moment(*parts: str | None) -> datetime:
    year, month, day, hour, minute, second = (int(each or 0) for each in parts[:6])
    fraction, zone = parts[6:]
    # A leap second and the end of a day are the next second and the next day.
    extra = timedelta(0)
    if second == LEAP_SECOND:
        second, extra = second - 1, timedelta(seconds=1)
    if hour == END_OF_DAY and (minute, second) == (0, 0):
        hour, extra = 0, timedelta(days=1)
    micro = int((fraction or "0").ljust(6, "0")[:6])
    found = datetime(
        year, month, day, hour, minute, second, micro, tzinfo=_zone(zone or "Z")
    )
    return (found + extra).astimezone(UTC)


def _zone(written: str) -> timezone:
    if written in "Zz":
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if written[0] == "-" else offset)
