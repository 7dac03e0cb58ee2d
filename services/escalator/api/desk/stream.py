"""`GET /v1/escalations/stream`: each change as a server-sent event."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.escalator.api.desk.feed import Change, Feed, Listener
from shared.events import Scope
from shared.web.auth import Principal, require
from shared.web.openapi.answers import Answers
from shared.web.problems import Problem

READER = require(Scope.READ, Scope.MANAGE)
STREAM: Answers = {
    200: {
        "description": "`opened` and `updated` events, each with `escalation_id`, "
        "`number`, `conversation_id`, `change`, `from`, `to`, `actor`, `at`, `reason` "
        "and `revision`; `reset` says that changes were missed: read the list again",
        "content": {
            "text/event-stream": {
                "schema": {
                    "type": "object",
                    "properties": {
                        name: {"type": "string"} for name in ("id", "event", "data")
                    },
                }
            }
        },
    }
}
Check = Callable[[], Awaitable[Any]]
"""Raises a Problem once the reader may not read any more."""


def router(feed: Feed, *, heartbeat_seconds: float) -> APIRouter:
    """Return the stream's route."""
    routes = APIRouter(prefix="/v1/escalations", tags=["escalations"])

    @routes.get(
        "/stream",
        summary="Each change as it happens; resumes with `Last-Event-ID`",
        responses=STREAM,
        response_class=EventSourceResponse,
    )
    async def stream_escalations(
        request: Request,
        principal: Annotated[Principal, Depends(READER)],
        last_event_id: Annotated[str | None, Header(max_length=256)] = None,
    ) -> EventSourceResponse:
        events = follow(
            feed,
            principal.app_id,
            last_event_id,
            check=lambda: READER(request),
            heartbeat_seconds=heartbeat_seconds,
        )
        return EventSourceResponse(events, ping=heartbeat_seconds)

    return routes


async def follow(
    feed: Feed,
    app_id: str,
    last_id: str | None,
    *,
    check: Check,
    heartbeat_seconds: float,
) -> AsyncIterator[ServerSentEvent]:
    """Yield the app's changes past *last_id*, and those from now on."""
    async with feed.listen(app_id, last_id) as (listener, missed):
        if missed is None:
            yield ServerSentEvent("{}", event="reset")
        for change in missed or ():
            yield _event(change)
        yield ServerSentEvent(comment="listening")
        async for heard in _heard(listener, heartbeat_seconds):
            if heard is not None:
                yield _event(heard)
                continue
            try:
                await check()
            except Problem:
                return  # a key or a session that was taken back reads no further
            yield ServerSentEvent(comment="heartbeat")


async def _heard(
    listener: Listener, heartbeat_seconds: float
) -> AsyncIterator[Change | None]:
    """Yield each change, and None where nothing came for as long as a heartbeat."""
    while True:
        try:
            async with asyncio.timeout(heartbeat_seconds):
                change = await listener.queue.get()
        except TimeoutError:
            yield None
            continue
        if change is None:
            return
        yield change


def _event(change: Change) -> ServerSentEvent:
    return ServerSentEvent(change.body.decode(), id=change.change_id, event=change.kind)
