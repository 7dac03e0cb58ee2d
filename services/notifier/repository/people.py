"""Whose deliveries they are, and which destinations have accepted them."""

from collections.abc import Sequence
from dataclasses import replace

from services.notifier.domain.delivery import RecipientStatus
from services.notifier.repository.deliveries import COLLECTION
from services.notifier.repository.retention import deliveries_of
from shared.events import ReachedDestination
from shared.events.digests import without_words
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.stored import Filter, Subject


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

    async def take_out(self, subject: Subject) -> dict[str, int]:
        """Take the user's words out of digests, which tell of others too."""
        chosen = frozenset(subject.conversation_ids)
        changed = 0
        with translated():
            async for row in self._collection.find(
                _digests_of(subject), {"request": 1}
            ):
                request = without_words(bytes(row["request"]), chosen)
                if request != row["request"]:
                    update = {"$set": {"request": request}}
                    await self._collection.update_one({"_id": row["_id"]}, update)
                    changed += 1
        return {COLLECTION: changed} if changed else {}

    async def reached(self, subject: Subject) -> Sequence[ReachedDestination]:
        """Return who accepted anything of the user, and how much."""
        accepted = {"recipients.status": RecipientStatus.ACCEPTED.value}
        with translated():
            rows = await self._collection.aggregate(
                [
                    {"$match": {"$or": [*_copies_of(subject)], **accepted}},
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


def _digests_of(subject: Subject) -> Filter:
    return {"app_id": subject.app_id, "lists": {"$in": [*subject.lanes]}}


def _copies_of(subject: Subject) -> tuple[Filter, Filter]:
    """Return what finds all that the far side may have of the user."""
    return deliveries_of(subject), _digests_of(subject)
