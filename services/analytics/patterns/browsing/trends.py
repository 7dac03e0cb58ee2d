"""Lines over time by pattern, by cause and by hour of the week."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import add
from zoneinfo import ZoneInfo

from services.analytics.domain.periods import Step, buckets, ceil_to, floor_to
from services.analytics.domain.profiles.counting.hours import (
    HOURS_OF_WEEK,
    hour_of_week,
)
from services.analytics.domain.profiles.counting.pieces import months_of
from services.analytics.domain.reports import MAX_SERIES
from services.analytics.patterns.browsing.ports import (
    CauseCounters,
    Openings,
    PatternCounters,
    Patterns,
)
from services.analytics.patterns.browsing.ranking import Ranking


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a trend: how many in each bucket of the period, in order."""

    key: str
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class PatternTrends:
    """Answers for one app and one period, exactly."""

    patterns: Patterns
    counters: PatternCounters
    causes: CauseCounters
    openings: Openings

    async def by_pattern(
        self, app_id: str, start: datetime, end: datetime, step: Step
    ) -> tuple[list[Line], dict[str, str]]:
        """Return the largest patterns of the period, and their labels."""
        ranking = Ranking(self.counters)
        totals = await ranking.largest(app_id, start, end, limit=MAX_SERIES)
        lines, found = await asyncio.gather(
            ranking.lines(app_id, list(totals), start, end, step=step),
            self.patterns.sketches(app_id, list(totals)),
        )
        labels = {each.pattern_id: each.label for each in found}
        # While a merge is under way a part is still counted under the old id.
        into = {each.pattern_id: each.merged_into or "" for each in found}
        return _sorted(
            (into.get(key) or key, line) for key, line in lines.items()
        ), labels

    async def by_cause(
        self, app_id: str, start: datetime, end: datetime, step: Step
    ) -> list[Line]:
        """Return a line per cause: what patterns had, under the cause they have now.

        Whole days (UTC), those that the period begins and ends in included.
        """
        first, after = floor_to(start, Step.DAY), ceil_to(end, Step.DAY)
        places = {at: place for place, at in enumerate(buckets(first, after, step))}
        months = months_of(first, after - timedelta(days=1))
        lines: dict[str, list[int]] = {}
        for place, days in (await self.causes.by_day(app_id, months)).items():
            _, month, cause = place
            line = lines.setdefault(cause, [0] * len(places))
            for day, n in days.items():
                at = month.replace(day=int(day))
                if first <= at < after:
                    line[places[floor_to(at, step)]] += n
        return _sorted(lines.items())

    async def by_hour_of_week(
        self, app_id: str, zone: ZoneInfo, start: datetime, end: datetime, step: Step
    ) -> list[Line]:
        """Return a line for each of the 168 hours of a week, in order, empty or not."""
        places = {at: place for place, at in enumerate(buckets(start, end, step))}
        lines = [[0] * len(places) for _ in range(HOURS_OF_WEEK)]
        for at, n in await self.openings.by_hour(app_id, start, end):
            lines[hour_of_week(at, zone)][places[floor_to(at, step)]] += n
        return [Line(str(hour), line) for hour, line in enumerate(lines)]


def _sorted(lines: Iterable[tuple[str, list[int]]]) -> list[Line]:
    """Return *lines*, those of one key added up, largest first, without empty ones."""
    found: dict[str, list[int]] = {}
    for key, line in lines:
        known = found.get(key)
        found[key] = line if known is None else list(map(add, known, line))
    totals = {key: sum(line) for key, line in found.items()}
    ranked = sorted(found, key=lambda key: (-totals[key], key))
    return [Line(key, found[key]) for key in ranked if totals[key]]
