"""The webhook channel: Standard Webhooks, only to the public internet."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpx
import orjson
from standardwebhooks.webhooks import Webhook

from services.notifier.deliver.ports import Letter
from services.notifier.domain.destination import Destination
from services.notifier.domain.http_replies import classify_http
from services.notifier.domain.outcomes import (
    Accepted,
    Deferred,
    Outcome,
    Reason,
    Refused,
)
from services.notifier.domain.ssrf import (
    NotAllowedError,
    Target,
    check_address,
    parse_target,
)
from shared.clock import Clock
from shared.events import rfc3339

DEADLINE_SECONDS = 20.0
NOT_ALLOWED = "destination not allowed"
"""All that a tenant hears of a refused address: no network is mapped with us."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns every address of a host."""


@dataclass(frozen=True, slots=True)
class Post:
    """A webhook message ready to sign and send."""

    webhook_id: str
    body: bytes


class WebhookChannel:
    """Delivers by HTTPS POST, each attempt to an address that was just checked."""

    name = "webhook"

    def __init__(
        self,
        clock: Clock,
        *,
        allow_private: bool = False,
        deadline: float = DEADLINE_SECONDS,
        resolve: Resolve | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._clock = clock
        self._allow_private = allow_private
        self._deadline = deadline
        self._resolve = resolve or addresses_of
        # The bare transport follows no redirect, keeps no cookie and asks no proxy.
        # No connection is kept: the next host at the same address is another one.
        self._transport = httpx.AsyncHTTPTransport(
            verify=context or ssl.create_default_context(),
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def addresses(self, destination: Destination) -> Sequence[str]:
        """Return where it goes, without what may be secret in the URL."""
        try:
            return [parse_target(destination.url, allow_private=True).origin]
        except NotAllowedError:
            return [destination.destination_id]

    def render(self, letter: Letter, address: str) -> Post:  # noqa: ARG002 - one for all
        """Return the message; its bytes are the same at every try."""
        request = letter.request
        data = request.packet.model_dump(mode="json") | {
            "delivery_id": letter.delivery_id,
            "destination_id": request.destination_id,
            "kind": request.kind,
            "revision": request.revision,
            "text": request.text,
        }
        event = "test" if letter.test else request.kind
        document = {
            "type": f"escalation.{event}",
            "timestamp": rfc3339(request.requested_at),
            "data": data,
        }
        return Post(letter.delivery_id, orjson.dumps(document))

    async def send(
        self,
        destination: Destination,
        address: str,  # noqa: ARG002 - the URL holds it, and more
        message: Post,
    ) -> Outcome:
        """Check where the URL leads, post to that very address, say what came back."""
        try:
            async with asyncio.timeout(self._deadline):
                target = parse_target(
                    destination.url, allow_private=self._allow_private
                )
                ip = await self._checked_address(target)
                return await self._post(target, ip, destination.secret, message)
        except NotAllowedError:
            return Refused(Reason.NOT_ALLOWED, NOT_ALLOWED)
        except (TimeoutError, httpx.TimeoutException):
            return Deferred(Reason.TIMED_OUT, f"no answer in {self._deadline:g} s")
        except ssl.SSLError as error:
            return Deferred(Reason.TLS_FAILED, str(error))
        except httpx.ConnectError as error:
            return _unconnected(error)
        except (httpx.HTTPError, OSError) as error:
            return Deferred(Reason.DISCONNECTED, type(error).__name__)

    async def close(self) -> None:
        """Close what is open."""
        await self._transport.aclose()

    async def _checked_address(self, target: Target) -> str:
        """Return an address to connect to, once every answer has passed."""
        found = await self._resolve(target.host, target.port)
        for each in found:
            check_address(each, allow_private=self._allow_private)
        if not found:
            raise OSError("the host has no address")
        return found[0]

    async def _post(
        self, target: Target, ip: str, secret: str, message: Post
    ) -> Outcome:
        if not secret:
            return Deferred(Reason.SECRET_UNREADABLE, "the secret cannot be decrypted")
        request = httpx.Request(
            "POST",
            httpx.URL(
                scheme=target.scheme,
                host=ip,
                port=target.port,
                raw_path=target.path.encode("ascii"),
            ),
            headers=self._headers(target, secret, message),
            content=message.body,
            extensions={
                "sni_hostname": target.host,
                "timeout": httpx.Timeout(self._deadline).as_dict(),
            },
        )
        answer = await self._transport.handle_async_request(request)
        try:
            # The body is nobody's business: it is never read, so it cannot be too big.
            outcome = classify_http(
                answer.status_code,
                _phrase(answer),
                retry_after=answer.headers.get("retry-after"),
                now=self._clock.now(),
            )
        finally:
            await answer.aclose()
        if isinstance(outcome, Accepted):
            return Accepted(outcome.proof, message.webhook_id)
        return outcome

    def _headers(self, target: Target, secret: str, message: Post) -> dict[str, str]:
        now = self._clock.now()
        signature = Webhook(secret).sign(message.webhook_id, now, message.body.decode())
        return {
            "Host": target.authority,
            "Content-Type": "application/json",
            "User-Agent": "Handrail-Notifier/1",
            "Accept-Encoding": "identity",
            "webhook-id": message.webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
            "Idempotency-Key": message.webhook_id,
        }


def _phrase(answer: httpx.Response) -> str:
    """Return the status line's words, printable and short."""
    words: bytes = answer.extensions.get("reason_phrase", b"")
    return "".join(
        char for char in words[:60].decode("ascii", "replace") if char.isprintable()
    )


def _unconnected(error: httpx.ConnectError) -> Outcome:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return Deferred(Reason.TLS_FAILED, str(cause))
        cause = cause.__cause__ or cause.__context__
    return Deferred(Reason.CONNECT_FAILED, "no connection")


async def addresses_of(host: str, port: int) -> Sequence[str]:
    """Return every address of *host*, as the system's resolver knows them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
