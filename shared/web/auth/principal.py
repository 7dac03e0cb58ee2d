"""Who asks, and what a role may do."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.events import Member, Role, Scope
from shared.web.problems import Problem

SCOPES_OF: dict[Role, frozenset[Scope]] = {
    Role.VIEWER: frozenset({Scope.READ}),
    Role.AGENT: frozenset({Scope.READ}),
    Role.ADMIN: frozenset({Scope.READ, Scope.MANAGE}),
}
"""What a role may do, in the words of keys. An agent's work lies in between: routes
name it by the role."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: one app, and for a browser's token one of its users."""

    app_id: str
    scopes: frozenset[Scope]
    key_id: str
    """Empty for a member, who has none."""
    user_id: str | None = None
    member: Member | None = None
    """The person, where one signed in with an address of theirs."""
    role: Role | None = None
    """Of a session; None for keys and tokens, which have scopes alone."""
    session_id: str | None = None

    def actor(self, named: str | None) -> str:
        """Return who acts: the member, else whom the body names.

        Raises a 403 where a member's session names somebody else, a 422 where a key
        names nobody.
        """
        member = self.member
        if member is None:
            if named is None:
                raise _nobody_named()
            return named
        if named is not None and named.casefold() not in {
            member.email,
            member.shown_name.casefold(),
        }:
            raise Problem(
                403,
                detail="In your session the actor is you: leave `actor` out.",
                reason="another_actor",
            )
        return member.email


def role_of(scopes: Iterable[Scope]) -> Role | None:
    """Return the role of a session that a key with *scopes* signs in; None for none."""
    found = set(scopes)
    if Scope.MANAGE in found:
        return Role.ADMIN
    return Role.VIEWER if Scope.READ in found else None


def _nobody_named() -> Problem:
    said = "say who acts: a key is no person"
    return Problem(
        422,
        detail=f"body.actor: {said}",
        errors=[{"field": "body.actor", "message": said}],
    )
