"""Collections, indexes and views of the trend store (docs/trend-store.md)."""

from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import OperationFailure

from services.analytics.domain.facts import Collection
from services.analytics.repository.gaps import schema as gaps
from services.analytics.repository.outcomes import schema as outcomes
from services.analytics.repository.patterns import schema as patterns
from shared.mongo.connect import Database
from shared.mongo.errors import translated

COUNTERS = "analytics_counters"
OFFSETS = "analytics_offsets"
LIFE = "analytics_escalation_life"
"""A view: one document per escalation, with when it first reached each status."""

_EXISTS = 48
"""The server's code for a collection that is there already."""


async def prepare(database: Database) -> None:
    """Create what is missing. Transactions cannot, and two instances may at once."""
    of_app = IndexModel([("app_id", ASCENDING), ("at", ASCENDING)])
    of_escalation = IndexModel("escalation_id")
    of_told = IndexModel(
        [("app_id", ASCENDING), ("at", ASCENDING)],
        name="told",
        partialFilterExpression={"kind": "handoff"},
    )
    of_waiting = IndexModel(
        [("app_id", ASCENDING), ("at", ASCENDING)],
        name="waiting",
        partialFilterExpression={"waiting": True},
    )
    with translated():
        for collection in Collection:
            indexes = [of_app]
            if collection is Collection.DELIVERY_REQUESTS:
                indexes = [of_waiting]
            if collection is Collection.TURNS:
                indexes = [of_told]
            if collection is Collection.CHANGES:
                indexes.append(of_escalation)
            await database[collection.value].create_indexes(indexes)
        await database[COUNTERS].create_indexes(
            [
                IndexModel(
                    [
                        ("app_id", ASCENDING),
                        ("dimension", ASCENDING),
                        ("step", ASCENDING),
                        ("at", ASCENDING),
                    ]
                ),
                _largest_patterns(),
                # What the lines by cause lack: empty in quiet times.
                IndexModel(
                    "app_id",
                    name="unsettled",
                    partialFilterExpression={"unsettled": True},
                ),
            ]
        )
        await patterns.prepare(database)
        await outcomes.prepare(database)
        await gaps.prepare(database)
        await _create(database, OFFSETS)
        await _create(
            database, LIFE, viewOn=Collection.ESCALATIONS.value, pipeline=_life()
        )


async def _create(database: Database, name: str, **options: Any) -> None:  # noqa: ANN401
    try:
        await database.create_collection(name, check_exists=False, **options)
    except OperationFailure as error:
        if error.code != _EXISTS:
            raise


def _largest_patterns() -> IndexModel:
    """Return the index that finds the largest patterns of a day or a month."""
    return IndexModel(
        [
            ("app_id", ASCENDING),
            ("step", ASCENDING),
            ("at", ASCENDING),
            ("n", DESCENDING),
            ("value", ASCENDING),
        ],
        name="largest_patterns",
        partialFilterExpression={
            "dimension": "pattern",
            "step": {"$in": ["day", "month"]},
        },
    )


def _life() -> list[dict[str, Any]]:
    """Return the pipeline of the view: openings joined with their changes."""

    def first(status: str) -> dict[str, Any]:
        into = {"$eq": ["$$change.to", status]}
        chosen = {"$filter": {"input": "$changes", "as": "change", "cond": into}}
        return {"$min": {"$map": {"input": chosen, "as": "each", "in": "$$each.at"}}}

    latest = {"$last": {"$sortArray": {"input": "$changes", "sortBy": {"revision": 1}}}}
    return [
        {
            "$lookup": {
                "from": Collection.CHANGES.value,
                "localField": "escalation_id",
                "foreignField": "escalation_id",
                "as": "changes",
            }
        },
        {
            "$set": {
                "acknowledged_at": first("acknowledged"),
                "answered_at": first("answered"),
                "resolved_at": first("resolved"),
                "latest": latest,
            }
        },
        {"$set": {"status": {"$ifNull": ["$latest.to", "open"]}}},
        {"$unset": ["changes", "latest", "expire_at"]},
    ]
