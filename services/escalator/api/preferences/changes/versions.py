"""`/v1/settings/versions`: who changed the settings and when, and the way back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, Field

from services.escalator.administer import Administration
from services.escalator.administer.versions import History, Version
from services.escalator.api.preferences.changes.matched import (
    IfMatch,
    author_of,
    changed_meanwhile,
    matching,
)
from services.escalator.api.preferences.changes.references import (
    Destinations,
    check_destinations,
)
from services.escalator.api.preferences.settings import SettingsView, view_of
from shared.errors import Permanent
from shared.events import Preferences, Scope
from shared.web.auth import Principal, require
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

Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
Manager = Annotated[Principal, Depends(require(Scope.MANAGE))]
Number = Annotated[int, Path(ge=1, le=2**53, description="A version's number")]


class AuthorView(BaseModel):
    """Who changed the settings."""

    kind: str = Field(description="`key` or `member`")
    id: str = Field(description="The key's public part, or the member's address")
    name: str = Field(description="The key's label, or the member's name")


class VersionItem(BaseModel):
    """One version of the settings."""

    version: int = Field(
        description="The app's version that it was. Keys count there too, so numbers "
        "rise and leave gaps"
    )
    at: AwareDatetime = Field(description="When it was made")
    by: AuthorView | None = Field(
        description="Who made it; null for what the app was made with"
    )
    restored: int | None = Field(description="The version that it brought back")


class ChangeView(BaseModel):
    """One value that a version changed."""

    op: str = Field(description="`add`, `remove` or `replace`")
    path: str = Field(description="JSON pointer (RFC 6901): `/routes/0/priority`")
    old: Any = Field(description="Before; null where it was added")
    new: Any = Field(description="After; null where it was removed")


class VersionView(VersionItem):
    """One version with all there is of it."""

    changes: list[ChangeView] = Field(description="What the one before has otherwise")
    settings: Preferences = Field(description="The settings as they were")


def router(
    administration: Administration, history: History, destinations: Destinations
) -> APIRouter:
    """Return the routes of versions."""
    routes = APIRouter(prefix="/v1/settings/versions", tags=["settings"])
    _reading(routes, history)

    @routes.post(
        "/{number}/restore",
        summary="Make the settings what they were, as a new version",
        response_model=SettingsView,
        responses=problems(404, 412),
    )
    async def restore_version(
        number: Number, principal: Manager, if_match: IfMatch = None
    ) -> JSONResponse:
        app_id = principal.app_id
        old = await _find(history, app_id, number)
        await check_destinations(destinations, app_id, old.preferences)
        with changed_meanwhile():
            settings = await administration.prefer(
                app_id,
                lambda _: old.preferences,
                by=author_of(principal, await administration.get(app_id)),
                expected=matching(if_match),
                restored=number,
            )
        return view_of(settings, destinations)

    return routes


def _reading(routes: APIRouter, history: History) -> None:
    @routes.get("", summary="Versions of the settings, the newest first")
    async def list_versions(
        principal: Reader, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> Page[VersionItem]:
        parts = decode_cursor(cursor, parts=1)
        below = _number(parts[0]) if parts else None
        found = await history.page(principal.app_id, below=below, limit=limit + 1)
        more = len(found) > limit
        return Page(
            items=[VersionItem(**_item(each)) for each in found[:limit]],
            next_cursor=encode_cursor(found[limit - 1].version) if more else None,
        )

    @routes.get(
        "/{number}",
        summary="One version, and what it changed",
        responses=problems(404),
    )
    async def get_version(number: Number, principal: Reader) -> VersionView:
        found = await _find(history, principal.app_id, number)
        changes = await history.changes(principal.app_id, found)
        return VersionView(
            **_item(found),
            changes=[
                ChangeView(op=each.op, path=each.path, old=each.old, new=each.new)
                for each in changes
            ],
            settings=found.preferences,
        )


async def _find(history: History, app_id: str, number: int) -> Version:
    try:
        return await history.get(app_id, number)
    except Permanent as refused:
        raise Problem(404, detail=str(refused), reason=refused.reason) from None


def _number(part: str | float) -> int:
    if not isinstance(part, int):
        raise Problem(400, detail="This cursor is not one of ours.")
    return part


def _item(version: Version) -> dict[str, Any]:
    signature = version.signature
    by = signature.by
    return {
        "version": version.version,
        "at": signature.at,
        "by": by and AuthorView(kind=by.kind, id=by.id, name=by.name),
        "restored": signature.restored,
    }
