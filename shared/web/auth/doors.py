"""Which door takes whom: said once at each route, kept here, shown in OpenAPI."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit
from weakref import WeakSet

from fastapi import Depends, Request, Security
from fastapi.dependencies.models import Dependant
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from shared.events import Role, Scope
from shared.web.auth.credentials import Credentials
from shared.web.auth.principal import Principal
from shared.web.auth.sessions import COOKIE
from shared.web.problems import Problem

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER = "X-Handrail"
"""Needed beside a cookie where something is changed: a form on a stranger's page
cannot send it."""

Described = HTTPAuthorizationCredentials | None
"""What the schemes below hand over. They only describe: the check is ours."""
KEY = HTTPBearer(
    scheme_name="key",
    description="A key of one app (`hr_…`); for events and replies also a token",
    auto_error=False,
)
SESSION = APIKeyCookie(
    name=COOKIE,
    scheme_name="session",
    description=f"A person's session. What changes something needs `{HEADER}: 1` too",
    auto_error=False,
)
OPERATOR = HTTPBearer(
    scheme_name="operator",
    description="The operator's key: HANDRAIL_ADMIN_KEY",
    auto_error=False,
)


@dataclass(frozen=True, slots=True)
class Access:
    """Whom a door lets in."""

    scopes: tuple[Scope, ...]
    """Of a key: one of these."""
    least: Role | None
    """The least role of a session; None lets in no session."""

    @property
    def roles(self) -> list[Role]:
        """Return every role that is let in."""
        least = self.least
        return [] if least is None else [each for each in Role if each.covers(least)]


Check = Callable[..., Awaitable[Any]]
"""Takes a request, and whatever only describes how credentials are brought."""
_CHECKS: WeakSet[Check] = WeakSet()


def checks_credential(check: Check) -> Check:
    """Have *check*, a dependency, run before a request is judged in any other way."""
    _CHECKS.add(check)
    return check


async def check_credential(request: Request, dependant: Dependant) -> None:
    """Raise what the credential of *request* lacks for the route of *dependant*."""
    for each in dependant.dependencies:
        if (call := each.call) is not None and call in _CHECKS:
            await call(request)
        else:
            await check_credential(request, each)


Door = Callable[..., Awaitable[Principal]]


def require(*scopes: Scope, least: Role | None = None) -> Door:
    """Return a dependency that lets in keys with one of *scopes*, and sessions.

    A session needs the role *least*; where none is named, what the scopes say: reading
    is for each, managing for admins, and events are not sent from sessions.
    """
    if least is None and Scope.READ in scopes:
        least = Role.VIEWER
    elif least is None and Scope.MANAGE in scopes:
        least = Role.ADMIN
    access = Access(scopes, least)
    of_key = Security(KEY, scopes=list(scopes))
    if access.least is None:

        @checks_credential
        async def only_key(
            request: Request, _: Annotated[Described, of_key] = None
        ) -> Principal:
            return await admit(request, access)

        return only_key
    of_session = Security(SESSION, scopes=list(access.roles))

    @checks_credential
    async def principal(
        request: Request,
        _: Annotated[Described, of_key] = None,
        __: Annotated[str | None, of_session] = None,
    ) -> Principal:
        return await admit(request, access)

    return principal


async def admit(request: Request, access: Access) -> Principal:
    """Return who asks, if *access* lets them in; raise a 401 or 403 otherwise."""
    credentials: Credentials = request.app.state.credentials
    bearer, cookie = bearer_of(request), request.cookies.get(COOKIE, "")
    if cookie and not bearer:
        found = await credentials.of_session(cookie)
        _check_same_page(request, credentials.origin)
        _check_role(found, access)
        return found
    found = await credentials.identify(bearer)
    if not found.scopes.intersection(access.scopes):
        wanted = " or ".join(f"`{scope}`" for scope in access.scopes)
        raise Problem(403, detail=f"This key lacks the scope {wanted}.")
    return found


def _check_role(found: Principal, access: Access) -> None:
    if access.least is None:
        raise Problem(403, detail="This is for an app's key, not for a session.")
    if found.role is None or not found.role.covers(access.least):
        raise Problem(
            403,
            detail=f"This needs the role `{access.least}`.",
            reason="role_too_low",
        )


def _check_same_page(request: Request, ours: str) -> None:
    """Raise a 403 where a stranger's page may have sent the request."""
    if request.method in SAFE:
        return
    if request.headers.get(HEADER) != "1":
        raise Problem(
            403,
            detail=f"A session needs the header `{HEADER}: 1` to change something.",
            reason="header_missing",
        )
    check_origin(request, ours)


def check_origin(request: Request, ours: str) -> None:
    """Raise a 403 where a browser says that another origin's page sent the request."""
    origin = request.headers.get("origin")
    if origin is None:
        return
    known = {
        urlsplit(ours).netloc,
        request.headers.get("host", ""),
        request.headers.get("x-forwarded-host", ""),
    }
    if not urlsplit(origin).netloc or urlsplit(origin).netloc not in known:
        raise Problem(
            403, detail="A page of another origin sent this.", reason="other_origin"
        )


@checks_credential
async def require_operator(
    request: Request, _: Annotated[Described, Depends(OPERATOR)] = None
) -> None:
    """Let in the operator only."""
    credentials: Credentials = request.app.state.credentials
    credentials.check_operator(bearer_of(request))


def bearer_of(request: Request) -> str:
    """Return the bearer credential of *request*, or an empty string."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def own_app(principal: Principal, named: object) -> None:
    """Raise a 403 when a body names another app than its credential's."""
    if named is not None and named != principal.app_id:
        raise Problem(403, detail="The body names another app than its key.")
