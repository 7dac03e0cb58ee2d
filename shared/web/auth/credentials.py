"""Checks what a request brings; kept at `app.state.credentials`."""

import hmac
from collections.abc import Awaitable, Callable

from shared.kafka.table import Apps
from shared.web.auth.keys import KEY_PREFIX, hash_secret
from shared.web.auth.principal import Principal
from shared.web.auth.sessions import Sessions
from shared.web.problems import Problem

_NOBODY = "0" * 64
"""Compared with when the key id is unknown, so that time does not tell."""
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="handrail"'}

TokenReader = Callable[[str], Awaitable[Principal | None]]
"""Reads a service's own short-lived tokens (the resolver's, for browsers)."""


class Credentials:
    """Knows keys, tokens, sessions and the operator."""

    def __init__(
        self,
        apps: Apps,
        *,
        admin_key: str,
        read_token: TokenReader | None = None,
        sessions: Sessions | None = None,
        origin: str = "",
    ) -> None:
        self._apps = apps
        self._admin_key = admin_key
        self.read_token = read_token
        self.sessions = sessions
        self.origin = origin
        """Where people see us (HANDRAIL_PUBLIC_URL): pages from elsewhere may not act
        in anybody's session."""

    async def of_session(self, cookie: str) -> Principal:
        """Return who signed in with *cookie*, or raise a 401."""
        found = await self.sessions.read(cookie) if self.sessions else None
        if found is None:
            raise Problem(
                401, detail="This session is over. Sign in again.", headers=_CHALLENGE
            )
        return found

    async def identify(self, bearer: str) -> Principal:
        """Return whose *bearer* it is, or raise a 401 that does not say why."""
        if self.read_token is not None and not bearer.startswith(KEY_PREFIX):
            principal = await self.read_token(bearer)
            if principal is not None:
                return principal
        key_id, _, secret = bearer.removeprefix(KEY_PREFIX).partition(".")
        found = self._apps.find_key(key_id)
        if found is None and bearer.startswith(KEY_PREFIX):
            # It may have been made a moment ago on another instance.
            await self._apps.refresh()
            found = self._apps.find_key(key_id)
        expected = found[1].hash if found else _NOBODY
        matches = hmac.compare_digest(hash_secret(secret), expected)
        if found is None or not matches or not self._active(found[0]):
            raise Problem(
                401, detail="Send `Authorization: Bearer <key>`.", headers=_CHALLENGE
            )
        return Principal(found[0], frozenset(found[1].scopes), key_id)

    def _active(self, app_id: str) -> bool:
        app = self._apps.get(app_id)
        return app is not None and app.status == "active"

    def is_operator(self, bearer: str) -> bool:
        """Return whether *bearer* is the operator's key."""
        return bool(self._admin_key) and hmac.compare_digest(
            bearer.encode(), self._admin_key.encode()
        )

    def check_operator(self, bearer: str) -> None:
        """Raise a 401 unless *bearer* is the operator's key."""
        if not self.is_operator(bearer):
            raise Problem(
                401, detail="This needs the operator's key.", headers=_CHALLENGE
            )
