"""Delete or empty many documents in bounded steps."""

from collections.abc import Mapping
from typing import Any

from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.stored import Filter

AT_ONCE = 500
"""Documents a step: each is short, and one that is cut off is only repeated."""


async def delete(database: Database, name: str, query: Filter) -> int:
    """Delete what *query* finds; return how many. Raises Transient."""
    collection = database[name]
    deleted = 0
    ids: list[Any] = []

    async def step() -> int:
        done = await collection.delete_many({"_id": {"$in": ids}})
        ids.clear()
        return done.deleted_count

    with translated():
        async for row in collection.find(query, {"_id": 1}):
            ids.append(row["_id"])
            if len(ids) == AT_ONCE:
                deleted += await step()
        if ids:
            deleted += await step()
    return deleted


async def blank(
    database: Database, name: str, query: Filter, update: Mapping[str, Any]
) -> int:
    """Empty what *query* finds; return how many were changed. Raises Transient."""
    with translated():
        done = await database[name].update_many(query, dict(update))
    return done.modified_count
