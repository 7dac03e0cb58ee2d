"""How many escalations patterns had in a period: of the largest, of all, of some."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.analytics.domain.periods import Step, buckets, floor_to
from services.analytics.domain.profiles.counting.counters import (
    PatternCounter,
    Totals,
    add_parts,
    add_up,
    choose_largest,
    is_settled,
)
from services.analytics.domain.profiles.counting.pieces import Piece, Pieces, cut
from services.analytics.patterns.browsing.ports import PatternCounters

LEAST_READ = 200
"""Counters of each piece that are read at first."""
MORE = 4
"""Times as many the next time, where the first did not settle it."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Counts patterns, exactly, from as few documents as the question needs."""

    counters: PatternCounters

    async def largest(
        self, app_id: str, start: datetime, end: datetime, *, limit: int
    ) -> Totals:
        """Return the patterns with most escalations in the period, largest first."""
        pieces = cut(start, end)
        edges = await self._edges(app_id, pieces)
        read = max(2 * limit, LEAST_READ)
        while True:
            totals, settled = await self._try(
                app_id, pieces.counters, edges, read=read, limit=limit
            )
            if settled:
                return choose_largest(totals, limit)
            read *= MORE

    async def _try(
        self,
        app_id: str,
        pieces: Sequence[Piece],
        edges: Totals,
        *,
        read: int,
        limit: int,
    ) -> tuple[Totals, bool]:
        """Return the totals of the candidates, and whether they are enough."""
        lists = await asyncio.gather(
            *(self.counters.largest(app_id, piece, limit=read) for piece in pieces)
        )
        ids = {each.pattern_id for some in lists for each in some} | edges.keys()
        cut_off = [len(some) == read for some in lists]
        missing = await asyncio.gather(
            *(
                self._missing(app_id, piece, ids, some) if more else _none()
                for piece, some, more in zip(pieces, lists, cut_off, strict=True)
            )
        )
        counts = [
            piece.counts([*some, *others])
            for piece, some, others in zip(pieces, lists, missing, strict=True)
        ]
        totals = add_up([*counts, edges])
        unseen = [
            some[-1].n if more else 0 for some, more in zip(lists, cut_off, strict=True)
        ]
        return totals, is_settled(totals, limit, unseen)

    async def _missing(
        self, app_id: str, piece: Piece, ids: set[str], some: Sequence[PatternCounter]
    ) -> list[PatternCounter]:
        wanted = ids - {each.pattern_id for each in some}
        found = await self.counters.some(app_id, [piece], wanted)
        return [counter for _, counter in found]

    async def totals(self, app_id: str, start: datetime, end: datetime) -> Totals:
        """Return what every pattern has in the period."""
        pieces = cut(start, end)
        counts = await asyncio.gather(
            *(self.counters.all(app_id, piece) for piece in pieces.counters)
        )
        return add_up([*counts, await self._edges(app_id, pieces)])

    async def lines(
        self,
        app_id: str,
        pattern_ids: Sequence[str],
        start: datetime,
        end: datetime,
        *,
        step: Step = Step.DAY,
    ) -> dict[str, list[int]]:
        """Return what each of these patterns has in every bucket of the period."""
        every = list(buckets(start, end, step))
        places = {at: place for place, at in enumerate(every)}
        lines = {each: [0] * len(every) for each in pattern_ids}
        if not lines:
            return {}
        pieces = cut(start, end, hourly=step is Step.HOUR)
        within = {piece: piece.places(places, step) for piece in pieces.counters}
        for piece, counter in await self.counters.some(
            app_id, pieces.counters, pattern_ids
        ):
            add_parts(lines[counter.pattern_id], counter.parts, within[piece])
        for first, last in pieces.edges:
            place = places[floor_to(first, step)]
            opened = await self.counters.opened(app_id, first, last)
            for pattern_id, n in opened.items():
                if pattern_id in lines:
                    lines[pattern_id][place] += n
        return lines

    async def _edges(self, app_id: str, pieces: Pieces) -> Totals:
        return add_up(
            [
                await self.counters.opened(app_id, first, last)
                for first, last in pieces.edges
            ]
        )


async def _none() -> list[PatternCounter]:
    return []
