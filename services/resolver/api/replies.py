"""`GET /v1/conversations/{id}/replies`: a stream that resumes, or a list."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import orjson
from fastapi import APIRouter, Depends, Header, Path, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.resolver.api.described import REPLIES
from services.resolver.replies import Hub, Replies, after, follow, history
from shared.events import Scope
from shared.ids import conversation_key
from shared.web.auth import Principal, require
from shared.web.openapi.answers import problems
from shared.web.pages import Cursor, Limit, decode_cursor, encode_cursor
from shared.web.problems import Problem

PAGE = 200
"""Replies of a list: a conversation rarely has more."""


class Owners(Protocol):
    """Whose a conversation is."""

    async def owns(self, app_id: str, conversation_id: str, user_id: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Shows a conversation's replies to whoever may see them."""

    replies: Replies
    hub: Hub
    owners: Owners
    heartbeat_seconds: float

    async def check(self, principal: Principal, conversation_id: str) -> None:
        """Raise a 404 where a user's token asks for somebody else's conversation."""
        user_id = principal.user_id
        if user_id is not None and not await self.owners.owns(
            principal.app_id, conversation_id, user_id
        ):
            raise Problem(404, detail="This user has no such conversation.")

    async def stream(
        self, principal: Principal, conversation_id: str, last_id: str | None
    ) -> AsyncIterator[ServerSentEvent]:
        """Yield what was said after *last_id*, then what is said from now on."""
        following = follow(
            conversation_key(principal.app_id, conversation_id),
            last_id=last_id,
            replies=self.replies,
            hub=self.hub,
            reread_seconds=self.heartbeat_seconds,
        )
        async with aclosing(following):
            async for reply in following:
                if reply is not None:
                    yield ServerSentEvent(
                        reply.body.decode(), id=reply.reply_id, event=reply.kind
                    )
                    continue
                yield ServerSentEvent(comment="heartbeat")
                # Whose it is may have become known meanwhile.
                await self.check(principal, conversation_id)

    async def page(self, lane: str, cursor: str | None, limit: int) -> dict[str, Any]:
        """Return one page of what was said."""
        place = decode_cursor(cursor, parts=1)
        last_id = str(place[0]) if place else None
        found = after(await history(lane, replies=self.replies, hub=self.hub), last_id)
        shown = found[:limit]
        more = len(found) > limit
        return {
            "items": [orjson.loads(each.body) for each in shown],
            "next_cursor": encode_cursor(shown[-1].reply_id) if more else None,
        }


def router(
    replies: Replies, hub: Hub, owners: Owners, *, heartbeat_seconds: float
) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["door"])
    reader = Reader(replies, hub, owners, heartbeat_seconds)

    @routes.get(
        "/v1/conversations/{conversation_id:path}/replies",
        summary="What to show the user: server-sent events, or a list as JSON",
        responses={200: REPLIES, **problems(404)},
        response_model=None,
    )
    async def read_replies(
        request: Request,
        conversation_id: Annotated[str, Path(max_length=256)],
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.INGEST))],
        last_event_id: Annotated[str | None, Header(max_length=256)] = None,
        cursor: Cursor = None,
        limit: Limit = PAGE,
    ) -> Response:
        await reader.check(principal, conversation_id)
        if _wants_list(request.headers.get("accept", "")):
            lane = conversation_key(principal.app_id, conversation_id)
            content = orjson.dumps(await reader.page(lane, cursor, limit))
            return Response(content, media_type="application/json")
        return EventSourceResponse(
            reader.stream(principal, conversation_id, last_event_id),
            ping=heartbeat_seconds,
        )

    return routes


def _wants_list(accept: str) -> bool:
    return "application/json" in accept and "text/event-stream" not in accept
