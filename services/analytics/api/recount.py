"""GET /v1/recount: counters of a period and sizes of patterns, recounted."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.analytics.api.periods import From, To, period
from services.analytics.counting.report import Reporter
from services.analytics.domain.facts import Difference
from services.analytics.domain.periods import Step
from shared.clock import Clock
from shared.events import Scope
from shared.web.auth import Principal, require
from shared.web.openapi.answers import problems

USUAL = timedelta(days=1)
LONGEST = timedelta(days=32)
"""It reads every fact of the period."""
MOST_DIFFERENCES = 100


class DifferenceOut(BaseModel):
    """A counter that is not what its facts say."""

    step: Step = Field(description="Hourly or daily counter")
    at: datetime = Field(description="Its bucket")
    dimension: str = Field(description="What it counts by")
    value: str = Field(description="Which value")
    counted: tuple[int, int] = Field(description="Its number, and its milliseconds")
    recounted: tuple[int, int] = Field(description="What the facts say")


class SizeDifferenceOut(BaseModel):
    """A pattern that says another size than its members make."""

    pattern_id: str = Field(description="The pattern")
    counted: int = Field(description="How many escalations it says it has")
    recounted: int = Field(description="How many there are")


class RecountOut(BaseModel):
    """Counters held against their facts."""

    model_config = ConfigDict(populate_by_name=True)

    from_: datetime = Field(alias="from", description="Beginning, a whole day")
    to: datetime = Field(description="End, a whole day")
    counters: int = Field(description="Counters that were compared")
    patterns: int = Field(description="Patterns whose sizes were compared")
    exact: bool = Field(description="Whether every counter and size is as recounted")
    differences: list[DifferenceOut] = Field(
        description="The first hundred counters that are not"
    )
    pattern_differences: list[SizeDifferenceOut] = Field(
        description="The first hundred patterns that are not"
    )


def router(reporter: Reporter, *, clock: Clock) -> APIRouter:
    """Return the route; the answer is about the credential's own app."""
    routes = APIRouter(prefix="/v1", tags=["trends"])

    @routes.get(
        "/recount", summary="Whether the counters are exact", responses=problems(400)
    )
    async def recount(
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
        start: From = None,
        end: To = None,
    ) -> RecountOut:
        """Compare, over whole days.

        Under load a difference may be news that came between the two looks: ask again
        before believing it.
        """
        start, end = period(start, end, now=clock.now(), usual=USUAL, longest=LONGEST)
        found = await reporter.recount(principal.app_id, start, end)
        differences = [*_out(Step.HOUR, found.hours), *_out(Step.DAY, found.days)]
        return RecountOut(
            from_=found.start,
            to=found.end,
            counters=found.counters,
            patterns=found.patterns,
            exact=not differences and not found.sizes,
            differences=differences[:MOST_DIFFERENCES],
            pattern_differences=[
                SizeDifferenceOut(
                    pattern_id=each.pattern_id,
                    counted=each.counted,
                    recounted=each.recounted,
                )
                for each in found.sizes[:MOST_DIFFERENCES]
            ],
        )

    return routes


def _out(step: Step, differences: Iterable[Difference]) -> list[DifferenceOut]:
    return [
        DifferenceOut(
            step=step,
            at=datetime.fromtimestamp(each.cell[3], UTC),
            dimension=each.cell[1],
            value=each.cell[2],
            counted=each.counted,
            recounted=each.recounted,
        )
        for each in differences
    ]
