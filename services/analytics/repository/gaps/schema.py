"""The collections of gaps: cases, replays, notes, who wants none, and their indexes."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.analytics.repository.patterns.schema import PATTERNS
from shared.mongo.connect import Database
from shared.mongo.errors import translated

CASES = "analytics_gap_cases"
VERIFICATIONS = "analytics_gap_verifications"
NOTES = "analytics_gap_notes"
OPT_OUTS = "analytics_note_opt_outs"
PENDING = "pending"


async def prepare(database: Database) -> None:
    """Create what is missing; safe beside another instance that does the same."""
    of_gap = [("app_id", ASCENDING), ("gap_id", ASCENDING)]
    with translated():
        await database[CASES].create_indexes(
            [IndexModel(of_gap), _of_user()],
        )
        await database[VERIFICATIONS].create_indexes(
            [
                IndexModel([*of_gap, ("requested_at", DESCENDING)]),
                IndexModel(
                    [("requested_at", ASCENDING)],
                    name="open",
                    partialFilterExpression={"state": "requested"},
                ),
            ]
        )
        await database[NOTES].create_indexes(
            [
                IndexModel([*of_gap, ("created_at", ASCENDING)]),
                _of_user(),
                IndexModel([("app_id", ASCENDING), ("claimed_at", ASCENDING)]),
                IndexModel(
                    [("app_id", ASCENDING), ("due_at", ASCENDING)],
                    name="pending",
                    partialFilterExpression={"state": PENDING},
                ),
            ]
        )
        await database[OPT_OUTS].create_indexes([_of_user()])
        await database[PATTERNS].create_indexes(
            [
                IndexModel(
                    [("app_id", ASCENDING), ("status", ASCENDING)],
                    name="proven",
                    partialFilterExpression={
                        "status": {"$in": ["verified", "regressed"]}
                    },
                )
            ]
        )


def _of_user() -> IndexModel:
    return IndexModel([("app_id", ASCENDING), ("user_id", ASCENDING)])
