"""Lists in pages: at most 200 items and a cursor to the next."""

import base64
import binascii
from typing import Annotated, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel, Field

from shared.web.problems import Problem

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=200, description="Items a page, at most 200")]
Cursor = Annotated[
    str | None, Query(max_length=1024, description="`next_cursor` of the page before")
]
DEFAULT_LIMIT = 50


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T] = Field(description="The items, in the list's order")
    next_cursor: str | None = Field(
        default=None, description="Ask with it for the next page; null at the end"
    )


def encode_cursor(*parts: str | float | None) -> str:
    """Return an opaque cursor that holds *parts* of the last item's sort key."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def decode_cursor(cursor: str | None, *, parts: int) -> list[str | int | float] | None:
    """Return the cursor's parts, None where there is none, or raise a 400.

    Every part is a scalar, so that none can reach a query as an operator.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = orjson.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error):
        found = None
    if (
        not isinstance(found, list)
        or len(found) != parts
        or not all(isinstance(part, str | int | float) for part in found)
    ):
        raise Problem(400, detail="This cursor is not one of ours.")
    return found
