"""POST /v1/reports/weekly/test: the report of the week so far, now, to one place."""

from datetime import datetime
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.analytics.reporting.weekly.weekly import Asked
from shared.events import AppSettings, Scope
from shared.events.base import Id
from shared.web.auth import Principal, require
from shared.web.exact import refuse, unknown
from shared.web.problems import Problem


class Apps(Protocol):
    """What is known of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...


class Destinations(Protocol):
    """Which destinations each app has."""

    def of(self, app_id: str) -> frozenset[str]: ...
    async def refresh(self) -> None: ...


class Weekly(Protocol):
    """Makes reports and asks for them to be sent."""

    async def ask_now(self, app: AppSettings, destination_id: str) -> Asked: ...


class TestBody(BaseModel):
    """Where the report is to go."""

    # Its name begins as that of a class of tests does.
    __test__ = False

    destination: Id = Field(description="The id of a destination that there is")


class AskedOut(BaseModel):
    """A report that was asked for."""

    model_config = ConfigDict(populate_by_name=True, from_attributes=True)

    delivery_id: str = Field(
        description="Its delivery: `GET /v1/deliveries` of the notifier has what "
        "became of it"
    )
    destination: str = Field(description="Where it goes")
    from_: datetime = Field(alias="from", description="Beginning; in the report")
    to: datetime = Field(description="End; not in the report")


def router(weekly: Weekly, apps: Apps, destinations: Destinations) -> APIRouter:
    """Return the route; the report is of the credential's own app."""
    routes = APIRouter(prefix="/v1/reports", tags=["reports"])

    @routes.post(
        "/weekly/test", status_code=202, summary="Send the weekly report now, as a test"
    )
    async def send_test(
        body: TestBody, principal: Annotated[Principal, Depends(require(Scope.MANAGE))]
    ) -> AskedOut:
        """Send the seven days until now; the week's own report comes all the same."""
        app_id = principal.app_id
        if body.destination not in destinations.of(app_id):
            # It may have been made a moment ago, by another service.
            await destinations.refresh()
        known = destinations.of(app_id)
        if body.destination not in known:
            name = body.destination
            raise refuse([unknown("body.destination", name, known, what="destination")])
        app = apps.get(app_id)
        if app is None:
            raise Problem(404, detail="This app is not known here yet.")
        asked = await weekly.ask_now(app, body.destination)
        return AskedOut(
            delivery_id=asked.report_id,
            destination=asked.destination_id,
            from_=asked.start,
            to=asked.end,
        )

    return routes
