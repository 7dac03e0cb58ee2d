"""GET /v1/trends: lines over time, with every bucket."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Protocol

import orjson
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from services.analytics.api.periods import From, To, period
from services.analytics.counting.report import Reporter
from services.analytics.domain.facts import Dimension
from services.analytics.domain.periods import Step, buckets, zone_of
from services.analytics.patterns.browsing.trends import Line, PatternTrends
from shared.clock import Clock
from shared.events import AppSettings, Scope, rfc3339
from shared.web.auth import Principal, require
from shared.web.openapi.answers import problems
from shared.web.problems import Problem

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
    CAUSE = "cause"
    HOUR_OF_WEEK = "hour_of_week"


_BY_DAY = (By.CAUSE, By.HOUR_OF_WEEK)
_DIMENSIONS = {By.REASON: Dimension.REASON, By.DESTINATION: Dimension.DESTINATION}


class PointOut(BaseModel):
    """One bucket."""

    at: datetime = Field(description="Beginning of the bucket, UTC")
    count: int = Field(description="How many")


class SeriesOut(BaseModel):
    """One line of a trend."""

    key: str = Field(
        description="The reason, destination, cause or id of a pattern; of "
        "`hour_of_week` 0 (Monday, the first hour) to 167, in the app's own zone"
    )
    label: str | None = Field(
        default=None, description="What it is called, where the key is an id"
    )
    points: list[PointOut] = Field(description="Every bucket, zeros included")


class TrendsOut(BaseModel):
    """Lines over time, largest first; hours of the week in their order."""

    step: Step = Field(description="Length of a bucket")
    series: list[SeriesOut] = Field(
        description="One per key, at most 100; of `hour_of_week` all 168"
    )


class Apps(Protocol):
    """What is known of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...


def router(
    reporter: Reporter, pattern_trends: PatternTrends, *, apps: Apps, clock: Clock
) -> APIRouter:
    """Return the route; the answer is about the credential's own app."""
    routes = APIRouter(prefix="/v1", tags=["trends"])

    @routes.get(
        "/trends",
        summary="Lines over time",
        responses={200: {"model": TrendsOut}, **problems(400)},
        response_model=None,
    )
    async def trends(
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
        start: From = None,
        end: To = None,
        step: Annotated[
            Step | None,
            Query(
                description="Length of a bucket: `day`, and of `hour_of_week` `week`, "
                "unless another is asked for"
            ),
        ] = None,
        by: Annotated[By, Query(description="What tells lines apart")] = By.REASON,
    ) -> Response:
        """Count by `by`, which also says what.

        `reason`: unresolved requests. `destination`: what it accepted. `pattern` and
        `cause`: escalations that were grouped, by when they were opened, under the
        pattern they belong to now and the cause that it has now; by cause whole days.
        `hour_of_week`: all that were opened.
        """
        step = step or (Step.WEEK if by is By.HOUR_OF_WEEK else Step.DAY)
        if by in _BY_DAY and step is Step.HOUR:
            raise Problem(400, detail=f"By {by.value}, a step is a day or a week.")
        start, end = period(
            start, end, now=clock.now(), usual=USUAL[step], longest=LONGEST[step]
        )
        app_id = principal.app_id
        labels: dict[str, str] = {}
        match by:
            case By.PATTERN:
                lines, labels = await pattern_trends.by_pattern(
                    app_id, start, end, step
                )
            case By.CAUSE:
                lines = await pattern_trends.by_cause(app_id, start, end, step)
            case By.HOUR_OF_WEEK:
                app = apps.get(app_id)
                zone = zone_of(app.preferences.hours.timezone if app else "UTC")
                lines = await pattern_trends.by_hour_of_week(
                    app_id, zone, start, end, step
                )
            case _:
                series = await reporter.trend(
                    app_id, _DIMENSIONS[by], start=start, end=end, step=step
                )
                lines = [Line(each.key, [n for _, n in each.points]) for each in series]
        return _answer(lines, labels, list(buckets(start, end, step)), step)

    return routes


def _answer(
    lines: Sequence[Line],
    labels: Mapping[str, str],
    every: Sequence[datetime],
    step: Step,
) -> Response:
    """Return a `TrendsOut` in JSON.

    Written here: a hundred lines of ninety days are 9,000 points, and a model of each
    cost ten times the query.
    """
    moments = [rfc3339(at) for at in every]
    series = [
        {
            "key": line.key,
            **({"label": labels[line.key]} if line.key in labels else {}),
            "points": [
                {"at": at, "count": n}
                for at, n in zip(moments, line.counts, strict=True)
            ],
        }
        for line in lines
    ]
    body = orjson.dumps({"step": step.value, "series": series})
    return Response(body, media_type="application/json")
