"""`/v1/escalations`: the inbox, and what people do with what is in it."""

from fastapi import APIRouter

from services.escalator.api.desk import lifecycle, views
from services.escalator.api.desk.ordering import Desk
from services.escalator.api.desk.parameters import (
    SHOWN,
    WORKED,
    Key,
    Name,
    Reader,
    Worker,
)
from services.escalator.api.requests import direct
from services.escalator.domain.lifecycle.transitions import Command
from services.escalator.escalate.lifecycle.regrouping import split_id_of
from shared import ids
from shared.clock import Clock
from shared.events import ENDED_STATUSES
from shared.web.openapi.answers import problems
from shared.web.problems import Problem


def router(desk: Desk, *, clock: Clock) -> APIRouter:
    """Return the inbox's routes."""
    routes = APIRouter(prefix="/v1/escalations", tags=["escalations"])
    _reading(routes, desk)
    _plain_commands(routes, desk)
    _commands_with_more(routes, desk, clock)
    _regrouping(routes, desk)
    lifecycle.add_routes(routes, desk)
    direct.add_routes(routes, desk)
    return routes


def _reading(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/{name}",
        summary="Show one escalation with all there is of it",
        responses={**SHOWN, **problems(404)},
    )
    async def show_escalation(name: Name, principal: Reader) -> views.Document:
        return await desk.show(principal, name)


def _plain_commands(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/{name}/acknowledge", summary="Take it; the user is told", responses=WORKED
    )
    async def acknowledge(
        name: Name, body: views.Body, principal: Worker, key: Key = None
    ) -> views.Document:
        return await desk.work(principal, name, body, key, Command.ACKNOWLEDGE)

    @routes.post("/{name}/reply", summary="Answer the user", responses=WORKED)
    async def reply(
        name: Name, body: views.Reply, principal: Worker, key: Key = None
    ) -> views.Document:
        more = {"attachments": body.attachments}
        return await desk.work(principal, name, body, key, Command.REPLY, **more)

    @routes.post(
        "/{name}/note", summary="Note something for the team", responses=WORKED
    )
    async def note(
        name: Name, body: views.Spoken, principal: Worker, key: Key = None
    ) -> views.Document:
        return await desk.work(principal, name, body, key, Command.NOTE)

    @routes.post(
        "/{name}/resolve", summary="Close it; the user is told", responses=WORKED
    )
    async def resolve(
        name: Name, body: views.Body, principal: Worker, key: Key = None
    ) -> views.Document:
        return await desk.work(principal, name, body, key, Command.RESOLVE)

    @routes.post(
        "/{name}/reopen", summary="Take it up again; the team is told", responses=WORKED
    )
    async def reopen(
        name: Name, body: views.Body, principal: Worker, key: Key = None
    ) -> views.Document:
        return await desk.work(principal, name, body, key, Command.REOPEN)


def _commands_with_more(routes: APIRouter, desk: Desk, clock: Clock) -> None:
    @routes.post("/{name}/assign", summary="Say whose it is", responses=WORKED)
    async def assign(
        name: Name, body: views.Assign, principal: Worker, key: Key = None
    ) -> views.Document:
        more = {"assignee": body.assignee}
        return await desk.work(principal, name, body, key, Command.ASSIGN, **more)

    @routes.post(
        "/{name}/snooze", summary="Let it rest until a moment", responses=WORKED
    )
    async def snooze(
        name: Name, body: views.Snooze, principal: Worker, key: Key = None
    ) -> views.Document:
        if body.until <= clock.now():
            raise Problem(422, detail="body.until: must be in the future")
        more = {"until": body.until}
        return await desk.work(principal, name, body, key, Command.SNOOZE, **more)


def _regrouping(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/{name}/merge", summary="Let another carry on for its user", responses=WORKED
    )
    async def merge(
        name: Name, body: views.Merge, principal: Worker, key: Key = None
    ) -> views.Document:
        row = await desk.find_for(principal, name, body)
        target = await desk.find(principal, body.into)
        if target["_id"] == row["_id"]:
            raise Problem(422, detail="body.into: it cannot be merged into itself")
        if target["status"] in ENDED_STATUSES:
            detail = (
                f"{target['number']} is {target['status']};"
                " nothing can be merged into it."
            )
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
        name: Name, body: views.Split, principal: Worker, key: Key = None
    ) -> views.Document:
        if not body.text.strip() and not body.message_ids:
            raise Problem(422, detail="Give `text` or `message_ids`: which part is it?")
        row = await desk.find_for(principal, name, body)
        more = {"command": Command.SPLIT, "message_ids": body.message_ids}
        order = await desk.take(principal, row, body, key, more)
        return await desk.show(principal, split_id_of(row["_id"], order.key))
