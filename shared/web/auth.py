"""Credentials: a key decides the app and what may be done."""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from weakref import WeakSet

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.events import Scope
from shared.kafka.table import Apps
from shared.web.problems import Problem

KEY_PREFIX = "hr_"
SECRET_BYTES = 32
"""256 bits from the system's generator (ASVS 11.5.1)."""
_NOBODY = "0" * 64
"""Compared with when the key id is unknown, so that time does not tell."""
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="handrail"'}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: one app, and for a browser's token one of its users."""

    app_id: str
    scopes: frozenset[Scope]
    key_id: str
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; *key* is shown once and never stored."""

    key_id: str
    key: str
    hash: str


def new_key() -> NewKey:
    """Make a key `hr_<id>.<secret>`."""
    key_id = secrets.token_hex(8)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return NewKey(key_id, f"{KEY_PREFIX}{key_id}.{secret}", hash_secret(secret))


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of *secret*; it has 256 bits, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


TokenReader = Callable[[str], Awaitable[Principal | None]]
"""Reads a service's own short-lived tokens (the resolver's, for browsers)."""


class Credentials:
    """Checks what a request brings. Kept at `app.state.credentials`."""

    def __init__(
        self, apps: Apps, *, admin_key: str, read_token: TokenReader | None = None
    ) -> None:
        self._apps = apps
        self._admin_key = admin_key
        self.read_token = read_token

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


Described = HTTPAuthorizationCredentials | None
"""What the schemes below hand over. They only describe: the check is ours."""
KEY = HTTPBearer(
    scheme_name="key",
    description="A key of one app (`hr_…`); for events and replies also a token",
    auto_error=False,
)
OPERATOR = HTTPBearer(
    scheme_name="operator",
    description="The operator's key: HANDRAIL_ADMIN_KEY",
    auto_error=False,
)


Check = Callable[[Request, Described], Awaitable[Any]]
_CHECKS: WeakSet[Check] = WeakSet()


def checks_credential(check: Check) -> Check:
    """Have *check*, a dependency, run before a request is judged in any other way."""
    _CHECKS.add(check)
    return check


async def check_credential(request: Request, dependant: Dependant) -> None:
    """Raise what the credential of *request* lacks for the route of *dependant*."""
    for each in dependant.dependencies:
        if (call := each.call) is not None and call in _CHECKS:
            await call(request, None)
        else:
            await check_credential(request, each)


def bearer_of(request: Request) -> str:
    """Return the bearer credential of *request*, or an empty string."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def require(*scopes: Scope) -> Callable[..., Awaitable[Principal]]:
    """Return a dependency that lets in whoever has one of *scopes*."""

    @checks_credential
    async def principal(
        request: Request, _: Annotated[Described, Depends(KEY)]
    ) -> Principal:
        credentials: Credentials = request.app.state.credentials
        found = await credentials.identify(bearer_of(request))
        if not found.scopes.intersection(scopes):
            wanted = " or ".join(f"`{scope}`" for scope in scopes)
            raise Problem(403, detail=f"This key lacks the scope {wanted}.")
        return found

    return principal


@checks_credential
async def require_operator(
    request: Request, _: Annotated[Described, Depends(OPERATOR)]
) -> None:
    """Let in the operator only."""
    credentials: Credentials = request.app.state.credentials
    credentials.check_operator(bearer_of(request))


def own_app(principal: Principal, named: object) -> None:
    """Raise a 403 when a body names another app than its credential's."""
    if named is not None and named != principal.app_id:
        raise Problem(403, detail="The body names another app than its key.")
