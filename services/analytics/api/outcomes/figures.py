"""`GET /v1/figures`: how requests were served, by what tells them apart."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from services.analytics.api.periods import From, To, period
from services.analytics.counting.breakdown import Breakdown, BreakdownBy, Line
from shared.clock import Clock
from shared.events import Scope
from shared.web.auth import Principal, require
from shared.web.openapi.answers import problems

USUAL = timedelta(days=7)
LONGEST = timedelta(days=400)
LONGEST_BY_HOUR = timedelta(days=32)
"""What an answer of hours can bear."""


class LineRates(BaseModel):
    """Shares from 0 to 1; null where there is nothing to be a share of."""

    resolution: float | None = Field(description="Resolved by the assistant")
    escalation: float | None = Field(description="Handed to people")
    dead_end: float | None = Field(description="Neither")
    durable_resolution: float | None = Field(
        description="Of what was resolved: stayed so for seven days"
    )


class LineOut(BaseModel):
    """The figures of one key."""

    key: str | None = Field(
        description="The reason, route, …, or the beginning of the hour, day or week "
        "(UTC, from Monday); null where there is none, as of the reason of what was "
        "answered; an empty route is the default one"
    )
    requests: int = Field(description="Requests that were asked first in the period")
    settled: int = Field(description="Of these, neither going on nor taken back")
    dead_ends: int = Field(description="Neither resolved nor escalated")
    needless: int = Field(description="People only passed on what was found before")
    missed: int = Field(description="Dead ends that should have gone to people")
    rates: LineRates = Field(description="Shares of what was settled")


class FiguresOut(BaseModel):
    """Figures, told apart."""

    by: BreakdownBy = Field(description="By what")
    items: list[LineOut] = Field(
        description="By time in order; else the largest first, at most 100"
    )


def router(breakdown: Breakdown, *, clock: Clock) -> APIRouter:
    """Return the route; the answer is about the credential's own app."""
    routes = APIRouter(prefix="/v1", tags=["outcomes"])

    @routes.get("/figures", summary="How requests were served", responses=problems(400))
    async def figures(
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
        start: From = None,
        end: To = None,
        by: Annotated[
            BreakdownBy, Query(description="What tells lines apart")
        ] = BreakdownBy.REASON,
    ) -> FiguresOut:
        """Break the period down. By destination, a request that went to two is in two.

        By pattern: escalations that were grouped, under the pattern they are in now.
        """
        longest = LONGEST_BY_HOUR if by is BreakdownBy.HOUR else LONGEST
        start, end = period(start, end, now=clock.now(), usual=USUAL, longest=longest)
        lines = await breakdown.lines(principal.app_id, by, start, end)
        return FiguresOut(by=by, items=[_out(each) for each in lines])

    return routes


def _out(line: Line) -> LineOut:
    figures = line.figures
    return LineOut(
        key=line.key,
        requests=line.requests,
        settled=line.settled,
        dead_ends=figures.dead_ends,
        needless=figures.needless,
        missed=figures.missed,
        rates=LineRates.model_validate(figures.rates, from_attributes=True),
    )
