"""Who may look at or delete a user: the app's own people, and the operator."""

from typing import Annotated

from fastapi import Depends, Query, Request

from shared.events import Scope
from shared.web.auth import (
    KEY,
    Credentials,
    Described,
    Principal,
    bearer_of,
    checks_credential,
    require,
)
from shared.web.problems import Problem

AppName = Annotated[
    str | None,
    Query(max_length=64, description="The user's app; needed with the operator's key"),
]


@checks_credential
async def manager_of(
    request: Request, described: Annotated[Described, Depends(KEY)]
) -> Principal | None:
    """Return whose key it is, None for the operator's."""
    credentials: Credentials = request.app.state.credentials
    if credentials.is_operator(bearer_of(request)):
        return None
    return await require(Scope.MANAGE)(request, described)


async def app_of(
    principal: Annotated[Principal | None, Depends(manager_of)],
    app_id: AppName = None,
) -> str:
    """Return whose user is meant: the key's own app, or the one the operator names."""
    if principal is None:
        if not app_id:
            raise Problem(422, detail="app_id: say whose user, as the operator.")
        return app_id
    if app_id is not None and app_id != principal.app_id:
        raise Problem(403, detail="This key belongs to another app.")
    return principal.app_id
