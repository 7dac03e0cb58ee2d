"""The collections of patterns, and their indexes (docs/trend-store.md)."""

from pymongo import ASCENDING, IndexModel

from services.analytics.domain.facts import Collection
from services.analytics.repository.profiles.indexes import PATTERN_INDEXES
from shared.mongo.connect import Database
from shared.mongo.errors import translated

PATTERNS = "analytics_patterns"
MEMBERS = Collection.PATTERN_MEMBERS.value
GROUPINGS = "analytics_groupings"
"""One document per app: who groups it now, and how often its patterns changed."""


async def prepare(database: Database) -> None:
    """Create what is missing; safe beside another instance that does the same."""
    with translated():
        await database[Collection.ESCALATIONS.value].create_indexes(
            # The queue of the grouping: empty in quiet times, so it costs nothing.
            [_of_app("at", name="ungrouped", only={"grouped": False})]
        )
        await database[PATTERNS].create_indexes(
            [
                _of_app("last_seen"),
                # What another instance changed since this one looked last.
                _of_app("revision"),
                _of_app("merged_into", only={"merged_into": {"$type": "string"}}),
                _of_app("_id", name="moving", only={"moving": True}),
                _of_app("_id", name="dirty", only={"dirty": True}),
                _of_app("_id", name="known", only={"known_issue.known": True}),
                *PATTERN_INDEXES,
            ]
        )
        await database[MEMBERS].create_indexes(
            [
                # The users of a period are counted from the index alone.
                _of_app("pattern_id", "at", "user_id"),
                _of_app("user_id"),
                _of_app("_id", name="unpublished", only={"published": False}),
            ]
        )
        await database[GROUPINGS].create_indexes(
            [
                _of_app(name="issues_unpublished", only={"issues_unpublished": True}),
            ]
        )


def _of_app(
    *fields: str, name: str = "", only: dict[str, object] | None = None
) -> IndexModel:
    more: dict[str, object] = {"name": name} if name else {}
    if only is not None:
        more["partialFilterExpression"] = only
    keys = [("app_id", ASCENDING), *((field, ASCENDING) for field in fields)]
    return IndexModel(keys, **more)
