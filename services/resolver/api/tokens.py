"""`POST /v1/tokens`: short-lived credentials of one user, for browsers."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Protocol, Self

import jwt
import orjson
import structlog
from fastapi import APIRouter, Depends
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, model_validator

from services.resolver.api.bodies import OwnApp
from services.resolver.domain.grants import Grant
from shared.clock import Clock
from shared.events import AppKey, AppSettings, AvailableAction, Scope
from shared.events.base import Id, Object, null_is
from shared.untrusted.people import AUTOMATIC_USER
from shared.web.auth import Principal, own_app, require
from shared.web.problems import Problem

log = structlog.get_logger()

ALGORITHM = "HS256"
AUDIENCE = "handrail-door"
MAX_BROUGHT_BYTES = 256 * 1024
"""A quarter of what an event may weigh: it is added to each event of the token."""


def _not_blank(user_id: str) -> str:
    """Refuse an id of spaces: events are given another one, and never heard of it."""
    if not user_id.strip():
        raise ValueError("must not be blank; leave it out for an anonymous user")
    return user_id


class TokenRequest(BaseModel):
    """What a token is asked for."""

    app_id: OwnApp = None
    endUserId: Annotated[Id, AfterValidator(_not_blank)] | None = Field(  # noqa: N815 - the published name
        default=None, description="The app's id of the user; made when absent"
    )
    availableActions: Annotated[  # noqa: N815 - the published name
        list[AvailableAction], null_is(list)
    ] = Field(
        default_factory=list,
        max_length=1000,
        description="Added to the app's actions in this user's conversations",
    )
    context: Object | None = Field(
        default=None, description="App state of events that bring none"
    )

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        """Refuse what would leave no room for the events that it is added to."""
        brought = [self.context, [each.model_dump() for each in self.availableActions]]
        size = len(orjson.dumps(brought))
        if size > MAX_BROUGHT_BYTES:
            raise ValueError(
                f"context and availableActions are {size} bytes; "
                f"at most {MAX_BROUGHT_BYTES}"
            )
        return self


class TokenResponse(BaseModel):
    """A token, and when to ask for the next."""

    token: str = Field(description="Bearer credential")
    expiresAt: AwareDatetime = Field(  # noqa: N815 - the published name
        description="When it ends"
    )


class Grants(Protocol):
    """Where tokens' grants are kept."""

    async def add(self, grant: Grant) -> None: ...


class Apps(Protocol):
    """What a token is checked against."""

    def get(self, app_id: str) -> AppSettings | None: ...
    def find_key(self, key_id: str) -> tuple[str, AppKey] | None: ...


class TokenSigner:
    """Signs tokens, and reads them back as principals."""

    def __init__(
        self, *, secret: bytes, apps: Apps, now: Callable[[], datetime]
    ) -> None:
        self._secret = secret
        self._apps = apps
        self._now = now

    def sign(self, grant: Grant, *, key_id: str) -> str:
        """Return the token of *grant*, made with the key *key_id*."""
        return jwt.encode(
            {
                "aud": AUDIENCE,
                "sub": grant.user_id,
                "app": grant.app_id,
                "jti": grant.token_id,
                "key": key_id,
                "iat": self._now(),
                "exp": grant.expires_at,
            },
            self._secret,
            algorithm=ALGORITHM,
        )

    async def read(self, token: str) -> Principal | None:
        """Return whose *token* it is, or None.

        It may only publish and read its own user's conversations; revoking the key it
        was made with ends it.
        """
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["exp", "sub", "jti", "aud"]},
            )
        except jwt.InvalidTokenError:
            return None
        app_id, key_id = str(claims.get("app")), str(claims.get("key"))
        app, key = self._apps.get(app_id), self._apps.find_key(key_id)
        if app is None or app.status != "active" or key is None or key[0] != app_id:
            return None
        return Principal(
            app_id, frozenset({Scope.INGEST}), claims["jti"], user_id=claims["sub"]
        )


def signing_secret(*, configured: str, admin_key: str) -> bytes:
    """Return the secret that tokens are signed with.

    Every instance must have the same one, so without a setting it comes from the
    operator's key; without either, tokens end with this process.
    """
    if configured:
        return hashlib.sha256(configured.encode()).digest()
    if admin_key:
        return hmac.digest(admin_key.encode(), b"handrail resolver tokens v1", "sha256")
    log.warning("tokens end with this process", reason="no secret and no admin key")
    return secrets.token_bytes(32)


def router(
    grants: Grants, signer: TokenSigner, *, clock: Clock, lasts: timedelta
) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["door"])

    @routes.post("/v1/tokens", summary="A token for one user's browser")
    async def create_token(
        body: TokenRequest, principal: Annotated[Principal, Depends(_server_key)]
    ) -> TokenResponse:
        own_app(principal, body.app_id)
        expires_at = (clock.now() + lasts).astimezone(UTC).replace(microsecond=0)
        grant = Grant(
            token_id=str(uuid.uuid4()),
            app_id=principal.app_id,
            user_id=body.endUserId or AUTOMATIC_USER + secrets.token_hex(12),
            available_actions=[
                each.model_dump(exclude_none=True) for each in body.availableActions
            ],
            context=body.context,
            expires_at=expires_at,
        )
        await grants.add(grant)
        token = signer.sign(grant, key_id=principal.key_id)
        return TokenResponse(token=token, expiresAt=expires_at)

    return routes


async def _server_key(
    principal: Annotated[Principal, Depends(require(Scope.INGEST))],
) -> Principal:
    """Let in keys only: a token must not make tokens."""
    if principal.user_id is not None:
        raise Problem(403, detail="A token cannot make another; use the app's key.")
    return principal
