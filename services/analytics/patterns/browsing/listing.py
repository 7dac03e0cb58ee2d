"""The list of patterns, and the list of gaps: figures of all time or of a period."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.analytics.domain.periods import (
    BEGINNING,
    Step,
    ceil_to,
)
from services.analytics.domain.profiles.asking import Place, Sort, Wanted, order_of
from services.analytics.domain.profiles.counters import Totals
from services.analytics.domain.profiles.growth import measure_growth
from services.analytics.domain.profiles.items import (
    Figures,
    Item,
    make_item,
    make_item_of_period,
    shown_ids,
)
from services.analytics.domain.profiles.making import cost_of
from services.analytics.domain.profiles.pattern import GAP_CAUSES, Pattern
from services.analytics.patterns.browsing.ports import PatternCounters, Patterns
from services.analytics.patterns.browsing.ranking import Ranking
from shared.clock import Clock

TREND = timedelta(days=30)
MAX_COUNTED = 200_000
"""Escalations of a page whose users are counted as it is asked for."""
CHUNK = 200
"""Patterns of a ranking that are looked up at once."""


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when; *end* is not in it."""

    start: datetime
    end: datetime

    @property
    def before(self) -> "Period":
        """Return the period of the same length that ends where this one begins."""
        return Period(self.start - (self.end - self.start), self.start)


@dataclass(frozen=True, slots=True)
class Group:
    """The gaps of one cause."""

    cause: str
    count: int
    size: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Answers for one app."""

    patterns: Patterns
    counters: PatternCounters
    clock: Clock

    @property
    def _ranking(self) -> Ranking:
        return Ranking(self.counters)

    async def page(
        self,
        app_id: str,
        wanted: Wanted,
        *,
        sort: Sort = Sort.SIZE,
        after: Place | None = None,
        limit: int,
        period: Period | None = None,
    ) -> list[Item]:
        """Return at most *limit* patterns after a place, with their figures.

        With a period only those that had escalations in it.
        """
        if period is None:
            found = await self.patterns.page(
                app_id, wanted, sort=sort, after=after, limit=limit
            )
            return await self.items(app_id, found)
        ranked = await self._ranked(app_id, wanted, sort, period)
        found = [
            pattern
            for value, pattern in ranked
            if after is None or after.before(value, pattern.pattern_id)
        ]
        return await self.items(app_id, found[:limit], period=period)

    async def groups(self, app_id: str, wanted: Wanted) -> list[Group]:
        """Return how many gaps each cause has, all that are wanted counted."""
        counts = await self.patterns.counts(app_id, wanted)
        return [
            Group(cause, *counts.get(cause, (0, 0)))
            for cause in wanted.causes or GAP_CAUSES
        ]

    async def _ranked(
        self, app_id: str, wanted: Wanted, sort: Sort, period: Period
    ) -> list[tuple[float | None, Pattern]]:
        """Return all wanted patterns of a period, ranked, with what ranks them."""
        before: Totals = {}
        totals = await self._ranking.totals(app_id, period.start, period.end)
        if sort is Sort.GROWTH:
            earlier = period.before
            before = await self._ranking.totals(app_id, earlier.start, earlier.end)
        ids = list(totals)
        chunks = [ids[i : i + CHUNK] for i in range(0, len(ids), CHUNK)]
        found = [
            pattern
            for chunk in chunks
            for pattern in await self.patterns.some(app_id, chunk)
            if pattern.merged_into is None and wanted.includes(pattern)
        ]
        values = [(_value(pattern, sort, totals, before), pattern) for pattern in found]
        return sorted(values, key=lambda each: order_of(each[0], each[1].pattern_id))

    async def items(
        self, app_id: str, found: Sequence[Pattern], *, period: Period | None = None
    ) -> list[Item]:
        """Return *found* with figures: of *period*, or of all time and 30 days."""
        if not found:
            return []
        ids = [each.pattern_id for each in found]
        shown = period or self._last_month()
        lines, before, texts = await asyncio.gather(
            self._lines(app_id, ids, shown),
            self._lines(app_id, ids, shown.before),
            self.patterns.texts(app_id, list(_exemplars(found))),
        )
        users = await self._users(app_id, found, lines, period)
        figures = [
            Figures(
                trend=lines[each],
                before=sum(before[each]),
                users=users.get(each),
            )
            for each in ids
        ]
        make = make_item if period is None else make_item_of_period
        return [
            make(pattern, each, texts)
            for pattern, each in zip(found, figures, strict=True)
        ]

    async def _users(
        self,
        app_id: str,
        found: Sequence[Pattern],
        lines: Mapping[str, Sequence[int]],
        period: Period | None,
    ) -> Totals:
        """Return the users of a period, or ever of what has no profile yet.

        Of more escalations than are counted at once nothing is said.
        """
        if period is None:
            found = [each for each in found if each.profile is None]
            sizes = {each.pattern_id: each.size for each in found}
        else:
            sizes = {each: sum(line) for each, line in lines.items()}
        if not sizes or sum(sizes.values()) > MAX_COUNTED:
            return {}
        span = period or Period(BEGINNING, self.clock.now() + timedelta(days=1))
        users = await self.counters.users(app_id, list(sizes), span.start, span.end)
        return {each: users.get(each, 0) for each in sizes}

    async def _lines(
        self, app_id: str, ids: Sequence[str], period: Period
    ) -> dict[str, list[int]]:
        return await self._ranking.lines(app_id, ids, period.start, period.end)

    def _last_month(self) -> Period:
        """Return 30 whole days, today included."""
        end = ceil_to(self.clock.now() + timedelta(microseconds=1), Step.DAY)
        return Period(end - TREND, end)


def _value(
    pattern: Pattern, sort: Sort, totals: Mapping[str, int], before: Mapping[str, int]
) -> float | None:
    counted = totals[pattern.pattern_id]
    if sort is Sort.SIZE:
        return counted
    if sort is Sort.GROWTH:
        return measure_growth(counted, before.get(pattern.pattern_id, 0))
    minutes = pattern.profile.minutes_per_escalation if pattern.profile else None
    return cost_of(minutes, counted)


def _exemplars(found: Sequence[Pattern]) -> Iterator[str]:
    for pattern in found:
        yield from shown_ids(pattern)
