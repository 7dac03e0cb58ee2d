"""The patterns of a period, counted in it and in the one before: what steps rest on."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from services.analytics.domain.facts import Dimension
from services.analytics.domain.gaps.next_steps import Gap, Plan, choose_next_steps
from services.analytics.domain.periods import Span, choose_spans
from services.analytics.domain.reports import Count

MAX_GAPS = 50
"""The largest of a period: what comes after them saves nobody much."""


class Counts(Protocol):
    """Where counts are read."""

    async def counted(
        self, app_id: str, dimensions: Sequence[Dimension], spans: Sequence[Span]
    ) -> list[Count]: ...


@dataclass(frozen=True, slots=True)
class KnownGap:
    """What is stored of a pattern: everything of its gap but the period's counts."""

    gap: Gap
    because: str = ""
    conversation_id: str = ""
    """Of the escalation whose words its label may quote."""


class KnownGaps(Protocol):
    """Where patterns are read."""

    async def of(
        self, app_id: str, pattern_ids: Collection[str]
    ) -> Mapping[str, KnownGap]:
        """Return those of *pattern_ids* that there are; raises Transient."""
        ...

    async def users(
        self, app_id: str, pattern_ids: Collection[str], start: datetime, end: datetime
    ) -> Mapping[str, int]:
        """Return how many users met each of them in the period."""
        ...


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would end a pattern, in a few lines."""

    lines: Sequence[str] = ()
    shared: Sequence[str] = ()
    """What its users' app states share and others do not: `app.version = 3.2`."""
    first_step: str = ""
    nearest: str | None = None
    """The document that is near enough to be changed; None where that is not known."""


class Remedies(Protocol):
    """Where remedies come from: they are made from the cases, as they are asked for."""

    async def of(self, app_id: str, pattern_id: str) -> Remedy: ...


@dataclass(frozen=True, slots=True)
class GapOfPeriod:
    """A pattern with its counts of the period and of the one before."""

    gap: Gap
    because: str
    conversation_id: str
    remedy: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Gaps:
    """Reads the largest patterns of a period."""

    counts: Counts
    known: KnownGaps
    remedies: Remedies

    async def of_period(
        self, app_id: str, start: datetime, end: datetime, *, largest: int = 0
    ) -> list[GapOfPeriod]:
        """Return them, the largest first; raises Transient.

        The *largest* ones have their remedy, and so have those that come next to do.
        """
        found = await self._of_period(app_id, start, end)
        chosen = choose_next_steps([each.gap for each in found], days=1).steps
        wanted = {each.gap.pattern_id for each in found[:largest]}
        wanted.update(each.pattern_id for each in chosen)
        return [
            await self._with_remedy(app_id, each)
            if each.gap.pattern_id in wanted
            else each
            for each in found
        ]

    async def _with_remedy(self, app_id: str, found: GapOfPeriod) -> GapOfPeriod:
        remedy = await self.remedies.of(app_id, found.gap.pattern_id)
        gap = replace(
            found.gap,
            first_step=remedy.first_step,
            shared=tuple(remedy.shared) or found.gap.shared,
            nearest=found.gap.nearest if remedy.nearest is None else remedy.nearest,
        )
        return replace(found, gap=gap, remedy=tuple(remedy.lines))

    async def _of_period(
        self, app_id: str, start: datetime, end: datetime
    ) -> list[GapOfPeriod]:
        now, before = await asyncio.gather(
            self._counted(app_id, start, end),
            self._counted(app_id, start - (end - start), start),
        )
        largest = sorted(now, key=lambda each: (-now[each], each))[:MAX_GAPS]
        known, users = await asyncio.gather(
            self.known.of(app_id, largest),
            self.known.users(app_id, largest, start, end),
        )
        return [
            _of_period(known[each], now[each], before.get(each, 0), users.get(each, 0))
            for each in largest
            if each in known
        ]

    async def plan(self, app_id: str, start: datetime, end: datetime) -> Plan:
        """Return what to do next, from the patterns of the period."""
        found = await self.of_period(app_id, start, end)
        days = max(1, round((end - start) / timedelta(days=1)))
        return choose_next_steps([each.gap for each in found], days=days)

    async def _counted(
        self, app_id: str, start: datetime, end: datetime
    ) -> dict[str, int]:
        found: dict[str, int] = {}
        spans = choose_spans(start, end)
        for count in await self.counts.counted(app_id, [Dimension.PATTERN], spans):
            found[count.value] = found.get(count.value, 0) + count.n
        return {each: n for each, n in found.items() if n > 0}


def _of_period(known: KnownGap, count: int, before: int, users: int) -> GapOfPeriod:
    gap = replace(known.gap, count=count, users=users, before=before)
    return GapOfPeriod(gap, known.because, known.conversation_id)
