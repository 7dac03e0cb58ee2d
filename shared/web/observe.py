"""Count the requests that were answered, by route and status."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import metrics


class Observed:
    """Counts each request once its status is known; routes are bounded, paths not."""

    def __init__(self, app: ASGIApp, *, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note its status."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = scope.get("route")
                metrics.HTTP_REQUESTS.labels(
                    self._service,
                    scope["method"],
                    getattr(route, "path", "unknown"),
                    message["status"],
                ).inc()
            await send(message)

        await self._app(scope, receive, noted)
