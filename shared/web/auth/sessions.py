"""Sessions of people: one signed cookie that all four services read.

The cookie says who and until when. What the person may do is looked up at each request
in what `app.members` and `app.settings` say now, so a change of role, a removal and a
sign-out hold everywhere within the time that a record takes.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import jwt

from shared.errors import Permanent, Transient
from shared.events import AppKey, AppMembers, AppSettings, Member, Scope
from shared.web.auth.principal import SCOPES_OF, Principal, role_of

COOKIE = "handrail_session"
LASTS = timedelta(hours=12)
"""A working day; the next one begins with a sign-in."""
ALGORITHM = "HS256"
AUDIENCE = "handrail-session"
_PURPOSE = b"handrail sessions v1"
_OF_MEMBER = "member:"
_OF_KEY = "key:"


class Apps(Protocol):
    """What a session is checked against."""

    def get(self, app_id: str) -> AppSettings | None: ...
    def find_key(self, key_id: str) -> tuple[str, AppKey] | None: ...
    async def refresh(self) -> None: ...


class Members(Protocol):
    """Who works for each app."""

    @property
    def unready_reason(self) -> str: ...
    def of(self, app_id: str) -> AppMembers | None: ...
    async def refresh(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Session:
    """What a cookie says."""

    app_id: str
    subject: str
    """`member:<email>` or `key:<key_id>`."""
    session_id: str
    began_at: datetime
    ends_at: datetime

    @property
    def email(self) -> str | None:
        """Return the member's address; None where a key signed in."""
        found = self.subject.removeprefix(_OF_MEMBER)
        return None if found == self.subject else found

    @property
    def key_id(self) -> str | None:
        """Return the key that signed in; None where a member did."""
        found = self.subject.removeprefix(_OF_KEY)
        return None if found == self.subject else found


def session_secret(*, configured: str, admin_key: str) -> bytes | None:
    """Return what cookies are signed with, the same in all services; None for nothing.

    Without a setting it comes from the operator's key, which all of them have.
    """
    source = configured or admin_key
    return hmac.digest(source.encode(), _PURPOSE, "sha256") if source else None


@dataclass(frozen=True, slots=True)
class Sessions:
    """Makes sessions and reads them back as principals."""

    secret: bytes | None
    apps: Apps
    members: Members
    now: Callable[[], datetime]

    def begin(self, app_id: str, *, email: str = "", key_id: str = "") -> Session:
        """Return a new session of a member or of a key."""
        now = self.now().astimezone(UTC)
        return Session(
            app_id=app_id,
            subject=f"{_OF_MEMBER}{email}" if email else f"{_OF_KEY}{key_id}",
            session_id=secrets.token_hex(16),
            began_at=now,
            ends_at=now + LASTS,
        )

    def sign(self, session: Session) -> str:
        """Return *session* as a cookie holds it; Permanent where nothing can sign."""
        if self.secret is None:
            raise Permanent(
                "no_session_secret",
                "HANDRAIL_SESSION_SECRET or HANDRAIL_ADMIN_KEY must be set.",
            )
        claims = {
            "aud": AUDIENCE,
            "sub": session.subject,
            "app": session.app_id,
            "jti": session.session_id,
            "ms": round(session.began_at.timestamp() * 1000),
            "exp": session.ends_at,
        }
        return jwt.encode(claims, self.secret, algorithm=ALGORITHM)

    async def read(self, cookie: str) -> Principal | None:
        """Return whose *cookie* it is as of now, or None.

        Raises Transient where it cannot be known who was signed out.
        """
        session = self.open(cookie)
        if session is None:
            return None
        if reason := self.members.unready_reason:
            raise Transient("members_unknown", reason)
        app = self.apps.get(session.app_id)
        if app is None or app.status != "active" or self._is_ended(session):
            return None
        if session.email is not None:
            return await self._of_member(session, session.email)
        return self._of_key(session, session.key_id or "")

    def open(self, cookie: str) -> Session | None:
        """Return what *cookie* says, if we signed it and its time is not over."""
        if self.secret is None:
            return None
        try:
            claims: dict[str, Any] = jwt.decode(
                cookie,
                self.secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["exp", "sub", "jti", "aud"], "verify_exp": False},
            )
            session = Session(
                app_id=str(claims["app"]),
                subject=str(claims["sub"]),
                session_id=str(claims["jti"]),
                began_at=datetime.fromtimestamp(claims["ms"] / 1000, UTC),
                ends_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError):
            return None
        # By our own clock, which tests set.
        return session if session.ends_at > self.now() else None

    async def _of_member(self, session: Session, email: str) -> Principal | None:
        member = self.member_of(session.app_id, email)
        if member is None:
            # They may have been added a moment ago.
            await self.members.refresh()
            member = self.member_of(session.app_id, email)
        if member is None or session.began_at < _to_ms(member.added_at):
            return None
        return Principal(
            session.app_id,
            SCOPES_OF[member.role],
            key_id="",
            member=member,
            role=member.role,
            session_id=session.session_id,
        )

    def member_of(self, app_id: str, email: str) -> Member | None:
        """Return the member of an active app; who was one of a deleted app is none.

        What is known of its people may be older than the app, where that was made
        again.
        """
        app, team = self.apps.get(app_id), self.members.of(app_id)
        member = team.find(email) if team else None
        if app is None or app.status != "active" or member is None:
            return None
        made_at = app.created_at
        return member if made_at is None or member.added_at >= made_at else None

    def _of_key(self, session: Session, key_id: str) -> Principal | None:
        found = self.apps.find_key(key_id)
        if found is None or found[0] != session.app_id:
            return None
        # What is sent from a browser is a person's; events come from servers.
        scopes = frozenset(found[1].scopes) - {Scope.INGEST}
        return Principal(
            session.app_id,
            scopes,
            key_id,
            role=role_of(scopes),
            session_id=session.session_id,
        )

    def _is_ended(self, session: Session) -> bool:
        team = self.members.of(session.app_id)
        return team is not None and any(
            each.subject == session.subject
            and (
                each.session_id == session.session_id
                or (each.session_id is None and session.began_at <= each.before)
            )
            for each in team.ended
        )


def _to_ms(moment: datetime) -> datetime:
    """Return *moment* in whole milliseconds, as cookies have theirs."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
