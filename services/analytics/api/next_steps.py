"""GET /v1/next-steps: three things to do next, from the patterns of a period."""

from datetime import datetime, timedelta
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.analytics.api.periods import From, To, period
from services.analytics.domain.gaps.next_steps import Plan
from shared.clock import Clock
from shared.events import Scope
from shared.web.auth import Principal, require
from shared.web.openapi.answers import problems

USUAL = timedelta(days=7)
LONGEST = timedelta(days=366)


class NextSteps(Protocol):
    """Chooses what to do next."""

    async def plan(self, app_id: str, start: datetime, end: datetime) -> Plan: ...


class StepOut(BaseModel):
    """One thing to do."""

    model_config = ConfigDict(from_attributes=True)

    pattern_id: str = Field(description="The pattern that it would end")
    label: str = Field(description="What the pattern is about")
    cause: str = Field(
        description="What is missing: `documentation`, `action`, `bug`, `person`, "
        "`unclear`, or what a later version found"
    )
    count: int = Field(description="Its escalations in the period")
    saves_minutes: int = Field(
        description="Minutes of people that it would save in a period as long, if they "
        "go on coming"
    )
    assumed: bool = Field(
        description="Whether ten minutes each are assumed: nobody's were measured yet"
    )
    sentence: str = Field(description="What to do, why and what it saves")
    first_step: str = Field(description="What its remedy begins with")


class PlanOut(BaseModel):
    """At most three things to do."""

    model_config = ConfigDict(populate_by_name=True)

    from_: datetime = Field(alias="from", description="Beginning; in the period")
    to: datetime = Field(description="End; not in the period")
    items: list[StepOut] = Field(description="What saves people the most comes first")
    note: str = Field(description="Why there are not three, if so")


def router(steps: NextSteps, *, clock: Clock) -> APIRouter:
    """Return the route; the answer is about the credential's own app."""
    routes = APIRouter(prefix="/v1", tags=["patterns"])

    @routes.get(
        "/next-steps", summary="Three things to do next", responses=problems(400)
    )
    async def next_steps(
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
        start: From = None,
        end: To = None,
    ) -> PlanOut:
        """Without a period, from the last seven days."""
        start, end = period(start, end, now=clock.now(), usual=USUAL, longest=LONGEST)
        found = await steps.plan(principal.app_id, start, end)
        items = [StepOut.model_validate(each) for each in found.steps]
        return PlanOut(from_=start, to=end, items=items, note=found.note)

    return routes
