"""The webhook channel: Standard Webhooks, only to the public internet."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

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
from shared.clock import Clock
from shared.events import NotificationRequested, rfc3339
from shared.web.outbound import Answer, Outbound, Resolve, signed_headers
from shared.web.ssrf import EVERYWHERE, NOWHERE, NotAllowedError, parse_target

DEADLINE_SECONDS = 20.0
WEEKLY = "report.weekly"
"""The type of what tells of a week, and of no escalation."""
NOT_ALLOWED = "destination not allowed"
"""All that a tenant hears of a refused address: no network is mapped with us."""


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
        self._deadline = deadline
        self._outbound = Outbound(
            allow=EVERYWHERE if allow_private else NOWHERE,
            resolve=resolve,
            context=context,
        )

    def addresses(self, destination: Destination) -> Sequence[str]:
        """Return where it goes, without what may be secret in the URL."""
        try:
            return [parse_target(destination.url, allow=EVERYWHERE).origin]
        except NotAllowedError:
            return [destination.destination_id]

    def render(self, letter: Letter, address: str) -> Post:  # noqa: ARG002 - one for all
        """Return the message; its bytes are the same at every try."""
        request = letter.request
        data = _contents(request) | {
            "delivery_id": letter.delivery_id,
            "destination_id": request.destination_id,
            "kind": request.exact,
            "revision": request.revision,
            "text": request.text,
        }
        event = "test" if letter.test else request.exact
        document = {
            "type": WEEKLY if request.report else f"escalation.{event}",
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
            return await self._post(destination, message)
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
        await self._outbound.close()

    async def _post(self, destination: Destination, message: Post) -> Outcome:
        if not destination.secret:
            return Deferred(Reason.SECRET_UNREADABLE, "the secret cannot be decrypted")
        answer = await self._outbound.post(
            destination.url,
            message.body,
            headers={
                "User-Agent": "Handrail-Notifier/1",
                **signed_headers(
                    destination.secret,
                    message.webhook_id,
                    message.body,
                    now=self._clock.now(),
                ),
            },
            deadline=self._deadline,
        )
        outcome = self._classified(answer)
        if isinstance(outcome, Accepted):
            return Accepted(outcome.proof, message.webhook_id)
        return outcome

    def _classified(self, answer: Answer) -> Outcome:
        # The body is nobody's business: it is never read, so it cannot be too big.
        return classify_http(
            answer.status,
            answer.phrase,
            retry_after=answer.headers.get("retry-after"),
            now=self._clock.now(),
        )


def _contents(request: NotificationRequested) -> dict[str, Any]:
    """Return the packet, or what a digest or report tells: these have none."""
    packet = request.packet.model_dump(mode="json")
    told = request.digest or request.report
    if told is None:
        return packet
    shared = ("app_id", "summary", "priority", "links")
    return {name: packet[name] for name in shared} | told.model_dump(mode="json")


def _unconnected(error: httpx.ConnectError) -> Outcome:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return Deferred(Reason.TLS_FAILED, str(cause))
        cause = cause.__cause__ or cause.__context__
    return Deferred(Reason.CONNECT_FAILED, "no connection")
