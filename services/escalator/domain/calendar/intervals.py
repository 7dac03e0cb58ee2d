"""Times of a day as people write them: `09:00` to `24:00`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = timedelta(hours=24)
_TIME = re.compile(r"(?P<hours>[01]\d|2[0-3]):(?P<minutes>[0-5]\d)|24:00")


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A part of a day: what the wall clock reads from *start* to just before *end*."""

    start: timedelta
    end: timedelta


WHOLE_DAY = (Interval(timedelta(), MIDNIGHT),)


def read_time(text: str) -> timedelta:
    """Return how far into the day *text* is; raise ValueError where it is no time."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"`{text[:20]}` is no time of day: `09:00` to `24:00`")
    if found["hours"] is None:
        return MIDNIGHT
    return timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))


def read_intervals(times: Iterable[tuple[str, str]]) -> tuple[Interval, ...]:
    """Return the intervals of one day in order; raise ValueError where two overlap.

    Two may touch. One over midnight is written as two, one a day.
    """
    found = sorted(Interval(read_time(start), read_time(end)) for start, end in times)
    for each in found:
        if each.start >= each.end:
            raise ValueError(
                f"{_written(each)} ends before it begins; hours over midnight are two "
                "intervals: one to `24:00`, and one from `00:00` on the next day"
            )
    for earlier, later in pairwise(found):
        if later.start < earlier.end:
            raise ValueError(f"{_written(earlier)} and {_written(later)} overlap")
    return tuple(found)


def _written(interval: Interval) -> str:
    return f"`{_clock(interval.start)}`-`{_clock(interval.end)}`"


def _clock(at: timedelta) -> str:
    minutes = int(at.total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"
