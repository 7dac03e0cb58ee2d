"""Business hours: whether it is open, when next, and how much time of it passes.

It is open at an instant when the clock on the wall in the zone reads a time of one of
that date's intervals. So an interval over a gap of daylight saving is shorter, one over
a fold is longer, and one inside a fold is open twice. Instants in and out are aware.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from services.escalator.domain.calendar.intervals import (
    WEEKDAYS,
    WHOLE_DAY,
    Interval,
    read_intervals,
)
from services.escalator.domain.calendar.zones import stretches

HORIZON_DAYS = 3660
"""How far ahead an opening is looked for: ten years, the longest span a setting has."""
YEARS = range(2, 9999)
"""Of the days that are looked at: others have no neighbours that Python can say."""
MAX_KEPT_DAYS = 4000
"""Days whose spans are kept at hand: the horizon, and some of the past."""
DAY = timedelta(days=1)
UTC_ZONE = ZoneInfo("UTC")
NONE = timedelta()

Span = tuple[datetime, datetime]
"""From an instant on, and until just before another; UTC."""
Times = Sequence[tuple[str, str]]
"""Intervals of one date as people write them: `[("09:00", "12:30")]`."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The business hours of one team; overrides win over holidays, these over the week.

    Without a week every day is open from midnight to midnight.
    """

    zone: ZoneInfo = UTC_ZONE
    week: Mapping[int, Sequence[Interval]] | None = None
    """By weekday, Monday is 0; a day that it lacks is closed."""
    holidays: Container[date] = frozenset()
    overrides: Mapping[date, Sequence[Interval]] = field(default_factory=dict)
    _kept: dict[date, tuple[Span, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Spans of days that were looked at."""

    @classmethod
    def from_values(
        cls,
        zone: str = "UTC",
        *,
        week: Mapping[str, Times] | None = None,
        holidays: Container[date] = frozenset(),
        overrides: Mapping[date, Times] | None = None,
    ) -> Self:
        """Return the calendar of plain values; raise ValueError where one is wrong.

        *zone* is an IANA name, the days of *week* are `mon` to `sun`.
        """
        try:
            found = ZoneInfo(zone)
        except (KeyError, OSError, ValueError) as error:
            raise ValueError(f"`{zone}` is no IANA time zone") from error
        return cls(
            zone=found,
            week=None
            if week is None
            else {
                WEEKDAYS.index(day): read_intervals(times)
                for day, times in week.items()
            },
            holidays=holidays,
            overrides={
                on: read_intervals(times) for on, times in (overrides or {}).items()
            },
        )

    def is_open(self, at: datetime) -> bool:
        """Return whether people work at *at*."""
        return any(begin <= at < end for begin, end in self._spans(_day_of(at)))

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the first instant from *at* on at which it is open: perhaps *at*.

        None where it does not open again within the horizon.
        """
        for begin, _ in self._spans_from(at):
            return begin
        return None

    def add(self, start: datetime, span: timedelta) -> datetime | None:
        """Return the first instant at which *span* of open time has passed.

        None where so much does not pass within the horizon.
        """
        if span <= NONE:
            return start.astimezone(UTC)
        left = span
        for begin, end in self._spans_from(start):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return None

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return how much open time is between two instants; none if *end* is first."""
        if end <= start:
            return NONE
        first, last = _day_of(start), _day_of(end)
        return sum(
            (
                min(until, end) - max(since, start)
                for number in range((last - first).days + 1)
                for since, until in self._spans(first + number * DAY)
                if until > start and since < end
            ),
            NONE,
        )

    def intervals_on(self, on: date) -> Sequence[Interval]:
        """Return the intervals of a local date, in order."""
        if on in self.overrides:
            return self.overrides[on]
        if on in self.holidays:
            return ()
        return WHOLE_DAY if self.week is None else self.week.get(on.weekday(), ())

    def _spans_from(self, at: datetime) -> Iterator[Span]:
        """Yield what is open from *at* on, each within one UTC day."""
        first = _day_of(at)
        for number in range(HORIZON_DAYS):
            day = first + number * DAY
            if day.year not in YEARS or self._is_over(day):
                return
            for begin, end in self._spans(day):
                if end > at:
                    yield max(begin, at.astimezone(UTC)), end

    def _is_over(self, day: date) -> bool:
        """Return whether nothing can open from *day* on."""
        if self.week is None or any(self.week.values()):
            return False
        # A local date begins at most a day before the UTC date of its name.
        return all(on < day - DAY for on, times in self.overrides.items() if times)

    def _spans(self, day: date) -> tuple[Span, ...]:
        """Return what is open of a UTC day, in order."""
        kept = self._kept.get(day)
        if kept is None:
            if len(self._kept) >= MAX_KEPT_DAYS:
                self._kept.clear()
            kept = self._kept[day] = tuple(self._find_spans(day))
        return kept

    def _find_spans(self, day: date) -> Iterator[Span]:
        if day.year not in YEARS:
            return
        for since, until, offset in stretches(self.zone, day):
            # What the wall clock reads, as if it were UTC: within one offset the two
            # go alike.
            local, local_end = since + offset, until + offset
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
            while midnight < local_end:
                for interval in self.intervals_on(midnight.date()):
                    begin = max(midnight + interval.start, local)
                    end = min(midnight + interval.end, local_end)
                    if begin < end:
                        yield begin - offset, end - offset
                midnight += DAY


def _day_of(at: datetime) -> date:
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return at.astimezone(UTC).date()


ALWAYS_OPEN = Calendar()
