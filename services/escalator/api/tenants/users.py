"""`/v1/users/{user_id}/erase` and `/erasure`: delete a user, and the receipt of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import AwareDatetime, BaseModel, Field

from services.escalator.administer.erase import Eraser, is_over, remains
from shared.privacy.access import app_of
from shared.web.openapi.answers import problems
from shared.web.problems import Problem

UserId = Annotated[
    str, Path(min_length=1, max_length=256, description="As the app names the user")
]
OwnApp = Annotated[str, Depends(app_of)]


class ServiceReceipt(BaseModel):
    """What one service did."""

    at: AwareDatetime = Field(description="When it was done")
    counts: dict[str, int] = Field(
        description="Documents deleted or emptied, by collection"
    )


class Copy(BaseModel):
    """A destination that has the user's data."""

    destination_id: str = Field(description="Where the team receives")
    channel: str = Field(description="`email` or `webhook`")
    deliveries: int = Field(description="How many notifications it accepted")


class Remaining(BaseModel):
    """Records that cannot be rewritten."""

    topic: str = Field(description="The topic, or its dead letters")
    until: AwareDatetime = Field(description="When the last of them is gone")


class Erasure(BaseModel):
    """The receipt of an erasure."""

    erasure_id: str = Field(description="This erasure")
    app_id: str = Field(description="The app")
    requested_at: AwareDatetime = Field(description="When it was asked for")
    state: str = Field(description="`running`, or `done` when every service reported")
    services: dict[str, ServiceReceipt] = Field(description="What each service did")
    destinations: list[Copy] = Field(
        description="Who received the user's data and must delete it too"
    )
    remains: list[Remaining] = Field(description="Where records stay until they expire")


def router(eraser: Eraser) -> APIRouter:
    """Return the routes of users."""
    routes = APIRouter(prefix="/v1/users", tags=["users"])

    @routes.post(
        "/{user_id:path}/erase",
        status_code=202,
        summary="Delete what every service knows of a user; again is no mistake",
    )
    async def erase_user(user_id: UserId, app_id: OwnApp) -> Erasure:
        return _view(await eraser.request(app_id, user_id))

    @routes.get(
        "/{user_id:path}/erasure",
        summary="What each service has done so far",
        responses=problems(404),
    )
    async def show_erasure(user_id: UserId, app_id: OwnApp) -> Erasure:
        row = await eraser.receipt(app_id, user_id)
        if row is None:
            raise Problem(404, detail="Nobody asked to erase this user.")
        return _view(row)

    return routes


def _view(row: dict[str, Any]) -> Erasure:
    services = row.get("services", {})
    return Erasure(
        erasure_id=row["_id"],
        app_id=row["app_id"],
        requested_at=row["requested_at"],
        state="done" if is_over(row) else "running",
        services={name: ServiceReceipt(**each) for name, each in services.items()},
        destinations=[
            Copy(**copy)
            for name in sorted(services)
            for copy in services[name]["destinations"]
        ],
        remains=[
            Remaining(topic=topic, until=until)
            for topic, until in remains(row["requested_at"])
        ],
    )
