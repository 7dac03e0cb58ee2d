"""GET /v1/summary: one period in numbers."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.analytics.api.periods import From, To, period
from services.analytics.counting.report import Reporter
from services.analytics.domain.reports import Summary
from shared.clock import Clock
from shared.events import Scope
from shared.web.auth import Principal, require
from shared.web.openapi.answers import problems

USUAL = timedelta(days=1)
LONGEST = timedelta(days=4_000)


class EscalationsOut(BaseModel):
    """What happened to escalations."""

    opened: int = Field(description="Opened in the period")
    acknowledged: int = Field(description="Times one became acknowledged")
    answered: int = Field(description="Times one became answered")
    resolved: int = Field(description="Times one became resolved")
    open: int = Field(description="Not resolved at the end of the period")


class DeliveriesOut(BaseModel):
    """How deliveries ended, and how many have not."""

    delivered: int = Field(description="Accepted by a destination, with proof")
    failed: int = Field(description="Given up")
    waiting: int = Field(
        description="Asked for before the end of the period and not ended yet: under "
        "way, tried again, or for a destination that does not exist"
    )


class SummaryOut(BaseModel):
    """One period in numbers, by when things happened."""

    model_config = ConfigDict(populate_by_name=True)

    from_: datetime = Field(alias="from", description="Beginning; in the period")
    to: datetime = Field(description="End; not in the period")
    requests: int = Field(description="Requests that were worked")
    resolved: int = Field(description="Requests answered without people")
    escalations: EscalationsOut = Field(description="Escalations")
    by_reason: dict[str, int] = Field(description="Unresolved requests by reason")
    deliveries: DeliveriesOut = Field(description="Deliveries to destinations")
    ms: dict[str, int | None] = Field(
        description=(
            "Milliseconds: `delivered_*` from the user's message, the others from the "
            "opening; mean, p50 and p90; null where nothing was timed"
        )
    )


def router(reporter: Reporter, *, clock: Clock) -> APIRouter:
    """Return the route; the answer is about the credential's own app."""
    routes = APIRouter(prefix="/v1", tags=["trends"])

    @routes.get("/summary", summary="One period in numbers", responses=problems(400))
    async def summary(
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
        start: From = None,
        end: To = None,
    ) -> SummaryOut:
        start, end = period(start, end, now=clock.now(), usual=USUAL, longest=LONGEST)
        return _out(await reporter.summary(principal.app_id, start, end), start, end)

    return routes


def _out(found: Summary, start: datetime, end: datetime) -> SummaryOut:
    escalations, deliveries = found.escalations, found.deliveries
    return SummaryOut(
        from_=start,
        to=end,
        requests=found.requests,
        resolved=found.resolved,
        escalations=EscalationsOut.model_validate(escalations, from_attributes=True),
        by_reason=found.by_reason,
        deliveries=DeliveriesOut.model_validate(deliveries, from_attributes=True),
        ms=found.ms,
    )
