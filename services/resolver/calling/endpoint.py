"""Call one endpoint once: signed, to a checked address, with a bounded answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import httpx

from services.resolver.domain.acting.endpoint import (
    MAX_ANSWER_BYTES,
    NOT_ALLOWED,
    Again,
    Ended,
    read_answer,
)
from shared.clock import Clock
from shared.web.outbound import Outbound, signed_headers
from shared.web.ssrf import NotAllowedError

MAX_WAIT_DIGITS = 5


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A call as it waits, and what became of it if that is known."""

    call_id: str
    app_id: str
    conversation_id: str
    action: str
    url: str
    body: bytes
    tries: int
    due_at: datetime
    ended: Ended | None = None
    """Kept before it is told: an endpoint that answered is not called again."""


class Secrets(Protocol):
    """The secret that an action's calls are signed with."""

    async def get(self, app_id: str, action: str) -> str: ...


class Endpoint:
    """The HTTP side of an action."""

    def __init__(self, outbound: Outbound, secrets: Secrets, clock: Clock) -> None:
        self._outbound = outbound
        self._secrets = secrets
        self._clock = clock

    async def call(self, call: StoredCall, *, deadline: float) -> Ended | Again:
        """Post *call*; whatever happens on the way is a value."""
        secret = await self._secrets.get(call.app_id, call.action)
        if not secret:
            return Ended("failed", error="the action has no readable secret")
        headers = signed_headers(secret, call.call_id, call.body, now=self._clock.now())
        try:
            answer = await self._outbound.post(
                call.url,
                call.body,
                headers={"User-Agent": "Handrail-Resolver/1", **headers},
                deadline=deadline,
                max_answer_bytes=MAX_ANSWER_BYTES,
            )
        except NotAllowedError:
            return Ended("failed", error=NOT_ALLOWED)
        except (TimeoutError, httpx.TimeoutException):
            return Again(f"no answer in {deadline:.3g} s", timed_out=True)
        except (httpx.HTTPError, OSError) as error:
            return Again(f"no connection: {type(error).__name__}")
        return read_answer(
            answer.status,
            answer.phrase,
            answer.body,
            whole=answer.whole,
            wait=_wait(answer.headers.get("retry-after")),
        )


def _wait(value: str | None) -> timedelta | None:
    """Return a Retry-After of seconds; a date is left to our own schedule."""
    plain = (value or "").strip()
    if plain.isascii() and plain.isdigit() and len(plain) <= MAX_WAIT_DIGITS:
        return timedelta(seconds=int(plain))
    return None
