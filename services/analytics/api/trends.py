"""GET /v1/trends: lines over time, with every bucket."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from services.analytics.api.periods import From, To, period
from services.analytics.counting.report import Reporter
from services.analytics.domain.facts import Dimension
from services.analytics.domain.periods import Step
from services.analytics.domain.reports import Series
from shared.clock import Clock
from shared.events import Scope
from shared.web.auth import Principal, require
from shared.web.openapi.answers import problems

USUAL = {
    Step.HOUR: timedelta(days=1),
    Step.DAY: timedelta(days=30),
    Step.WEEK: timedelta(weeks=26),
}
LONGEST = {
    Step.HOUR: timedelta(days=400),
    Step.DAY: timedelta(days=4_000),
    Step.WEEK: timedelta(days=4_000),
}
"""What an answer of points can bear; hours are not kept for longer either."""


class By(StrEnum):
    """What a trend tells apart."""

    REASON = "reason"
    PATTERN = "pattern"
    DESTINATION = "destination"


_DIMENSIONS = {By.REASON: Dimension.REASON, By.DESTINATION: Dimension.DESTINATION}


class PointOut(BaseModel):
    """One bucket."""

    at: datetime = Field(description="Beginning of the bucket, UTC")
    count: int = Field(description="How many")


class SeriesOut(BaseModel):
    """One line of a trend."""

    key: str = Field(description="The reason, pattern or destination")
    points: list[PointOut] = Field(description="Every bucket, zeros included")


class TrendsOut(BaseModel):
    """Lines over time, largest first."""

    step: Step = Field(description="Length of a bucket")
    series: list[SeriesOut] = Field(description="One per key, at most 100")


def router(reporter: Reporter, *, clock: Clock) -> APIRouter:
    """Return the route; the answer is about the credential's own app."""
    routes = APIRouter(prefix="/v1", tags=["trends"])

    @routes.get("/trends", summary="Lines over time", responses=problems(400))
    async def trends(
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
        start: From = None,
        end: To = None,
        step: Annotated[Step, Query(description="Length of a bucket")] = Step.DAY,
        by: Annotated[By, Query(description="What tells lines apart")] = By.REASON,
    ) -> TrendsOut:
        """By reason: unresolved requests. By destination: what it accepted."""
        start, end = period(
            start, end, now=clock.now(), usual=USUAL[step], longest=LONGEST[step]
        )
        if by is By.PATTERN:
            # Nothing finds patterns yet, so there is none to draw.
            return TrendsOut(step=step, series=[])
        series = await reporter.trend(
            principal.app_id, _DIMENSIONS[by], start=start, end=end, step=step
        )
        return TrendsOut(step=step, series=[_out(each) for each in series])

    return routes


def _out(series: Series) -> SeriesOut:
    points = [PointOut(at=at, count=count) for at, count in series.points]
    return SeriesOut(key=series.key, points=points)
