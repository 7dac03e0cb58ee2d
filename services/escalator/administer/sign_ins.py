"""Sign people in: by a mailed link, by a key, by a provider that vouches for them."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.escalator.administer.team import Apps, Publisher, Team
from shared.clock import Clock
from shared.errors import Permanent
from shared.events import AppMembers, SignInRequested
from shared.kafka.records import outgoing
from shared.topics import MEMBER_SIGN_IN_REQUESTED
from shared.web.auth import Session, Sessions, hash_secret

TOKEN_BYTES = 32
LASTS = timedelta(minutes=15)
MAX_TRIES = 5
"""Links that one address may ask for within LASTS, whether it is a member's or not."""
PAGE = "escalator/sign-in"
"""Below HANDRAIL_PUBLIC_URL: where a link leads. The token stands behind a `#`, which
browsers send to no server; the page asks before it uses it up, as mail scanners open
links."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was sent; its token is known by its digest alone."""

    link_id: str
    email: str
    app_id: str | None
    """The one app that it is for; None lets the member choose."""
    expires_at: datetime


class Links(Protocol):
    """The links that were sent."""

    async def count(self, address: str, *, now: datetime, within: timedelta) -> int:
        """Count a try for *address*, a digest, and return how many there were."""

    async def add(self, link: Link) -> None: ...
    async def get(self, link_id: str) -> Link | None: ...
    async def use(self, link_id: str) -> bool:
        """Use a link up; False where it is used or gone."""


class Known(Protocol):
    """Who works for each app."""

    def of(self, app_id: str) -> AppMembers | None: ...
    def apps_of(self, email: str) -> list[str]: ...
    async def refresh(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """The apps that a member works for, when it is not said which is meant."""

    app_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class SignIns:
    """Begins sessions."""

    links: Links
    known: Known
    team: Team
    apps: Apps
    publisher: Publisher
    sessions: Sessions
    seal: Callable[[str], bytes]
    clock: Clock
    public_url: str

    async def count(self, email: str) -> bool:
        """Count a try for the address; return whether one more link may go there."""
        address = hash_secret(email)
        tries = await self.links.count(address, now=self.clock.now(), within=LASTS)
        return tries <= MAX_TRIES

    async def send(self, email: str, app_id: str | None) -> bool:
        """Have a link mailed to a member; return False, and do nothing, for others."""
        app_ids = await self._apps_of(email, app_id)
        if not app_ids:
            return False
        token, link = await self._new_link(email, app_id)
        team = self.known.of(app_ids[0])
        member = team.find(email) if team else None
        event = SignInRequested(
            app_id=app_ids[0],
            link_id=link.link_id,
            email=email,
            name=member.name if member else "",
            sealed_link=self.seal(self.page_of(token)).decode(),
            requested_at=self.clock.now(),
            expires_at=link.expires_at,
        )
        record = outgoing(
            MEMBER_SIGN_IN_REQUESTED,
            event,
            source="escalator",
            now=event.requested_at,
        )
        await self.publisher.publish([record])
        return True

    async def redeem(self, token: str, app_id: str | None) -> Session | Choice | None:
        """Return the session that a link begins, once; None where it is worth nothing.

        Where the member works for several apps and none is named, nothing is used up.
        """
        link = await self.links.get(hash_secret(token))
        if link is None or link.expires_at <= self.clock.now():
            return None
        found = await self.of_member(link.email, app_id or link.app_id)
        if not isinstance(found, Session):
            return found
        if link.app_id not in {None, found.app_id}:
            return None
        return found if await self.links.use(link.link_id) else None

    async def of_member(
        self, email: str, app_id: str | None
    ) -> Session | Choice | None:
        """Return a session of who proved to have that address; None for a stranger."""
        app_ids = await self._apps_of(email, app_id)
        if len(app_ids) > 1:
            return Choice(app_ids)
        return self.sessions.begin(app_ids[0], email=email) if app_ids else None

    async def handed_over(self, email: str) -> str:
        """Return where a member chooses the app, who was vouched for already."""
        token, _ = await self._new_link(email, None)
        return self.page_of(token)

    def page_of(self, token: str) -> str:
        """Return the address that signs in with *token*."""
        return f"{self.public_url.rstrip('/')}/{PAGE}#{token}"

    async def end(self, session: Session) -> None:
        """Sign out, in all services."""
        await self.team.end(session)

    async def _new_link(self, email: str, app_id: str | None) -> tuple[str, Link]:
        if self.sessions.secret is None:
            raise Permanent("no_session_secret", "HANDRAIL_ADMIN_KEY must be set.")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        expires_at = self.clock.now() + LASTS
        link = Link(hash_secret(token), email, app_id, expires_at)
        await self.links.add(link)
        return token, link

    async def _apps_of(self, email: str, app_id: str | None) -> list[str]:
        # They may have been added or removed a moment ago, by another instance.
        await self.known.refresh()
        return [
            each
            for each in self.known.apps_of(email)
            if app_id in {None, each} and self.sessions.member_of(each, email)
        ]
