"""One origin for four services: a reverse proxy for ``make run``.

``/resolver``, ``/escalator``, ``/notifier`` and ``/analytics`` lose their prefix and go
to their service; everything else is the dashboard: its built pages where there are any,
else the page that analytics serves. Bodies flow in both directions as they come, so
that server-sent events are not held back.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from handrail.stack import chat
from handrail.stack.pages import Pages
from handrail.stack.processes import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.types import Receive, Scope, Send

SERVICES = ("resolver", "escalator", "notifier", "analytics")
DASHBOARD = "analytics"

PATIENCE = 5.0
"""Seconds a request waits for a service that is being restarted; one takes 2 to 4 s."""

HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers about one connection, not about the message (RFC 9110, 7.6.1)."""

Headers = list[tuple[bytes, bytes]]


class UnavailableError(Exception):
    """The service did not accept a connection."""


class BrokenError(Exception):
    """The service accepted the request and gave no answer."""


class Gateway:
    """An ASGI application that passes requests on."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        services: Mapping[str, str],
        pages: Pages | None = None,
        chat_page: chat.Chat | None = None,
    ) -> None:
        self._chat = chat_page
        self._client = client
        self._services = services
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and its answer back."""
        request = Request(scope, receive)
        service, prefix = choose_service(request.url.path)
        if self._chat is not None and request.url.path in chat.PATHS:
            await (await self._chat.answer(request))(scope, receive, send)
            return
        if self._pages is not None and not prefix and self._pages.are_built():
            await self._pages(scope, receive, send)
            return
        try:
            answer = await self._ask(request, service, prefix)
        except UnavailableError:
            response = problem(503, f"{service} is not running; it is being restarted")
        except BrokenError:
            response = problem(502, f"{service} broke off before it answered")
        else:
            response = _pass_back(answer)
        await response(scope, receive, send)

    async def _ask(self, request: Request, service: str, prefix: str) -> httpx.Response:
        deadline = time.monotonic() + PATIENCE
        outgoing = self._outgoing(request, service, prefix)
        while True:
            try:
                return await self._client.send(outgoing, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                # Nothing was sent, so another try cannot do anything twice.
                if time.monotonic() > deadline:
                    raise UnavailableError from error
            except httpx.TransportError as error:
                if not _may_repeat(request) or time.monotonic() > deadline:
                    raise BrokenError from error
            await asyncio.sleep(0.05)

    def _outgoing(self, request: Request, service: str, prefix: str) -> httpx.Request:
        # raw_path keeps the percent-encoding that the client chose.
        path = request.scope["raw_path"].removeprefix(prefix.encode()) or b"/"
        query = request.scope["query_string"]
        target = httpx.URL(self._services[service]).copy_with(
            raw_path=path + (b"?" + query if query else b"")
        )
        return self._client.build_request(
            request.method,
            target,
            headers=_forwarded(request, prefix),
            content=request.stream() if _has_body(request) else None,
        )


def choose_service(path: str) -> tuple[str, str]:
    """Return the service that answers *path*, and the prefix to take off."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return (first, f"/{first}") if first in SERVICES else (DASHBOARD, "")


def problem(status: int, detail: str) -> Response:
    """Make an RFC 9457 problem document that says when to come back."""
    unavailable = status == httpx.codes.SERVICE_UNAVAILABLE
    title = "Service unavailable" if unavailable else "Bad gateway"
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(
        body,
        status_code=status,
        headers={"Retry-After": "1"},
        media_type="application/problem+json",
    )


def build_gateway(
    services: Mapping[str, str],
    pages: Path | None = None,
    *,
    widget: tuple[Path, Path] | None = None,
) -> Starlette:
    """Build the proxy for services at these base addresses, *pages* at the root.

    *widget*: the folder of the built chat, and the file with its app's key.
    """
    # Reading has no limit: an event stream may say nothing for an hour.
    timeout = httpx.Timeout(30.0, connect=2.0, read=None, pool=None)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    client = httpx.AsyncClient(
        timeout=timeout,
        limits=limits,
        follow_redirects=False,
        trust_env=False,
        # The client's own jar would give one person's cookie to everybody.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )

    gateway = Gateway(
        client,
        services,
        Pages(pages) if pages else None,
        chat.Chat(
            client, folder=widget[0], key_file=widget[1], resolver=services["resolver"]
        )
        if widget
        else None,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    async def ready(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/healthz", ready),
            Route("/readyz", ready),
            Mount("/", app=gateway),
        ],
        lifespan=lifespan,
    )


def _pass_back(answer: httpx.Response) -> Response:
    async def body() -> AsyncIterator[bytes]:
        # Also reached when the client goes away: Starlette cancels this generator, and
        # the service sees its connection close.
        try:
            async for chunk in answer.aiter_raw():
                yield chunk
        finally:
            await answer.aclose()

    response = StreamingResponse(body(), status_code=answer.status_code)
    found = _end_to_end([(k.lower(), v) for k, v in answer.headers.raw])
    # Our own server dates every answer, and two dates are none (RFC 9110, 5.3).
    response.raw_headers = [(k, v) for k, v in found if k != b"date"]
    return response


def _end_to_end(headers: Headers) -> Headers:
    """Drop the headers that concern one connection, also those `Connection` names."""
    named = [v.decode("latin-1") for k, v in headers if k == b"connection"]
    extra = {name.strip().lower() for value in named for name in value.split(",")}
    drop = HOP_BY_HOP | extra
    return [(k, v) for k, v in headers if k.decode("latin-1") not in drop]


def _forwarded(request: Request, prefix: str) -> Headers:
    """Pass the client's headers on, and say where the request came from."""
    ours = {b"host", b"x-forwarded-for", b"x-forwarded-prefix"}
    headers = [(k, v) for k, v in _end_to_end(request.headers.raw) if k not in ours]
    peer = request.client.host if request.client else "unknown"
    before = request.headers.get("x-forwarded-for")
    chain = f"{before}, {peer}" if before else peer
    host = request.headers.get("host", "")
    added = {
        "X-Forwarded-For": chain,
        "X-Forwarded-Host": host,
        "X-Forwarded-Proto": request.url.scheme,
        "X-Forwarded-Prefix": prefix,
    }
    return [*headers, *((k.encode(), v.encode()) for k, v in added.items() if v)]


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


def _may_repeat(request: Request) -> bool:
    return request.method in {"GET", "HEAD", "OPTIONS"} and not _has_body(request)


def main() -> None:
    """Run the gateway."""
    parser = argparse.ArgumentParser(prog="handrail.stack.gateway")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pages", type=Path, help="folder of the built dashboard")
    parser.add_argument(
        "--chat", type=Path, nargs=2, help="folder of the built chat; its app's key"
    )
    for service in SERVICES:
        parser.add_argument(f"--{service}", required=True, metavar="URL")
    given = vars(parser.parse_args())
    uvicorn.run(
        build_gateway(
            {name: given[name] for name in SERVICES},
            given["pages"],
            widget=tuple(given["chat"]) if given["chat"] else None,
        ),
        host=LOOPBACK,
        port=given["port"],
        log_level="warning",
        access_log=False,
        # Event streams never end by themselves; stopping must not wait for them.
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
