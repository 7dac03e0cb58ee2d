"""Break the figures of a period down by what tells requests apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services.analytics.domain.facts import Dimension
from services.analytics.domain.figures import SETTLED, Figures, figures_of
from services.analytics.domain.outcomes.outcome import CameOfIt, counted_as

MAX_KEYS = 100
"""More lines than anybody can read; those with most requests are kept."""


class BreakdownBy(StrEnum):
    """What figures are told apart by."""

    REASON = "reason"
    ROUTE = "route"
    DESTINATION = "destination"
    LANGUAGE = "language"
    PATTERN = "pattern"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Group:
    """How many outcomes of one key are alike in all that is counted."""

    key: str | None
    outcome: Mapping[str, object]
    """The fields that an outcome is counted by."""
    n: int


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one key."""

    key: str | None
    """None: requests of which it is not known, or that have none."""
    requests: int
    settled: int
    figures: Figures


class Groups(Protocol):
    """Where outcomes are grouped."""

    async def grouped(
        self, app_id: str, by: BreakdownBy, start: datetime, end: datetime
    ) -> Sequence[Group]: ...


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Answers for one app and one period."""

    groups: Groups

    async def lines(
        self, app_id: str, by: BreakdownBy, start: datetime, end: datetime
    ) -> list[Line]:
        """Return a line for each key: in time by when, else the largest first."""
        totals: dict[str | None, dict[tuple[str, str], tuple[int, int]]] = {}
        for group in await self.groups.grouped(app_id, by, start, end):
            of_key = totals.setdefault(group.key, {})
            for value in counted_as(group.outcome):
                cell = (Dimension.CAME_OF_IT.value, value)
                of_key[cell] = (of_key.get(cell, (0, 0))[0] + group.n, 0)
        lines = [_line(key, found) for key, found in totals.items()]
        if by in {BreakdownBy.HOUR, BreakdownBy.DAY, BreakdownBy.WEEK}:
            return sorted(lines, key=lambda each: each.key or "")
        largest = sorted(lines, key=lambda each: (-each.requests, each.key or ""))
        return largest[:MAX_KEYS]


def _line(key: str | None, totals: Mapping[tuple[str, str], tuple[int, int]]) -> Line:
    def came(values: Sequence[str]) -> int:
        cells = ((Dimension.CAME_OF_IT.value, value) for value in values)
        return sum(totals.get(cell, (0, 0))[0] for cell in cells)

    return Line(
        key,
        requests=came(list(CameOfIt)),
        settled=came(SETTLED),
        figures=figures_of(totals),
    )
