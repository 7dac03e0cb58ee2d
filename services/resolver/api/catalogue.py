"""`/v1/actions` and `/v1/documents`: what can answer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Path, Response

from services.resolver.api.bodies import ActionBody, DocumentBody, Entry
from services.resolver.api.entries import (
    ActionMade,
    ActionView,
    DocumentView,
    stored_as,
)
from services.resolver.api.signing import Signing
from services.resolver.catalogue.passages import MAX_PASSAGES, passages_of, title_in
from shared.clock import Clock
from shared.events import Scope
from shared.web.auth import Principal, own_app, require
from shared.web.exact import refuse
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

Name = Annotated[
    str, Path(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
Writer = Annotated[Principal, Depends(require(Scope.MANAGE))]


class Entries(Protocol):
    """Where one kind of entry is kept."""

    async def get(self, app_id: str, name: str) -> Entry | None: ...
    async def page(
        self, app_id: str, *, after: str | None, limit: int
    ) -> list[Entry]: ...
    async def put(
        self, app_id: str, entries: Sequence[Entry], *, now: datetime
    ) -> list[tuple[Entry, bool]]: ...
    async def delete(self, app_id: str, name: str) -> bool: ...


def router(
    actions: Entries, documents: Entries, *, clock: Clock, signing: Signing
) -> APIRouter:
    """Return the routes of both kinds."""
    routes = APIRouter(tags=["catalogue"])
    _add_reading(routes, actions, view=ActionView, forget=signing.forget)
    _add_reading(routes, documents, view=DocumentView)

    @routes.put(
        "/v1/actions/{name:path}",
        summary="Register or change an action",
        responses=stored_as(ActionMade),
    )
    async def put_action(
        name: Name, body: ActionBody, principal: Writer, response: Response
    ) -> Entry:
        own_app(principal, body.app_id)
        _same(body.name, name)
        if wrong := body.mistakes:
            raise refuse(wrong)
        # The secret first: an action never stands without one, not even after a crash.
        made = await signing.prepare(
            principal.app_id, name, endpoint=body.endpoint, secret=body.secret
        )
        stored = await actions.put(
            principal.app_id, [action_entry(name, body)], now=clock.now()
        )
        answer = _answer(stored, response)
        return answer if made is None else {**answer, "secret": made}

    @routes.put(
        "/v1/documents/{name:path}",
        summary="Register or change a document",
        responses=stored_as(DocumentView),
    )
    async def put_document(
        name: Name, body: DocumentBody, principal: Writer, response: Response
    ) -> Entry:
        own_app(principal, body.app_id)
        _same(body.id, name)
        # Splitting a long page takes long enough to be felt by everybody else.
        entry = await asyncio.to_thread(document_entry, name, body)
        stored = await documents.put(principal.app_id, [entry], now=clock.now())
        return _answer(stored, response)

    return routes


def action_entry(name: str, body: ActionBody) -> Entry:
    """Return an action as it is stored."""
    return {
        "name": name,
        "description": body.description,
        "parameters": body.schema_of_parameters,
        "examples": body.examples,
        "approvalRequired": body.approvalRequired,
        "endpoint": body.endpoint,
    }


def document_entry(name: str, body: DocumentBody) -> Entry:
    """Return a document as it is stored, with its passages."""
    title = body.title or title_in(body.text, body.format) or name
    passages = passages_of(
        name, title=title, text=body.text, form=body.format, url=body.url
    )
    if not passages:
        raise Problem(422, detail="text: it says nothing that could be shown.")
    omitted = len(passages) - MAX_PASSAGES
    return {
        "id": name,
        "title": title,
        "text": body.text,
        "format": body.format,
        "url": body.url,
        "questions": body.questions,
        "passages": [
            {"text": each.text, "headings": list(each.headings)}
            for each in passages[:MAX_PASSAGES]
        ],
        **({"passages_omitted": omitted} if omitted > 0 else {}),
    }


def _add_reading(
    routes: APIRouter,
    entries: Entries,
    *,
    view: type[ActionView | DocumentView],
    forget: Callable[[str, str], Awaitable[None]] | None = None,
) -> None:
    """Add list, read and delete, which are the same for both kinds."""
    one, key = view.NOUN, view.KEY
    noun = f"{one}s"
    listed: Any = Page[view]  # type: ignore[valid-type]  # pydantic makes the model

    @routes.get(
        f"/v1/{noun}",
        summary=f"All {noun}, by {key}",
        name=f"list_{noun}",
        responses={200: {"model": listed}},
    )
    async def list_entries(
        principal: Reader, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
    ) -> Page[dict[str, Any]]:
        place = decode_cursor(cursor, parts=1)
        found = await entries.page(
            principal.app_id, after=str(place[0]) if place else None, limit=limit + 1
        )
        shown = found[:limit]
        more = len(found) > limit
        return Page(
            items=shown, next_cursor=encode_cursor(shown[-1][key]) if more else None
        )

    @routes.get(
        f"/v1/{noun}/{{name:path}}",
        summary=f"One {one}",
        name=f"get_{one}",
        responses={200: {"model": view}, **problems(404)},
    )
    async def get_entry(name: Name, principal: Reader) -> Entry:
        found = await entries.get(principal.app_id, name)
        if found is None:
            raise Problem(404, detail=f"There is no {one} of this {key}.")
        return found

    @routes.delete(
        f"/v1/{noun}/{{name:path}}",
        status_code=204,
        summary=f"Remove one {one}",
        name=f"delete_{one}",
        responses=problems(404),
    )
    async def delete_entry(name: Name, principal: Writer) -> None:
        if not await entries.delete(principal.app_id, name):
            raise Problem(404, detail=f"There is no {one} of this {key}.")
        if forget is not None:
            await forget(principal.app_id, name)


def _answer(stored: list[tuple[Entry, bool]], response: Response) -> Entry:
    entry, new = stored[0]
    response.status_code = 201 if new else 200
    return entry


def _same(named: str | None, name: str) -> None:
    if named is not None and named != name:
        raise Problem(422, detail="The body names another entry than the address.")
