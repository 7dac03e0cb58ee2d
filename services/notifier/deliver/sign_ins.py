"""Mail members the links that sign them in: soon or not at all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from services.notifier.domain.outcomes import Accepted, Outcome, Refused
from shared.clock import Clock
from shared.events import SignInRequested

log = structlog.get_logger()

AGAIN = tuple(timedelta(seconds=each) for each in (2, 5, 10, 20, 30))
"""Waits between tries; the last one repeats until the link is over."""


@dataclass(frozen=True, slots=True)
class SignInMail:
    """A link on its way to a member."""

    link_id: str
    app_id: str
    email: str
    name: str
    sealed_link: str
    requested_at: datetime
    expires_at: datetime
    tries: int = 0
    """How many there were before this one."""


class SignInMails(Protocol):
    """The links that are to be mailed, each once."""

    async def add(self, mail: SignInMail) -> None:
        """Keep *mail*; one that is there stays as it is."""

    async def claim(self, *, now: datetime) -> SignInMail | None:
        """Return a mail that is due, for this process alone for a minute."""

    async def postpone(self, link_id: str, *, wait: timedelta) -> None: ...
    async def close(self, link_id: str, *, outcome: str) -> None: ...


Send = Callable[[SignInMail, str], Awaitable[Outcome]]
"""Sends the mail with the link in the clear; whatever goes wrong is an outcome."""


@dataclass(frozen=True, slots=True)
class SignInMailer:
    """Takes requests for links and mails them."""

    mails: SignInMails
    open_link: Callable[[str], str]
    send: Send
    clock: Clock
    count: Callable[[str], None]
    """Hears the outcome of each try."""

    async def take(self, _topic: str, value: bytes) -> None:
        """Keep one request; a repeat changes nothing, and one that is over is dropped.

        Raises Transient.
        """
        event = SignInRequested.model_validate_json(value)
        if event.expires_at > self.clock.now():
            mail = SignInMail(
                link_id=event.link_id,
                app_id=event.app_id,
                email=event.email,
                name=event.name,
                sealed_link=event.sealed_link,
                requested_at=event.requested_at,
                expires_at=event.expires_at,
            )
            await self.mails.add(mail)

    async def work(self) -> None:
        """Send all that is due. Raises Transient."""
        while (mail := await self.mails.claim(now=self.clock.now())) is not None:
            await self._one(mail)

    async def _one(self, mail: SignInMail) -> None:
        link = self.open_link(mail.sealed_link)
        if not link:
            await self._close(mail, "unreadable")
            return
        outcome = await self.send(mail, link)
        if isinstance(outcome, Accepted):
            await self._close(mail, "accepted")
        elif isinstance(outcome, Refused):
            await self._close(mail, outcome.reason.value)
        else:
            wait = AGAIN[min(mail.tries, len(AGAIN) - 1)]
            if self.clock.now() + wait >= mail.expires_at:
                await self._close(mail, "expired")
                return
            self.count(outcome.reason.value)
            await self.mails.postpone(mail.link_id, wait=wait)

    async def _close(self, mail: SignInMail, outcome: str) -> None:
        self.count(outcome)
        if outcome != "accepted":
            log.warning("sign-in link not mailed", reason=outcome, app_id=mail.app_id)
        await self.mails.close(mail.link_id, outcome=outcome)
