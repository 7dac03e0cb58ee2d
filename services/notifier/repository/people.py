"""Whose deliveries they are, and which destinations have accepted them."""

from collections.abc import Sequence
from dataclasses import replace

from services.notifier.domain.delivery import RecipientStatus
from services.notifier.repository.deliveries import COLLECTION
from services.notifier.repository.retention import deliveries_of
from shared.events import ReachedDestination
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.stored import Subject


class MongoPeople:
    """Collection `notifier_deliveries`, by user."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def widen(self, subject: Subject) -> Subject:
        """Return *subject* with the conversations of the user's packets."""
        query = {"app_id": subject.app_id, "user_id": subject.user_id}
        with translated():
            found = await self._collection.distinct("lane", query)
        return replace(subject, lanes=tuple(sorted({*subject.lanes, *found})))

    async def reached(self, subject: Subject) -> Sequence[ReachedDestination]:
        """Return who accepted anything of the user, and how much."""
        accepted = {"recipients.status": RecipientStatus.ACCEPTED.value}
        with translated():
            rows = await self._collection.aggregate(
                [
                    {"$match": {**deliveries_of(subject), **accepted}},
                    {
                        "$group": {
                            "_id": {"d": "$destination_id", "c": "$channel"},
                            "n": {"$sum": 1},
                        }
                    },
                    {"$sort": {"_id": 1}},
                ]
            ).to_list(None)
        return [
            ReachedDestination(
                destination_id=row["_id"]["d"],
                channel=row["_id"]["c"],
                deliveries=row["n"],
            )
            for row in rows
        ]
