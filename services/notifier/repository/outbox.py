"""The news kept with the deliveries until it is published."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import UpdateOne

from services.notifier.deliver.announce import Unpublished
from services.notifier.repository.deliveries import COLLECTION
from services.notifier.repository.documents import from_entry
from shared.mongo.connect import Database
from shared.mongo.errors import translated


class MongoOutbox:
    """Field `outbox` of `notifier_deliveries`."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def unpublished(self, *, before: datetime, limit: int) -> list[Unpublished]:
        """Return news stored before *before* that nobody took off yet."""
        with translated():
            found = (
                await self._collection.find(
                    {"outbox.at": {"$lt": before}}, {"outbox": 1}
                )
                .limit(limit)
                .to_list(None)
            )
        return [
            Unpublished(each["_id"], tuple(map(from_entry, each["outbox"])))
            for each in found
        ]

    async def published(self, told: Sequence[Unpublished]) -> None:
        """Take published news off their deliveries."""
        with translated():
            await self._collection.bulk_write(
                [
                    UpdateOne(
                        {"_id": each.delivery_id},
                        {"$pull": {"outbox": {"topic": {"$in": _topics(each)}}}},
                    )
                    for each in told
                ],
                ordered=False,
            )

    async def count(self, *, before: datetime) -> int:
        """Return how many deliveries have news older than *before*."""
        with translated():
            return await self._collection.count_documents(
                {"outbox.at": {"$lt": before}}
            )


def _topics(told: Unpublished) -> list[str]:
    return [each.topic for each in told.news]
