"""`/v1/history`: past messages whose right outcome is known, to be learned from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol

import orjson
from fastapi import APIRouter, Depends, Path, Request
from pydantic import (
    AwareDatetime,
    BaseModel,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from services.resolver.api.bodies import OwnApp
from services.resolver.catalogue.ranker import MAX_QUERY_CHARS
from services.resolver.matching.knowledge import Labelled
from shared.clock import Clock
from shared.events import Scope
from shared.web.auth import Principal, own_app, require
from shared.web.exact import refuse
from shared.web.exact.door import wrong_fields
from shared.web.openapi.answers import problems
from shared.web.openapi.schemas import described
from shared.web.pages import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    decode_cursor,
    encode_cursor,
)
from shared.web.problems import Problem, invalid

PATH = "/v1/history"
MAX_BODY_BYTES = 16 * 1024 * 1024
MAX_ENTRIES = 20_000
MAX_TEXT = 20_000
"""Characters of a message; it counts by its beginning, as when it is asked."""
Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
Writer = Annotated[Principal, Depends(require(Scope.MANAGE))]


class Gold(BaseModel):
    """What was right for a message."""

    kind: Literal["action", "document", "escalate"] = Field(
        description="`escalate` where people had to help"
    )
    name: str = Field(default="", max_length=256, description="The action's name")
    id: str = Field(default="", max_length=256, description="The document's id")

    @model_validator(mode="after")
    def _named(self) -> "Gold":
        if self.kind == "action" and not self.name:
            raise ValueError("an action has a name")
        if self.kind == "document" and not (self.id or self.name):
            raise ValueError("a document has an id")
        return self

    @property
    def target(self) -> str:
        """Return what the right answer is called; empty where there was none."""
        match self.kind:
            case "action":
                return self.name
            case "document":
                return self.id or self.name
            case "escalate":
                return ""


class HistoryEntry(BaseModel):
    """A past message and what was right for it."""

    text: str = Field(
        min_length=1, max_length=MAX_TEXT, description="What the user said"
    )
    gold: Gold = Field(description="What was right")


class GoldUpload(Gold):
    """What was right, as it comes."""

    distance: str | None = Field(
        default=None,
        max_length=64,
        description="Of a labelled set: `near` or `far`. Nothing is learned from it",
    )


class HistoryUpload(HistoryEntry):
    """An entry as it comes."""

    app_id: OwnApp = None
    gold: GoldUpload = Field(description="What was right")


class HistoryShown(HistoryEntry):
    """An entry as it is kept."""

    id: str = Field(description="Its id, of its text")
    stored_at: AwareDatetime = Field(description="When this was last said of it")


class HistoryResult(BaseModel):
    """What became of an upload."""

    received: int = Field(description="Entries that came")
    changed: int = Field(description="Of these, new ones and corrected ones")


class Removed(BaseModel):
    """What was removed."""

    removed: int = Field(description="Entries")


class History(Protocol):
    """Where the history is kept."""

    async def page(
        self, app_id: str, *, after: str | None, limit: int
    ) -> list[dict[str, Any]]: ...
    async def add(
        self, app_id: str, entries: Sequence[Labelled], *, now: datetime
    ) -> int: ...
    async def delete(self, app_id: str, history_id: str | None = None) -> int: ...


_ENTRIES = TypeAdapter(
    Annotated[list[HistoryUpload], Field(min_length=1, max_length=MAX_ENTRIES)]
)
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": described(TypeAdapter(list[HistoryUpload]))},
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }
}


def router(history: History, *, clock: Clock) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["catalogue"])

    @routes.post(
        PATH,
        summary="Add past messages and what was right for them",
        openapi_extra=_BODY,
    )
    async def add_history(request: Request, principal: Writer) -> HistoryResult:
        entries = _read(await request.body())
        for named in {each.app_id for each in entries}:
            own_app(principal, named)
        labelled = [
            Labelled(each.text[:MAX_QUERY_CHARS], each.gold.kind, each.gold.target)
            for each in entries
        ]
        changed = await history.add(principal.app_id, labelled, now=clock.now())
        return HistoryResult(received=len(entries), changed=changed)

    @routes.get(PATH, summary="The past messages that matching learns from")
    async def list_history(
        principal: Reader, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
    ) -> Page[HistoryShown]:
        place = decode_cursor(cursor, parts=1)
        after = str(place[0]) if place else None
        rows = await history.page(principal.app_id, after=after, limit=limit + 1)
        shown = rows[:limit]
        more = len(rows) > limit
        return Page(
            items=[_shown(row) for row in shown],
            next_cursor=encode_cursor(shown[-1]["id"]) if more else None,
        )

    @routes.delete(PATH, summary="Forget all past messages of the app")
    async def delete_history(principal: Writer) -> Removed:
        return Removed(removed=await history.delete(principal.app_id))

    @routes.delete(
        PATH + "/{history_id}",
        status_code=204,
        summary="Forget one",
        responses=problems(404),
    )
    async def delete_history_entry(
        history_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], principal: Writer
    ) -> None:
        if not await history.delete(principal.app_id, history_id):
            raise Problem(404, detail="There is no entry of this id.")

    return routes


def _read(body: bytes) -> list[HistoryUpload]:
    """Return the entries of a JSON array, a single object, or one object a line."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = _lines(body)
    if isinstance(found, dict):
        found = [found]
    if wrong := wrong_fields(found, list[HistoryUpload]):
        raise refuse(wrong)
    try:
        return _ENTRIES.validate_python(found)
    except ValidationError as error:
        raise invalid(error.errors()) from None


def _lines(body: bytes) -> list[Any]:
    lines = [line for line in body.splitlines() if line.strip()]
    try:
        return [orjson.loads(line) for line in lines]
    except orjson.JSONDecodeError as error:
        raise Problem(400, detail=f"Neither JSON nor JSON lines: {error}") from None


def _shown(row: dict[str, Any]) -> HistoryShown:
    gold: dict[str, str] = {"kind": row["kind"]}
    if row["name"]:
        gold["id" if row["kind"] == "document" else "name"] = row["name"]
    return HistoryShown(
        id=row["id"],
        text=row["text"],
        gold=Gold.model_validate(gold),
        stored_at=row["stored_at"],
    )
