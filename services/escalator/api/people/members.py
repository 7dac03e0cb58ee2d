"""`/v1/members`: the people who work with an app, and what each may do."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import AwareDatetime, BaseModel, Field

from services.escalator.administer.team import Team
from services.escalator.api.people.addresses import EmailPath
from shared.clock import Clock
from shared.errors import Permanent
from shared.events import Member, Role, Scope
from shared.events.base import NO_CONTROL
from shared.web.auth import Principal, own_app, require
from shared.web.openapi.answers import problems
from shared.web.pages import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    decode_cursor,
    encode_cursor,
)
from shared.web.problems import Problem

MAX_CAPACITY = 1000
Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
Admin = Annotated[Principal, Depends(require(Scope.MANAGE))]
Worker = Annotated[Principal, Depends(require(Scope.MANAGE, least=Role.AGENT))]


class MemberBody(BaseModel):
    """A member; what is left out has its default."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")
    name: str = Field(
        default="",
        max_length=200,
        pattern=rf"{NO_CONTROL}|^$",
        description="What users and colleagues read",
    )
    role: Role = Field(description="What they may do")
    available: bool = Field(default=True, description="Whether they take work now")
    capacity: int = Field(
        default=0,
        ge=0,
        le=MAX_CAPACITY,
        description="Most open escalations that are assigned to them unasked",
    )


class MemberView(BaseModel):
    """A member as they are stored."""

    email: str = Field(description="Address, case folded")
    name: str = Field(description="What users and colleagues read")
    role: Role = Field(description="What they may do")
    available: bool = Field(description="Whether they take work now")
    capacity: int = Field(
        description="Most open escalations that are assigned to them unasked"
    )
    added_at: AwareDatetime = Field(description="When they came")


def router(team: Team, *, clock: Clock) -> APIRouter:
    """Return the routes of members."""
    routes = APIRouter(prefix="/v1/members", tags=["members"])
    _reading(routes, team)
    _writing(routes, team, clock)
    return routes


def _reading(routes: APIRouter, team: Team) -> None:
    @routes.get("", summary="List members by address")
    async def list_members(
        principal: Reader, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> Page[MemberView]:
        after = decode_cursor(cursor, parts=1)
        members = (await team.of(principal.app_id)).members
        left = [each for each in members if not after or each.email > str(after[0])]
        more = len(left) > limit
        return Page(
            items=[_view(each) for each in left[:limit]],
            next_cursor=encode_cursor(left[limit - 1].email) if more else None,
        )

    @routes.get("/{email}", summary="Show a member", responses=problems(404))
    async def show_member(email: EmailPath, principal: Reader) -> MemberView:
        found = (await team.of(principal.app_id)).find(email)
        if found is None:
            raise _unknown()
        return _view(found)


def _writing(routes: APIRouter, team: Team, clock: Clock) -> None:
    @routes.put(
        "/{email}",
        summary="Add a member or change one; an agent, whether they are available",
        responses={
            201: {"model": MemberView, "description": "They are new"},
            **problems(409),
        },
    )
    async def put_member(
        email: EmailPath, body: MemberBody, principal: Worker, response: Response
    ) -> MemberView:
        own_app(principal, body.app_id)
        _check_may_change(principal, email, body)
        member = Member(
            email=email, added_at=clock.now(), **body.model_dump(exclude={"app_id"})
        )
        try:
            put, new = await team.put(
                principal.app_id, member, keep_an_admin=principal.member is not None
            )
        except Permanent as refused:
            raise _problem(refused) from None
        if new:
            response.status_code = 201
        return _view(put)

    @routes.delete(
        "/{email}",
        status_code=204,
        summary="Remove a member; their sessions end",
        responses=problems(404, 409),
    )
    async def delete_member(email: EmailPath, principal: Admin) -> None:
        try:
            await team.remove(
                principal.app_id, email, keep_an_admin=principal.member is not None
            )
        except Permanent as refused:
            raise _problem(refused) from None


def _check_may_change(principal: Principal, email: str, body: MemberBody) -> None:
    """Raise a 403 where an agent changes more than whether they are available."""
    if principal.role is None or principal.role.covers(Role.ADMIN):
        return
    member = principal.member
    own = member is not None and (member.email, member.role, member.capacity) == (
        email,
        body.role,
        body.capacity,
    )
    if not own:
        raise Problem(
            403,
            detail="An agent changes their own name and availability, nothing else.",
            reason="role_too_low",
        )


def _problem(refused: Permanent) -> Problem:
    if refused.reason == "unknown_member":
        return _unknown()
    return Problem(409, detail=str(refused), reason=refused.reason)


def _unknown() -> Problem:
    return Problem(404, detail="The app has no member of this address.")


def _view(member: Member) -> MemberView:
    return MemberView.model_validate(member.model_dump())
