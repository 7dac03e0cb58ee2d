"""`/v1/escalations`: the inbox, and what people do with what is in it."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query

from services.escalator.api.desk import views
from services.escalator.api.desk.ordering import Desk
from services.escalator.api.desk.schemas import EscalationDocument, EscalationItem
from services.escalator.domain.inbox import Filter
from services.escalator.domain.lifecycle.transitions import Command
from services.escalator.escalate.lifecycle.regrouping import split_id_of
from shared import ids
from shared.clock import Clock
from shared.events import EscalationStatus, Reason, Scope, rfc3339
from shared.events.base import NO_CONTROL
from shared.web.auth import Principal, require
from shared.web.openapi.answers import Answers, problems
from shared.web.pages import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    decode_cursor,
    encode_cursor,
)
from shared.web.problems import Problem

Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
Manager = Annotated[Principal, Depends(require(Scope.MANAGE))]
Name = Annotated[str, Path(max_length=64, description="Id or number (`ESC-1042`)")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=255,
        pattern=NO_CONTROL,
        description="The same key again is the same order again: done once",
    ),
]
Named = Annotated[str | None, Query(max_length=256)]
LISTED: Answers = {200: {"model": Page[EscalationItem]}}
SHOWN: Answers = {200: {"model": EscalationDocument}}
WORKED: Answers = {**SHOWN, **problems(404, 409)}


def router(desk: Desk, *, clock: Clock) -> APIRouter:
    """Return the inbox's routes."""
    routes = APIRouter(prefix="/v1/escalations", tags=["escalations"])
    _reading(routes, desk)
    _plain_commands(routes, desk)
    _commands_with_more(routes, desk, clock)
    _regrouping(routes, desk)
    return routes


def _reading(routes: APIRouter, desk: Desk) -> None:
    @routes.get("", summary="List escalations, the newest first", responses=LISTED)
    async def list_escalations(
        principal: Reader,
        status: Annotated[list[EscalationStatus] | None, Query()] = None,
        reason: Annotated[list[Reason] | None, Query()] = None,
        conversation_id: Named = None,
        assignee: Named = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[views.Document]:
        wanted = Filter(
            statuses=[each.value for each in status or ()],
            reasons=[each.value for each in reason or ()],
            conversation_id=conversation_id,
            assignee=assignee,
        )
        found = await desk.inbox.page(
            principal.app_id, wanted, after=_after(cursor), limit=limit + 1
        )
        last = found[limit - 1] if len(found) > limit else None
        return Page(
            items=[views.to_item(each) for each in found[:limit]],
            next_cursor=last and encode_cursor(rfc3339(last["opened_at"]), last["_id"]),
        )

    @routes.get(
        "/{name}",
        summary="Show one escalation with all there is of it",
        responses={**SHOWN, **problems(404)},
    )
    async def show_escalation(name: Name, principal: Reader) -> views.Document:
        return await desk.show(principal, name)


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    parts = decode_cursor(cursor, parts=2)
    if parts is None:
        return None
    refused = Problem(400, detail="This cursor is not one of ours.")
    try:
        moment = datetime.fromisoformat(str(parts[0]))
        if moment.tzinfo is None:
            raise refused
        return moment.astimezone(UTC), str(parts[1])
    except (ValueError, OverflowError):
        raise refused from None


def _plain_commands(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/{name}/acknowledge", summary="Take it; the user is told", responses=WORKED
    )
    async def acknowledge(
        name: Name, body: views.Body, principal: Manager, key: Key = None
    ) -> views.Document:
        return await _do(desk, principal, name, body, key, Command.ACKNOWLEDGE)

    @routes.post("/{name}/reply", summary="Answer the user", responses=WORKED)
    async def reply(
        name: Name, body: views.Spoken, principal: Manager, key: Key = None
    ) -> views.Document:
        return await _do(desk, principal, name, body, key, Command.REPLY)

    @routes.post(
        "/{name}/note", summary="Note something for the team", responses=WORKED
    )
    async def note(
        name: Name, body: views.Spoken, principal: Manager, key: Key = None
    ) -> views.Document:
        return await _do(desk, principal, name, body, key, Command.NOTE)

    @routes.post(
        "/{name}/resolve", summary="Close it; the user is told", responses=WORKED
    )
    async def resolve(
        name: Name, body: views.Body, principal: Manager, key: Key = None
    ) -> views.Document:
        return await _do(desk, principal, name, body, key, Command.RESOLVE)

    @routes.post(
        "/{name}/reopen", summary="Take it up again; the team is told", responses=WORKED
    )
    async def reopen(
        name: Name, body: views.Body, principal: Manager, key: Key = None
    ) -> views.Document:
        return await _do(desk, principal, name, body, key, Command.REOPEN)


def _commands_with_more(routes: APIRouter, desk: Desk, clock: Clock) -> None:
    @routes.post("/{name}/assign", summary="Say whose it is", responses=WORKED)
    async def assign(
        name: Name, body: views.Assign, principal: Manager, key: Key = None
    ) -> views.Document:
        more = {"assignee": body.assignee}
        return await _do(desk, principal, name, body, key, Command.ASSIGN, **more)

    @routes.post(
        "/{name}/snooze", summary="Let it rest until a moment", responses=WORKED
    )
    async def snooze(
        name: Name, body: views.Snooze, principal: Manager, key: Key = None
    ) -> views.Document:
        if body.until <= clock.now():
            raise Problem(422, detail="body.until: must be in the future")
        more = {"until": body.until}
        return await _do(desk, principal, name, body, key, Command.SNOOZE, **more)


def _regrouping(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/{name}/merge", summary="Let another carry on for its user", responses=WORKED
    )
    async def merge(
        name: Name, body: views.Merge, principal: Manager, key: Key = None
    ) -> views.Document:
        row = await desk.find_for(principal, name, body)
        target = await desk.find(principal, body.into)
        if target["_id"] == row["_id"]:
            raise Problem(422, detail="body.into: it cannot be merged into itself")
        if target["status"] == EscalationStatus.RESOLVED:
            detail = f"{target['number']} is resolved; nothing can be merged into it."
            raise Problem(409, detail=detail, status_now=target["status"])
        if target.get("merged_into"):
            detail = f"{target['number']} is merged itself; merge into what carries on."
            raise Problem(409, detail=detail, status_now=target["status"])
        more = {
            "command": Command.MERGE,
            "into": target["_id"],
            "into_number": target["number"],
            "into_lane": ids.conversation_key(
                target["app_id"], target["conversation_id"]
            ),
        }
        await desk.take(principal, row, body, key, more)
        return await desk.show(principal, row["_id"])

    @routes.post(
        "/{name}/split",
        summary="Make a part of it an escalation of its own",
        responses=WORKED,
    )
    async def split(
        name: Name, body: views.Split, principal: Manager, key: Key = None
    ) -> views.Document:
        if not body.text.strip() and not body.message_ids:
            raise Problem(422, detail="Give `text` or `message_ids`: which part is it?")
        row = await desk.find_for(principal, name, body)
        more = {"command": Command.SPLIT, "message_ids": body.message_ids}
        order = await desk.take(principal, row, body, key, more)
        return await desk.show(principal, split_id_of(row["_id"], order.key))


async def _do(
    desk: Desk,
    principal: Principal,
    name: str,
    body: views.Body,
    key: str | None,
    command: Command,
    **more: object,
) -> views.Document:
    row = await desk.find_for(principal, name, body)
    await desk.take(principal, row, body, key, {"command": command, **more})
    return await desk.show(principal, row["_id"])
