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
from services.analytics.domain.profiles.asking import Place, Sort, Wanted
from services.analytics.domain.profiles.counting.counters import Totals
from services.analytics.domain.profiles.items import (
    Figures,
    Item,
    make_item,
    make_item_of_period,
    shown_ids,
)
from services.analytics.domain.profiles.pattern import GAP_CAUSES, Pattern
from services.analytics.domain.profiles.ranks import ranked_ids
from services.analytics.patterns.browsing.ports import PatternCounters, Patterns
from services.analytics.patterns.browsing.ranking import Ranking
from shared.clock import Clock

TREND = timedelta(days=30)
MAX_COUNTED = 200_000
"""Escalations of a page whose users are counted as it is asked for."""
MORE = 4
"""Times as many patterns as a page has, and then as before, that are ranked for it."""


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
        ids = await self._ids_of_period(app_id, wanted, sort, after, limit, period)
        known = {
            each.pattern_id: each for each in await self.patterns.some(app_id, ids)
        }
        found = [known[each] for each in ids if each in known]
        return await self.items(app_id, found, period=period)

    async def groups(self, app_id: str, wanted: Wanted) -> list[Group]:
        """Return how many gaps each cause has, all that are wanted counted."""
        counts = await self.patterns.counts(app_id, wanted)
        return [
            Group(cause, *counts.get(cause, (0, 0)))
            for cause in wanted.causes or GAP_CAUSES
        ]

    async def _ids_of_period(
        self,
        app_id: str,
        wanted: Wanted,
        sort: Sort,
        after: Place | None,
        limit: int,
        period: Period,
    ) -> list[str]:
        """Return the ids of a page of those that had escalations in the period."""
        if sort is not Sort.SIZE:
            totals = await self._ranking.totals(app_id, period.start, period.end)
            before = await self._before(app_id, sort, period)
            sketches = await self.patterns.sketches(app_id)
            return ranked_ids(sketches, wanted, sort, totals, before, after)[:limit]
        read = MORE * limit
        while True:
            totals = await self._ranking.largest(
                app_id, period.start, period.end, limit=read
            )
            sketches = await self.patterns.sketches(app_id, list(totals))
            ids = ranked_ids(sketches, wanted, sort, totals, {}, after)
            if len(ids) >= limit or len(totals) < read:
                return ids[:limit]
            read *= MORE

    async def _before(self, app_id: str, sort: Sort, period: Period) -> Totals:
        """Return what the patterns had in the period before, where that ranks them."""
        if sort is not Sort.GROWTH:
            return {}
        before = period.before
        return await self._ranking.totals(app_id, before.start, before.end)

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


def _exemplars(found: Sequence[Pattern]) -> Iterator[str]:
    for pattern in found:
        yield from shown_ids(pattern)
