"""The collections of outcomes and their indexes (docs/trend-store.md)."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.analytics.domain.facts import Collection
from shared.mongo.connect import Database
from shared.mongo.errors import translated

OUTCOMES = Collection.OUTCOMES.value
CONVERSATIONS = "analytics_conversations"
"""One document per conversation that was judged: when to look again, and a number that
every judgement raises, so that of two at once one starts over."""
NEWS = "analytics_news"
"""Which conversations have news since they were judged: written with the facts."""
LEASES = "analytics_settling"
"""Which instance judges now."""
TOLD_BY = (
    Collection.TURNS.value,
    Collection.REQUESTS.value,
    Collection.ESCALATIONS.value,
    Collection.CHANGES.value,
)
"""The facts that outcomes are judged by, read a conversation at a time."""


async def prepare(database: Database) -> None:
    """Create what is missing; safe beside another instance that does the same."""
    of_conversation = _index("app_id", "conversation_id")
    with translated():
        for name in TOLD_BY:
            await database[name].create_indexes([of_conversation])
        await database[OUTCOMES].create_indexes(
            [
                of_conversation,
                _index("app_id", "user_id", "at"),
                IndexModel(
                    [("app_id", ASCENDING), ("at", DESCENDING)],
                    name="asked_for_person",
                    partialFilterExpression={"asked_for_person": True},
                ),
                IndexModel(
                    [("app_id", ASCENDING), ("at", DESCENDING)],
                    name="dead_end",
                    partialFilterExpression={"dead_end": True},
                ),
            ]
        )
        await database[CONVERSATIONS].create_indexes(
            [
                IndexModel(
                    "look_again_at",
                    name="due",
                    partialFilterExpression={"look_again_at": {"$type": "date"}},
                ),
                of_conversation,
                _index("app_id", "user_id"),
            ]
        )
        await database[NEWS].create_indexes([_index("app_id")])


def _index(*fields: str) -> IndexModel:
    return IndexModel([(field, ASCENDING) for field in fields])
