"""`GET /v1/users/{user_id}/export`: what one service has stored of a user."""

import base64
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path
from fastapi.responses import StreamingResponse

from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.lanes import MongoLanes
from shared.mongo.stored import StoredCollection, Subject
from shared.privacy.access import app_of
from shared.privacy.erasing import Hooks

MEDIA_TYPE = "application/jsonl"
UserId = Annotated[
    str, Path(min_length=1, max_length=256, description="As the app names the user")
]


@dataclass(frozen=True, slots=True)
class Exports:
    """Reads every collection that is declared to hold users."""

    database: Database
    service: str
    stored: Sequence[StoredCollection]
    hooks: Hooks

    async def lines(self, app_id: str, user_id: str) -> AsyncIterator[bytes]:
        """Yield one JSON line a document: service, collection, document."""
        ledger = MongoLanes(self.database, service=self.service)
        lanes = await ledger.of_user(app_id, user_id)
        subject = await self.hooks.widen(Subject(app_id, user_id, tuple(sorted(lanes))))
        for each in self.stored:
            if each.of_user is None:
                continue
            with translated():
                async for row in self.database[each.name].find(
                    each.of_user.find(subject)
                ):
                    line = {
                        "service": self.service,
                        "collection": each.name,
                        "document": readable(row),
                    }
                    yield orjson.dumps(line) + b"\n"


def readable(value: Any) -> Any:  # noqa: ANN401 - whatever a document holds
    """Return *value* as JSON takes it; what is JSON in bytes is opened up."""
    if isinstance(value, dict):
        return {str(key): readable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [readable(each) for each in value]
    if isinstance(value, bytes):
        return _opened(value)
    if isinstance(value, datetime | str | int | float | bool | None):
        return value
    return str(value)


def _opened(value: bytes) -> Any:  # noqa: ANN401 - whatever the bytes say
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        pass
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()


def router(exports: Exports) -> APIRouter:
    """Return the route that every service has."""
    routes = APIRouter(prefix="/v1/users", tags=["users"])

    @routes.get(
        "/{user_id:path}/export",
        summary="Everything that this service has stored of a user",
        response_class=StreamingResponse,
        responses={
            200: {
                "description": "One JSON object a line",
                "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
            }
        },
    )
    async def export_user(
        user_id: UserId, app_id: Annotated[str, Depends(app_of)]
    ) -> StreamingResponse:
        return StreamingResponse(
            exports.lines(app_id, user_id),
            media_type=MEDIA_TYPE,
            headers={"Cache-Control": "no-store"},
        )

    return routes
