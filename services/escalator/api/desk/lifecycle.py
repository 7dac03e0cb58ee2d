"""`/v1/escalations/{id}/…`: who has it, how urgent it is, and back to the assistant."""

from fastapi import APIRouter

from services.escalator.api.desk import views
from services.escalator.api.desk.ordering import Desk
from services.escalator.api.desk.parameters import WORKED, Key, Name, Worker
from services.escalator.domain.lifecycle.transitions import Command


def add_routes(routes: APIRouter, desk: Desk) -> None:
    """Add the verbs that are not about words."""
    _holding(routes, desk)
    _marking(routes, desk)
    _matching(routes, desk)


def _holding(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/{name}/claim",
        summary="Take it and be assigned; 409 with the holder's name when it is taken",
        responses=WORKED,
    )
    async def claim(
        name: Name, body: views.Body, principal: Worker, key: Key = None
    ) -> views.Document:
        return await desk.work(principal, name, body, key, Command.CLAIM)

    @routes.post(
        "/{name}/unassign",
        summary="Make it nobody's; it waits for somebody again",
        responses=WORKED,
    )
    async def unassign(
        name: Name, body: views.Body, principal: Worker, key: Key = None
    ) -> views.Document:
        return await desk.work(principal, name, body, key, Command.UNASSIGN)

    @routes.post(
        "/{name}/hand-back",
        summary="Let the assistant speak again; the user reads `text`, or our words",
        responses=WORKED,
    )
    async def hand_back(
        name: Name, body: views.Body, principal: Worker, key: Key = None
    ) -> views.Document:
        return await desk.work(principal, name, body, key, Command.HAND_BACK)


def _marking(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/{name}/priority", summary="Say how urgent it is", responses=WORKED)
    async def prioritize(
        name: Name, body: views.Prioritize, principal: Worker, key: Key = None
    ) -> views.Document:
        more = {"priority": body.priority}
        return await desk.work(principal, name, body, key, Command.PRIORITY, **more)

    @routes.post(
        "/{name}/tag", summary="Put tags on it, take others off", responses=WORKED
    )
    async def tag(
        name: Name, body: views.Tag, principal: Worker, key: Key = None
    ) -> views.Document:
        more = {"add": (*body.add, *body.tags), "remove": body.remove}
        return await desk.work(principal, name, body, key, Command.TAG, **more)


def _matching(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/{name}/known-issue",
        summary="Join it to an issue that people know of; null splits a wrong match",
        responses=WORKED,
    )
    async def join_known_issue(
        name: Name, body: views.KnownIssueBody, principal: Worker, key: Key = None
    ) -> views.Document:
        more = {"pattern": body.pattern}
        return await desk.work(principal, name, body, key, Command.KNOWN_ISSUE, **more)
