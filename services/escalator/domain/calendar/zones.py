"""The offsets of a zone: where its clocks are put forward or back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

PROBE = timedelta(hours=6)
"""Between two looks at an offset. Clocks that are changed twice in so short a time are
not found; no zone has ever done that."""
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

Stretch = tuple[datetime, datetime, timedelta]
"""An instant, a later one, and the offset from UTC in between."""


def stretches(zone: ZoneInfo, day: date) -> Iterator[Stretch]:
    """Yield the UTC day in stretches of one offset each, in order."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end = begin + DAY
    changes = _changes(zone, day.year)
    for at, (since, offset) in enumerate(changes):
        until = changes[at + 1][0] if at + 1 < len(changes) else end
        if since < end and until > begin:
            yield max(since, begin), min(until, end), offset


@lru_cache(maxsize=512)
def _changes(zone: ZoneInfo, year: int) -> tuple[tuple[datetime, timedelta], ...]:
    """Return from when in a UTC year which offset holds; the first from its start."""
    at = datetime(year, 1, 1, tzinfo=UTC)
    end = datetime(year + 1, 1, 1, tzinfo=UTC)
    offset = _offset(zone, at)
    found = [(at, offset)]
    while at < end:
        following = min(at + PROBE, end)
        if _offset(zone, following) != offset and following < end:
            changed = _first_change(zone, at, following)
            offset = _offset(zone, changed)
            found.append((changed, offset))
        at = following
    return tuple(found)


def _first_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the first second in (before, after] whose offset is not *before*'s."""
    offset = _offset(zone, before)
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, before + middle * SECOND) == offset:
            low = middle
        else:
            high = middle
    return before + high * SECOND


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset
