"""`GET /v1/audit`: what was missing, and what was made good."""

from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field

from services.escalator.audit.finding import Kind
from shared.privacy.access import manager_of
from shared.web.auth import Principal
from shared.web.openapi.answers import problems

Asker = Annotated[Principal | None, Depends(manager_of)]


class Repaired(BaseModel):
    """Something that should have happened, did not, and was made good."""

    kind: Kind = Field(description="What was missing")
    app_id: str = Field(description="The app")
    escalation_id: str | None = Field(
        description="The escalation; null where it was not known"
    )
    at: AwareDatetime = Field(description="When it was made good")
    reason: str = Field(
        description="What of that kind: a timer's kind, a topic, a revision"
    )
    times: int = Field(description="How often it was found")


class Audit(BaseModel):
    """Whether everything that was decided also happened."""

    checked_at: AwareDatetime | None = Field(
        description="When the last round ended; null before the first"
    )
    unaccounted: int = Field(
        description="Found missing, and not known to be made good yet"
    )
    repaired: list[Repaired] = Field(description="The last 100, the newest first")


class Findings(Protocol):
    """What the auditor wrote down."""

    async def show(self, app_id: str | None) -> dict[str, Any]:
        """Return it of one app, or of all where *app_id* is None."""


def router(findings: Findings) -> APIRouter:
    """Return the route of the audit."""
    routes = APIRouter(prefix="/v1/audit", tags=["operations"])

    @routes.get(
        "",
        response_model=Audit,
        summary="What was missing and made good; the operator sees every app's",
        responses=problems(401, 403),
    )
    async def show_audit(asker: Asker) -> dict[str, Any]:
        return await findings.show(None if asker is None else asker.app_id)

    return routes
