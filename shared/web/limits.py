"""Bounds on request bodies, kept before anything is buffered."""

import asyncio
import contextlib

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problems import Problem, answer

DRAINED_BYTES = 64 * 1024 * 1024
DRAINING_SECONDS = 10.0


class BodyLimit:
    """Answers 413 to a body over *max_bytes*; *larger* names paths that may pass it."""

    def __init__(
        self, app: ASGIApp, *, max_bytes: int, larger: dict[str, int] | None = None
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._larger.get(scope["path"], self._max_bytes)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            await self._refuse(limit, scope, receive, send)
            return
        seen = 0
        too_large = HTTPException(413, f"At most {limit} bytes.")

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    await _drain(receive)
                    # The framework passes this kind on unchanged.
                    raise too_large
            return message

        await self._app(scope, counted, send)

    async def _refuse(
        self, limit: int, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await _drain(receive)
        problem = Problem(
            413,
            detail=f"At most {limit} bytes.",
            headers={"Connection": "close"},
        )
        await answer(problem)(scope, receive, send)


async def _drain(receive: Receive) -> None:
    """Read and drop the rest of a body, within bounds.

    A connection closed on unread bytes is reset, and the client never sees why.
    """
    dropped = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAINING_SECONDS):
            while dropped < DRAINED_BYTES:
                message = await receive()
                dropped += len(message.get("body", b""))
                if not message.get("more_body"):
                    return
