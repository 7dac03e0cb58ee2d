"""Endpoints of actions: where they may lead, and the secret that signs their calls."""

import base64
import secrets as randomness
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.clock import Clock
from shared.errors import Permanent
from shared.web.exact.secrets import PREFIX
from shared.web.problems import Problem
from shared.web.ssrf import NOWHERE, Networks, NotAllowedError, parse_target

SECRET_BYTES = 32


class Secrets(Protocol):
    """Where secrets are kept, sealed."""

    async def get(self, app_id: str, action: str) -> str: ...
    async def put(
        self, app_id: str, action: str, secret: str, *, now: datetime
    ) -> None: ...
    async def delete(self, app_id: str, action: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Signing:
    """Takes care of an action's endpoint and secret before the action is stored."""

    secrets: Secrets
    clock: Clock
    allow: Networks = NOWHERE

    async def prepare(
        self, app_id: str, name: str, *, endpoint: str | None, secret: str | None
    ) -> str | None:
        """Store the secret; return it where we made it, to be shown this once."""
        if endpoint is None:
            if secret is not None:
                raise Problem(422, detail="body.secret: it signs calls of `endpoint`.")
            return None
        try:
            parse_target(endpoint, allow=self.allow)
        except NotAllowedError as error:
            raise Problem(422, detail=f"endpoint: {error}.") from None
        if secret is None and await self.secrets.get(app_id, name):
            return None
        made = None if secret else new_secret()
        try:
            await self.secrets.put(
                app_id, name, secret or made or "", now=self.clock.now()
            )
        except Permanent:
            detail = "endpoint: RESOLVER_SECRET_KEY or HANDRAIL_ADMIN_KEY must be set."
            raise Problem(422, detail=detail) from None
        return made

    async def forget(self, app_id: str, name: str) -> None:
        """Forget the secret of an action that was removed."""
        await self.secrets.delete(app_id, name)


def new_secret() -> str:
    """Return a secret of the Standard Webhooks kind."""
    return PREFIX + base64.b64encode(randomness.token_bytes(SECRET_BYTES)).decode()
