"""Who may look at or delete a user: the app's own people, and the operator."""

from typing import Annotated

from fastapi import Depends, Query, Request, Security

from shared.events import Role, Scope
from shared.web.auth import (
    Access,
    Credentials,
    Principal,
    admit,
    bearer_of,
    checks_credential,
)
from shared.web.auth.doors import KEY, SESSION, Described
from shared.web.problems import Problem

AppName = Annotated[
    str | None,
    Query(max_length=64, description="The user's app; needed with the operator's key"),
]
ADMINS = Access((Scope.MANAGE,), Role.ADMIN)


@checks_credential
async def manager_of(
    request: Request,
    _: Annotated[Described, Security(KEY, scopes=[*ADMINS.scopes])] = None,
    __: Annotated[str | None, Security(SESSION, scopes=[*ADMINS.roles])] = None,
) -> Principal | None:
    """Return who asks, None for the operator."""
    credentials: Credentials = request.app.state.credentials
    if credentials.is_operator(bearer_of(request)):
        return None
    return await admit(request, ADMINS)


async def app_of(
    principal: Annotated[Principal | None, Depends(manager_of)],
    app_id: AppName = None,
) -> str:
    """Return whose user is meant: the asker's app, or the one the operator names."""
    if principal is None:
        if not app_id:
            raise Problem(422, detail="app_id: say whose user, as the operator.")
        return app_id
    if app_id is not None and app_id != principal.app_id:
        raise Problem(403, detail="This key belongs to another app.")
    return principal.app_id
