"""`/v1/apps`: apps and their keys, made with the operator's key."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from services.escalator.administer import Administration
from services.escalator.administer.erase import Eraser, is_over
from shared.errors import Permanent
from shared.events import AppKey, AppSettings, Scope, rfc3339
from shared.events.base import NO_CONTROL, AppId
from shared.web.auth import require_operator
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

Named = Annotated[str, Path(max_length=64)]
Label = Annotated[str, Field(max_length=200, pattern=rf"{NO_CONTROL}|^$")]


def _stays_in_an_address(app_id: str) -> str:
    """Refuse what addresses leave out: nobody could make a key for it or delete it."""
    if app_id in {".", ".."}:
        raise ValueError("a dot or two are a way through an address, and no id")
    return app_id


class NewApp(BaseModel):
    """An app to make."""

    app_id: Annotated[AppId, AfterValidator(_stays_in_an_address)] = Field(
        min_length=1, description="Its id; no colon, slash or space"
    )
    name: Label = Field(default="", description="What people call it")


class AppView(BaseModel):
    """An app."""

    app_id: str = Field(description="Its id")
    name: str = Field(description="What people call it")
    version: int = Field(description="Counts its changes")
    updated_at: AwareDatetime = Field(description="When it was changed last")


class NewKey(BaseModel):
    """A key to make."""

    scopes: list[Scope] = Field(min_length=1, description="What it may do")
    label: Label = Field(default="", description="What it is for")


class KeyView(BaseModel):
    """A key; its secret is kept nowhere."""

    key_id: str = Field(description="Public part of the key")
    scopes: list[Scope] = Field(description="What it may do")
    label: str = Field(description="What it is for")
    created_at: AwareDatetime = Field(description="When it was made")


class MadeKey(KeyView):
    """A key just made."""

    key: str = Field(description="The credential: shown this once, so keep it now")


class PurgeReport(BaseModel):
    """What the services have deleted of a deleted app."""

    app_id: str = Field(description="The app")
    state: str = Field(description="`running`, or `done` when every service reported")
    services: dict[str, dict[str, int]] = Field(
        description="Documents deleted, by service and collection"
    )


def router(administration: Administration, eraser: Eraser) -> APIRouter:
    """Return the operator's routes."""
    routes = APIRouter(
        prefix="/v1/apps", tags=["apps"], dependencies=[Depends(require_operator)]
    )
    _apps(routes, administration)
    _keys(routes, administration)
    _purges(routes, administration, eraser)
    return routes


def _purges(routes: APIRouter, administration: Administration, eraser: Eraser) -> None:
    @routes.get(
        "/{app_id}/purge",
        summary="What was deleted of a deleted app",
        responses=problems(404),
    )
    async def show_purge(app_id: Named) -> PurgeReport:
        version = await administration.deleted_version(app_id)
        if version is None:
            raise Problem(404, detail="No app of this id was deleted.")
        row = await eraser.purge(app_id, version) or {}
        services = row.get("services", {})
        return PurgeReport(
            app_id=app_id,
            state="done" if is_over(row) else "running",
            services={name: each["counts"] for name, each in services.items()},
        )


def _apps(routes: APIRouter, administration: Administration) -> None:
    @routes.post(
        "",
        status_code=201,
        summary="Make an app; again is no mistake",
        responses={
            200: {"model": AppView, "description": "It was there"},
            **problems(409),
        },
    )
    async def create_app(body: NewApp, response: Response) -> AppView:
        settings, created = await administration.create(body.app_id, body.name)
        if not created:
            response.status_code = 200
        return _view(settings)

    @routes.get("", summary="List apps by id")
    async def list_apps(
        limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> Page[AppView]:
        parts = decode_cursor(cursor, parts=1)
        found = await administration.page(
            after=str(parts[0]) if parts else None, limit=limit + 1
        )
        more = len(found) > limit
        return Page(
            items=[_view(each) for each in found[:limit]],
            next_cursor=encode_cursor(found[limit - 1].app_id) if more else None,
        )

    @routes.delete(
        "/{app_id}",
        status_code=204,
        summary="Refuse all that it sends, and delete all that it left",
        responses=problems(404),
    )
    async def delete_app(app_id: Named) -> None:
        try:
            await administration.delete(app_id)
        except Permanent as refused:
            raise _problem(refused) from None


def _keys(routes: APIRouter, administration: Administration) -> None:
    @routes.post(
        "/{app_id}/keys",
        status_code=201,
        summary="Make a key",
        responses=problems(404, 409),
    )
    async def create_key(app_id: Named, body: NewKey, response: Response) -> MadeKey:
        try:
            made, key = await administration.create_key(app_id, body.scopes, body.label)
        except Permanent as refused:
            raise _problem(refused) from None
        response.headers["Cache-Control"] = "no-store"
        return MadeKey(key=made.key, **_key(key).model_dump())

    @routes.get(
        "/{app_id}/keys",
        summary="List an app's keys by label",
        responses=problems(404),
    )
    async def list_keys(
        app_id: Named, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> Page[KeyView]:
        after = [str(part) for part in decode_cursor(cursor, parts=3) or ()]
        try:
            settings = await administration.get(app_id)
        except Permanent as refused:
            raise _problem(refused) from None
        keys = sorted((k for k in settings.keys if _place(k) > after), key=_place)
        return Page(
            items=[_key(each) for each in keys[:limit]],
            next_cursor=encode_cursor(*_place(keys[limit - 1]))
            if len(keys) > limit
            else None,
        )

    @routes.delete(
        "/{app_id}/keys/{key_id}",
        status_code=204,
        summary="Make a key worthless",
        responses=problems(404),
    )
    async def revoke_key(app_id: Named, key_id: Named) -> None:
        try:
            await administration.revoke_key(app_id, key_id)
        except Permanent as refused:
            raise _problem(refused) from None


def _place(key: AppKey) -> list[str]:
    """Return what *key* is listed by: its label, and what tells apart those of one."""
    return [key.label, rfc3339(key.created_at), key.key_id]


def _problem(refused: Permanent) -> Problem:
    status = 404 if refused.reason.startswith("unknown_") else 409
    return Problem(status, detail=str(refused), reason=refused.reason)


def _view(settings: AppSettings) -> AppView:
    return AppView.model_validate(settings.model_dump())


def _key(key: AppKey) -> KeyView:
    return KeyView.model_validate(key.model_dump())
