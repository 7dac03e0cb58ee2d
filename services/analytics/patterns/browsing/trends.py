"""Lines over time by pattern, by cause and by hour of the week."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from services.analytics.domain.periods import Step, buckets, floor_to
from services.analytics.domain.profiles.hours import HOURS_OF_WEEK, by_hour_of_week
from services.analytics.domain.profiles.pattern import UNCLEAR
from services.analytics.domain.profiles.pieces import cut
from services.analytics.domain.reports import MAX_SERIES, Count, Series, fill_series
from services.analytics.patterns.browsing.ports import (
    Openings,
    PatternCounters,
    Patterns,
)
from services.analytics.patterns.browsing.ranking import Ranking

CAUSE = "cause"
ALL = 1_000_000
"""More patterns than an app has: no limit."""


@dataclass(frozen=True, slots=True)
class PatternTrends:
    """Answers for one app and one period, exactly."""

    patterns: Patterns
    counters: PatternCounters
    openings: Openings

    async def by_pattern(
        self, app_id: str, start: datetime, end: datetime, step: Step
    ) -> tuple[list[Series], dict[str, str]]:
        """Return the largest patterns of the period, and their labels."""
        ranking = Ranking(self.counters)
        totals = await ranking.largest(app_id, start, end, limit=MAX_SERIES)
        counts, found = await asyncio.gather(
            ranking.points(app_id, totals, start, end, step=step),
            self.patterns.some(app_id, totals),
        )
        labels = {each.pattern_id: each.label for each in found}
        into = {each.pattern_id: each.merged_into for each in found}
        if any(into.values()):
            # While a merge is under way a part is still counted under the old id.
            counts = [
                replace(each, value=into.get(each.value) or each.value)
                for each in counts
            ]
        return fill_series(counts, start=start, end=end, step=step), labels

    async def by_cause(
        self, app_id: str, start: datetime, end: datetime, step: Step
    ) -> list[Series]:
        """Return a line per cause: what patterns had, under the cause they have now."""
        causes = await self.patterns.causes(app_id)
        pieces = cut(start, end, hourly=step is Step.HOUR)
        counts: list[Count] = []
        for piece in pieces.counters:
            found = await self.counters.largest(
                app_id, replace(piece, whole=False), limit=ALL
            )
            sums: dict[tuple[str, datetime], int] = {}
            for each in found:
                cause = causes.get(each.pattern_id, UNCLEAR)
                for at, n in piece.points(each.parts):
                    sums[cause, at] = sums.get((cause, at), 0) + n
            counts += [Count(CAUSE, cause, at, n) for (cause, at), n in sums.items()]
        for first, last in pieces.edges:
            opened = await self.counters.opened(app_id, first, last)
            counts += [
                Count(CAUSE, causes.get(each, UNCLEAR), first, n)
                for each, n in opened.items()
            ]
        return fill_series(counts, start=start, end=end, step=step)

    async def by_hour_of_week(
        self, app_id: str, zone: ZoneInfo, start: datetime, end: datetime, step: Step
    ) -> list[Series]:
        """Return a line for each of the 168 hours of a week, in order, empty or not."""
        opened = await self.openings.by_hour(app_id, start, end)
        hours = by_hour_of_week(opened, zone)
        every = list(buckets(start, end, step))
        return [
            _line(str(hour), hours.get(hour, ()), every, step)
            for hour in range(HOURS_OF_WEEK)
        ]


def _line(
    key: str,
    counts: Iterable[tuple[datetime, int]],
    every: Iterable[datetime],
    step: Step,
) -> Series:
    points: dict[datetime, int] = {}
    for hour, n in counts:
        at = floor_to(hour, step)
        points[at] = points.get(at, 0) + n
    return Series(key, [(at, points.get(at, 0)) for at in every])
