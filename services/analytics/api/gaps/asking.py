"""What the routes of gaps have in common: who asks, of which gap."""

from typing import Annotated

from fastapi import Depends, Path
from pydantic import Field

from shared.events import Role, Scope
from shared.web.auth import Principal, require
from shared.web.problems import Problem

Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
Worker = Annotated[Principal, Depends(require(Scope.MANAGE, least=Role.AGENT))]
Admin = Annotated[Principal, Depends(require(Scope.MANAGE, least=Role.ADMIN))]
"""Who may speak to all users of a gap at once."""
GapId = Annotated[str, Path(max_length=64, description="The gap: its pattern's id")]
Actor = Annotated[
    str | None,
    Field(
        default=None,
        min_length=1,
        max_length=256,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="Who does it; in a member's session it is that member",
    ),
]


def who(principal: Principal, actor: str | None) -> str:
    """Return who acts: the member, whom the body names, or the key itself."""
    if principal.member is None and actor is None:
        return f"key:{principal.key_id}"
    return principal.actor(actor)


def unknown_gap() -> Problem:
    """Return a 404."""
    return Problem(404, detail="This app has no such gap.")
