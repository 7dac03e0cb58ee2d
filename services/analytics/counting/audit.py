"""Audit outcomes: which requests are asked for, and who reached a person, when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Row = Mapping[str, Any]
Position = tuple[datetime, str]
"""Of the last item of a page: when it was asked, and its id."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which outcomes are asked for."""

    app_id: str
    start: datetime
    end: datetime
    equal: Mapping[str, object]
    """Fields and what they must be."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Of the users who asked for a person, who reached one, and when."""

    asked: int
    reached: int
    median_ms: int | None
    p90_ms: int | None
    not_reached: Mapping[str, int]
    """Why not, and how many."""


class Audit(Protocol):
    """Where outcomes are read."""

    async def outcomes(
        self, wanted: Wanted, *, limit: int, after: Position | None
    ) -> Sequence[Row]:
        """Return the newest outcomes first, behind *after*."""
        ...

    async def came_of(self, wanted: Wanted) -> Mapping[str, int]:
        """Return how many outcomes there are of each `came_of_it`."""
        ...

    async def reached_ms(
        self, wanted: Wanted, *, shares: Sequence[float]
    ) -> Sequence[int | None]:
        """Return the milliseconds within which these shares reached a person."""
        ...


REACHED = "reached_person"
MEDIAN, MOST = 0.5, 0.9
WHY_NOT = {
    "handed_over": "waiting",
    "withdrawn": "withdrawn",
    "expired": "expired",
}
"""What came of it, in the words of why nobody was reached; else nobody was asked."""
NOT_HANDED_OVER = "not_handed_over"


@dataclass(frozen=True, slots=True)
class Auditor:
    """Answers for one app and one period."""

    audit: Audit

    async def page(
        self, wanted: Wanted, *, limit: int, after: Position | None
    ) -> tuple[Sequence[Row], Position | None]:
        """Return a page, and where the next one begins; None at the end."""
        rows = await self.audit.outcomes(wanted, limit=limit + 1, after=after)
        shown = rows[:limit]
        if len(rows) <= limit:
            return shown, None
        return shown, (shown[-1]["at"], str(shown[-1]["_id"]))

    async def people(self, app_id: str, start: datetime, end: datetime) -> Reached:
        """Return who asked for a person and reached one."""
        wanted = Wanted(app_id, start, end, {"asked_for_person": True})
        came = await self.audit.came_of(wanted)
        median, most = await self.audit.reached_ms(wanted, shares=(MEDIAN, MOST))
        why: dict[str, int] = {}
        for came_of_it, n in came.items():
            if came_of_it != REACHED:
                reason = WHY_NOT.get(came_of_it, NOT_HANDED_OVER)
                why[reason] = why.get(reason, 0) + n
        return Reached(
            asked=sum(came.values()),
            reached=came.get(REACHED, 0),
            median_ms=median,
            p90_ms=most,
            not_reached=dict(sorted(why.items())),
        )
