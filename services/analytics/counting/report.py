"""Report on one app: gather counts, let the domain add them up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.analytics.domain.facts import (
    Amount,
    Cell,
    Difference,
    Dimension,
    daily,
    daily_times,
    find_differences,
)
from services.analytics.domain.periods import (
    BEGINNING,
    Source,
    Span,
    Step,
    ceil_to,
    choose_spans,
    floor_to,
)
from services.analytics.domain.reports import (
    Count,
    Series,
    Summary,
    fill_series,
    sketches_of,
    summarise,
)
from services.analytics.domain.sketches import Bins, merged

_SUMMARISED = [each for each in Dimension if each is not Dimension.PATTERN]
"""Patterns are thousands, and no figure of the summary is made of them."""


class Counts(Protocol):
    """Where counts are read."""

    async def counted(
        self, app_id: str, dimensions: Sequence[Dimension], spans: Sequence[Span]
    ) -> list[Count]: ...

    async def samples(
        self, app_id: str, *, start: datetime, end: datetime
    ) -> dict[str, list[int]]: ...

    async def waiting(self, app_id: str, *, end: datetime) -> int: ...

    async def pattern_sizes(self, app_id: str) -> dict[str, tuple[int, int]]: ...


@dataclass(frozen=True, slots=True)
class SizeDifference:
    """A pattern that says another size than its members make."""

    pattern_id: str
    counted: int
    recounted: int


@dataclass(frozen=True, slots=True)
class Recount:
    """Counters held against their facts."""

    start: datetime
    end: datetime
    counters: int
    """How many were compared."""
    hours: list[Difference]
    days: list[Difference]
    patterns: int = 0
    """How many patterns' sizes were compared."""
    sizes: list[SizeDifference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Answers for one app and one period, exactly."""

    counts: Counts

    async def summary(self, app_id: str, start: datetime, end: datetime) -> Summary:
        """Return the period in numbers."""
        counts = await self.counts.counted(
            app_id, _SUMMARISED, choose_spans(start, end)
        )
        before_end = await self.counts.counted(
            app_id, [Dimension.ESCALATION], choose_spans(BEGINNING, end)
        )
        samples = {}
        if _timed(counts) - sketches_of(counts).keys():
            samples = await self.counts.samples(app_id, start=start, end=end)
        waiting = await self.counts.waiting(app_id, end=end)
        return summarise(
            counts, before_end=before_end, samples=samples, waiting=waiting
        )

    async def trend(
        self, app_id: str, by: Dimension, *, start: datetime, end: datetime, step: Step
    ) -> list[Series]:
        """Return one series per value of *by*, zeros included."""
        finest = Step.HOUR if step is Step.HOUR else Step.DAY
        counts = await self.counts.counted(
            app_id, [by], choose_spans(start, end, finest=finest)
        )
        return fill_series(counts, start=start, end=end, step=step)

    async def recount(self, app_id: str, start: datetime, end: datetime) -> Recount:
        """Compare every counter of the whole days around the period with its facts.

        And every pattern's size, of all time, with its members.
        """
        start, end = floor_to(start, Step.DAY), ceil_to(end, Step.DAY)
        (hours, hourly), (days, daily_), (facts, times) = [
            await self._cells(app_id, Span(source, start, end))
            for source in (Source.HOURS, Source.DAYS, Source.FACTS)
        ]
        sizes = await self.counts.pattern_sizes(app_id)
        return Recount(
            start,
            end,
            counters=len(hours) + len(days),
            hours=[
                *find_differences(hours, facts),
                *_differences_of_times(hours, hourly, times),
            ],
            days=[
                *find_differences(days, daily(facts)),
                *_differences_of_times(days, daily_, daily_times(times)),
            ],
            patterns=len(sizes),
            sizes=[
                SizeDifference(pattern_id, counted, recounted)
                for pattern_id, (counted, recounted) in sorted(sizes.items())
                if counted != recounted
            ],
        )

    async def _cells(
        self, app_id: str, span: Span
    ) -> tuple[dict[Cell, Amount], dict[Cell, dict[str, int]]]:
        counts = await self.counts.counted(app_id, list(Dimension), [span])
        cells: dict[Cell, Amount] = {}
        times: dict[Cell, dict[str, int]] = {}
        for count in counts:
            bucket = int(count.at.timestamp())
            cell = (app_id, count.dimension, count.value, bucket)
            n, ms = cells.get(cell, (0, 0))
            cells[cell] = (n + count.n, ms + count.ms)
            if count.bins:
                times[cell] = merged([times.get(cell, {}), count.bins])
        return cells, times


def _timed(counts: Iterable[Count]) -> set[str]:
    return {each.value for each in counts if each.dimension == Dimension.MS}


def _differences_of_times(
    counted: Mapping[Cell, Amount],
    sketches: Mapping[Cell, Bins],
    recounted: Mapping[Cell, Bins],
) -> list[Difference]:
    """Return the bins that are not what the facts say, of whole sketches.

    A counter of before sketches were kept has less in its bins than it counts.
    """
    whole = [
        cell
        for cell, bins in sketches.items()
        if sum(bins.values()) == counted[cell][0]
    ]
    return find_differences(_by_bin(whole, sketches), _by_bin(whole, recounted))


def _by_bin(cells: Iterable[Cell], sketches: Mapping[Cell, Bins]) -> dict[Cell, Amount]:
    """Return each bin as a cell, named after what it times and its number."""
    return {
        (app_id, dimension, f"{value} bin {name}", bucket): (n, 0)
        for app_id, dimension, value, bucket in cells
        for name, n in sketches.get((app_id, dimension, value, bucket), {}).items()
    }
