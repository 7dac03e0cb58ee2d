"""GET /v1/summary: one period in numbers."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.analytics.api.periods import From, To, period
from services.analytics.counting.report import Reporter
from services.analytics.domain.reports import PERCENTS, Summary
from shared.clock import Clock
from shared.events import Scope
from shared.web.auth import Principal, require
from shared.web.openapi.answers import problems

USUAL = timedelta(days=1)
LONGEST = timedelta(days=4_000)
TIMES = ("told", "delivered", "acknowledged", "first_response", "resolved")


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


class RatesOut(BaseModel):
    """Shares from 0 to 1; null where there is nothing to be a share of."""

    resolution: float | None = Field(description="Requests the assistant resolved")
    escalation: float | None = Field(description="Requests that people were asked for")
    dead_end: float | None = Field(description="Neither resolved nor escalated")
    reopen: float | None = Field(description="Resolved escalations taken up again")
    durable_resolution: float | None = Field(
        description="Of what was resolved seven days ago or earlier: not asked again, "
        "and not reopened, within them"
    )
    promises_kept: float | None = Field(description="Times users were told, and kept")


class TimesOut(BaseModel):
    """Quantiles of one time, in milliseconds, within 1 %."""

    p50: int | None = Field(description="Half of them took no longer")
    p90: int | None = Field(description="Nine of ten took no longer")
    p99: int | None = Field(description="All but one in a hundred took no longer")


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
    dead_ends: int = Field(
        description="Requests that were neither resolved nor escalated"
    )
    needless: int = Field(
        description="Escalations where people only passed on what was found before"
    )
    missed: int = Field(description="Dead ends that should have gone to people")
    rates: RatesOut = Field(description="Shares of what was asked in the period")
    csat: float | None = Field(
        description="Share of users who were satisfied, 4 or 5 of 5, of those who said"
    )
    ms: dict[str, int | TimesOut | None] = Field(
        description=(
            "Milliseconds: `told` and `delivered` from the user's message, "
            "`acknowledged`, `first_response` and `resolved` from the opening: each as "
            "p50, p90 and p99. The same and the mean as `told_p50` …; null where "
            "nothing was timed"
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
    figures = found.figures
    times = {
        name: TimesOut(**{f"p{n}": found.ms[f"{name}_p{n}"] for n in PERCENTS})
        for name in TIMES
    }
    return SummaryOut(
        from_=start,
        to=end,
        requests=found.requests,
        resolved=found.resolved,
        escalations=EscalationsOut.model_validate(escalations, from_attributes=True),
        by_reason=found.by_reason,
        deliveries=DeliveriesOut.model_validate(deliveries, from_attributes=True),
        dead_ends=figures.dead_ends,
        needless=figures.needless,
        missed=figures.missed,
        rates=RatesOut.model_validate(figures.rates, from_attributes=True),
        csat=figures.csat,
        ms={**times, **found.ms},
    )
