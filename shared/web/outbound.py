"""Calls to addresses that tenants name: checked, pinned, signed, bounded."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
from standardwebhooks.webhooks import Webhook

from shared.web.ssrf import NOWHERE, Networks, Target, check_address, parse_target

MAX_PHRASE = 60

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns every address of a host."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the far side said."""

    status: int
    phrase: str
    """The status line's words, printable and short."""
    headers: Mapping[str, str]
    body: bytes = b""
    whole: bool = True
    """Whether *body* is all of it."""


class Outbound:
    """Calls the public internet, each time at an address that was just checked."""

    def __init__(
        self,
        *,
        allow: Networks = NOWHERE,
        resolve: Resolve | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._allow = allow
        self._resolve = resolve or addresses_of
        # The bare transport follows no redirect, keeps no cookie and asks no proxy.
        # No connection is kept: the next host at the same address is another one.
        self._transport = httpx.AsyncHTTPTransport(
            verify=context or ssl.create_default_context(),
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str],
        deadline: float,
        max_answer_bytes: int = 0,
    ) -> Answer:
        """Post *body* within *deadline* seconds; read no more than is asked for.

        Raises NotAllowedError, TimeoutError, httpx.HTTPError or OSError.
        """
        given = {"Content-Type": "application/json", **headers}
        async with asyncio.timeout(deadline):
            request = await self._request("POST", url, given, body, deadline)
            return await self._answer(request, max_answer_bytes)

    async def get(self, url: str, *, deadline: float, max_answer_bytes: int) -> Answer:
        """Get *url* within *deadline* seconds; read no more than is asked for.

        Raises NotAllowedError, TimeoutError, httpx.HTTPError or OSError.
        """
        async with asyncio.timeout(deadline):
            request = await self._request("GET", url, {}, None, deadline)
            return await self._answer(request, max_answer_bytes)

    async def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        deadline: float,
    ) -> httpx.Request:
        """Return a request to an address that was just checked."""
        target = parse_target(url, allow=self._allow)
        address = await self._checked_address(target)
        return httpx.Request(
            method,
            httpx.URL(
                scheme=target.scheme,
                host=address,
                port=target.port,
                raw_path=target.path.encode("ascii"),
            ),
            headers={
                "Host": target.authority,
                "Accept-Encoding": "identity",
                **headers,
            },
            content=body,
            extensions={
                "sni_hostname": target.host,
                "timeout": httpx.Timeout(deadline).as_dict(),
            },
        )

    async def close(self) -> None:
        """Close what is open."""
        await self._transport.aclose()

    async def _checked_address(self, target: Target) -> str:
        """Return an address to connect to, once every answer has passed."""
        found = await self._resolve(target.host, target.port)
        for each in found:
            check_address(each, target=target, allow=self._allow)
        if not found:
            raise OSError("the host has no address")
        return found[0]

    async def _answer(self, request: httpx.Request, max_bytes: int) -> Answer:
        response = await self._transport.handle_async_request(request)
        try:
            body, whole = await _body(response, max_bytes)
        finally:
            await response.aclose()
        return Answer(
            response.status_code, _phrase(response), response.headers, body, whole
        )


async def _body(response: httpx.Response, max_bytes: int) -> tuple[bytes, bool]:
    """Return the first *max_bytes* of the body, as they came over the wire."""
    if max_bytes == 0:
        return b"", False
    read = bytearray()
    async for chunk in response.aiter_raw():
        read += chunk
        if len(read) > max_bytes:
            return bytes(read[:max_bytes]), False
    return bytes(read), True


def signed_headers(
    secret: str, message_id: str, body: bytes, *, now: datetime
) -> dict[str, str]:
    """Return the headers of Standard Webhooks, and an idempotency key beside them.

    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now, body.decode()),
        "Idempotency-Key": message_id,
    }


async def addresses_of(host: str, port: int) -> Sequence[str]:
    """Return every address of *host*, as the system's resolver knows them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _phrase(response: httpx.Response) -> str:
    words: bytes = response.extensions.get("reason_phrase", b"")
    return "".join(
        char
        for char in words[:MAX_PHRASE].decode("ascii", "replace")
        if char.isprintable()
    )
