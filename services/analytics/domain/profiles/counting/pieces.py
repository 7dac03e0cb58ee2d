"""Which counters of patterns answer for a period, from as few documents as can be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.analytics.domain.periods import Step, ceil_to, floor_to
from services.analytics.domain.profiles.counting.counters import PatternCounter

MONTH, DAY = "month", "day"
_ONE_DAY = timedelta(days=1)
_ONE_HOUR = timedelta(hours=1)
MAX_SINGLE_DAYS = 3
"""Days of a month that are read from their own counters rather than the month's."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a period that one counter per pattern answers for."""

    step: str
    """`month` or `day`: which counter."""
    at: datetime
    """The beginning of that counter's bucket, UTC."""
    parts: tuple[int, ...]
    """What of it is in the period: days of the month from 1, or hours of the day."""
    whole: bool
    """Everything of it is: its `n` is the count."""

    @property
    def outside(self) -> tuple[int, ...]:
        """Return the parts of the counter that are not in the period."""
        every = range(24) if self.step == DAY else range(1, 32)
        return tuple(part for part in every if part not in self.parts)

    def counts(self, counters: Iterable[PatternCounter]) -> dict[str, int]:
        """Return what each of *counters*, all of this piece, has in the period."""
        if self.whole:
            return {each.pattern_id: each.n for each in counters}
        # Of a month that lacks two days, those two are taken away.
        outside = self.outside
        if len(outside) < len(self.parts):
            names = [str(part) for part in outside]
            return {each.pattern_id: each.n - _sum(each, names) for each in counters}
        names = [str(part) for part in self.parts]
        return {each.pattern_id: _sum(each, names) for each in counters}

    def places(self, places: Mapping[datetime, int], step: Step) -> dict[str, int]:
        """Return the place of each part that is in the period: of the bucket it is in.

        *places* holds the place of every bucket of *step* by its beginning.
        """
        return {
            str(part): places[floor_to(self._begins(part), step)] for part in self.parts
        }

    def _begins(self, part: int) -> datetime:
        if self.step == MONTH:
            return self.at.replace(day=part)
        return self.at.replace(hour=part)


def _sum(counter: PatternCounter, names: Iterable[str]) -> int:
    return sum([counter.parts.get(name, 0) for name in names])


@dataclass(frozen=True, slots=True)
class Pieces:
    """A period, cut: counters for whole hours and days, escalations for the rest."""

    counters: Sequence[Piece]
    edges: Sequence[tuple[datetime, datetime]]
    """Beginnings and ends of what is less than an hour."""


def cut(start: datetime, end: datetime, *, hourly: bool = False) -> Pieces:
    """Cut a period into what counters answer for; *hourly* wants each day's hours."""
    first, last = ceil_to(start, Step.HOUR), floor_to(end, Step.HOUR)
    if first > last:
        return Pieces((), ((start, end),))
    edges = [(start, first), (last, end)]
    counters = _hours_then_days(first, last, hourly=hourly) if first < last else ()
    return Pieces(tuple(counters), tuple(each for each in edges if each[0] < each[1]))


def _hours_then_days(
    first: datetime, last: datetime, *, hourly: bool
) -> Iterator[Piece]:
    first_day, last_day = ceil_to(first, Step.DAY), floor_to(last, Step.DAY)
    if first_day > last_day:
        yield _hours(first, last)
        return
    if first < first_day:
        yield _hours(first, first_day)
    at = first_day
    while at < last_day:
        following = min(_next_month(at), last_day)
        yield from _days(at, following, single=hourly)
        at = following
    if last_day < last:
        yield _hours(last_day, last)


def _hours(first: datetime, last: datetime) -> Piece:
    """Return the hours of one day."""
    n = round((last - first) / _ONE_HOUR)
    day = floor_to(first, Step.DAY)
    return Piece(DAY, day, tuple(range(first.hour, first.hour + n)), whole=False)


def _days(first: datetime, following: datetime, *, single: bool) -> Iterator[Piece]:
    """Yield the days of one month, up to *following*."""
    n = round((following - first) / _ONE_DAY)
    month = first.replace(day=1)
    whole = first == month and following == _next_month(month)
    if single or (n <= MAX_SINGLE_DAYS and not whole):
        for i in range(n):
            yield Piece(DAY, first + i * _ONE_DAY, tuple(range(24)), whole=True)
        return
    yield Piece(MONTH, month, tuple(range(first.day, first.day + n)), whole=whole)


def months_of(start: datetime, end: datetime) -> list[datetime]:
    """Return the beginnings (UTC) of the months from *start*'s to *end*'s."""
    at = floor_to(start, Step.DAY).replace(day=1)
    found = [at]
    while (at := _next_month(at)) <= end:
        found.append(at)
    return found


def _next_month(at: datetime) -> datetime:
    return (at.replace(day=1) + timedelta(days=32)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
