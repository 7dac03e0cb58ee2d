"""`POST /v1/escalations`: to people, without a chat before it."""

import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from services.escalator.api.desk import views
from services.escalator.api.desk.ordering import Desk
from services.escalator.api.desk.parameters import Key
from services.escalator.api.desk.schemas import EscalationItem
from services.escalator.domain.inbox.filters import Filter, Row
from services.escalator.escalate.lifecycle.requesting import (
    DirectRequest,
    opened_id,
    to_record,
)
from shared import ids
from shared.events import Attempt, Role, Scope, Session, User
from shared.events.base import Id, Object
from shared.events.preferences import Priority
from shared.web.auth import Principal, own_app, require
from shared.web.openapi.answers import Answers, problems
from shared.web.problems import Problem

Asker = Annotated[
    Principal, Depends(require(Scope.INGEST, Scope.MANAGE, least=Role.AGENT))
]
DUPLICATE = "duplicate"
OPENED: Answers = {
    201: {"model": EscalationItem},
    200: {
        "model": EscalationItem,
        "description": "The same `Idempotency-Key` came before: nothing is done again",
    },
    **problems(409),
}


class Ask(BaseModel):
    """What is asked of people."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")
    conversation_id: Id | None = Field(
        default=None,
        min_length=1,
        description="Where answers go; without one it is derived, and answered. What "
        "people have of that conversation already gets this as a message",
    )
    text: str = Field(
        min_length=1,
        max_length=views.MAX_TEXT,
        pattern=r"\S",
        description="What the user needs, in their words",
    )
    user: User | None = Field(default=None, description="The end user")
    session: Session | None = Field(default=None, description="Where the user was")
    app_state: Object | None = Field(default=None, description="State of the app")
    attempts: list[Attempt] = Field(
        default_factory=list, max_length=100, description="What was tried before"
    )
    priority: Priority | None = Field(
        default=None, description="How urgent it is; a route may say otherwise"
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a request belongs, and as which event."""

    app_id: str
    conversation_id: str
    event_id: str


def add_routes(routes: APIRouter, desk: Desk) -> None:
    """Add the way to people without a chat."""

    @routes.post(
        "",
        summary="Escalate without a chat before it; the same key is one escalation",
        status_code=201,
        responses=OPENED,
    )
    async def escalate(
        body: Ask, principal: Asker, response: Response, key: Key = None
    ) -> views.Document:
        own_app(principal, body.app_id)
        _own_user(principal, body)
        place = _place(principal.app_id, body, key)
        asked = DirectRequest(
            event_id=place.event_id,
            occurred_at=desk.clock.now(),
            **body.model_dump(exclude={"app_id", "conversation_id"}),
        )
        record = to_record(place.app_id, place.conversation_id, asked)
        done = await desk.submit(record)
        if done.reason == DUPLICATE:
            response.status_code = 200
        row = await _find(desk, place)
        return views.to_item(row, now=desk.clock.now())


def _own_user(principal: Principal, body: Ask) -> None:
    """Raise a 403 where a browser's token names another user than its own."""
    if principal.user_id is None:
        return
    if body.user is None or body.user.id != principal.user_id:
        raise Problem(403, detail="This token speaks for one user: name that one.")


def _place(app_id: str, body: Ask, key: str | None) -> _Place:
    name = ids.derive("direct_request", app_id, key or uuid.uuid4().hex)
    return _Place(app_id, body.conversation_id or f"direct-{name}", f"direct-{name}")


async def _find(desk: Desk, place: _Place) -> Row:
    """Return the escalation that the request opened, or was added to."""
    opened = opened_id(place.app_id, place.conversation_id, place.event_id)
    row = await desk.inbox.find(place.app_id, opened)
    if row is not None:
        return row
    mine = Filter(conversation_id=place.conversation_id)
    found = await desk.inbox.page(place.app_id, mine, limit=1)
    if not found:
        said = "This `Idempotency-Key` was used for another conversation."
        raise Problem(409, detail=said, reason="key_of_another")
    return found[0][1]
