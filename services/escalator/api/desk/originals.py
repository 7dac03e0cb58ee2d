"""`GET /v1/escalations/{name}/original`: what redaction took out."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Protocol

import orjson
import structlog
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from services.escalator.api.desk.ordering import Desk
from services.escalator.api.desk.parameters import Name
from services.escalator.escalate.ports import SEALED
from shared.events import Scope
from shared.ids import conversation_key
from shared.web.auth import Principal, require
from shared.web.openapi.answers import problems

log = structlog.get_logger()

Manager = Annotated[Principal, Depends(require(Scope.MANAGE))]
Open = Callable[[bytes], str]
"""Returns what was sealed, or an empty string where no key fits."""


class Facts(Protocol):
    """The facts of a conversation's decisions."""

    async def facts(self, lane: str) -> Sequence[dict[str, Any]]: ...


class Originals(BaseModel):
    """Records as they came, in the order they were decided."""

    items: list[dict[str, Any]] = Field(
        description="Events and requests that something was blacked out of"
    )
    unreadable: int = Field(description="Of how many the key is not known any more")


def router(desk: Desk, facts: Facts, unseal: Open) -> APIRouter:
    """Return the route."""
    routes = APIRouter(prefix="/v1/escalations", tags=["escalations"])

    @routes.get(
        "/{name}/original",
        summary="What redaction took out of the conversation; reading it is logged",
        responses=problems(404),
    )
    async def show_original(name: Name, principal: Manager) -> Originals:
        row = await desk.find(principal, name)
        lane = conversation_key(row["app_id"], row["conversation_id"])
        sealed = [
            each for fact in await facts.facts(lane) for each in fact.get(SEALED, ())
        ]
        clear = [unseal(each.encode()) for each in sealed]
        log.info(
            "original read",
            app_id=principal.app_id,
            escalation_id=row["_id"],
            reader=principal.member or principal.key_id,
        )
        return Originals(
            items=[orjson.loads(each) for each in clear if each],
            unreadable=sum(not each for each in clear),
        )

    return routes
