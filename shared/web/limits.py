"""Bounds on request bodies, kept before anything is buffered."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problems import Problem, answer


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

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    # The framework passes this kind on unchanged.
                    raise HTTPException(413, f"At most {limit} bytes.")
            return message

        await self._app(scope, counted, send)

    async def _refuse(
        self, limit: int, scope: Scope, receive: Receive, send: Send
    ) -> None:
        problem = Problem(
            413,
            detail=f"At most {limit} bytes.",
            headers={"Connection": "close"},
        )
        await answer(problem)(scope, receive, send)
