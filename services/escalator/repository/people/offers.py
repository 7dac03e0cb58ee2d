"""What members were given unasked, until the inbox says it."""

from collections.abc import Sequence

from pymongo.errors import DuplicateKeyError

from services.escalator.domain.members.capacity import Offer
from services.escalator.escalate.drafting.documents import ESCALATIONS
from shared.errors import Transient
from shared.events.escalation import ENDED_STATUSES
from shared.mongo.connect import Database
from shared.mongo.errors import translated

COLLECTION = "escalator_offers"


class MongoOffers:
    """Collection `escalator_offers`: `_id` app, `version`, `offers` as a list."""

    def __init__(self, database: Database) -> None:
        self._offers = database[COLLECTION]
        self._escalations = database[ESCALATIONS]

    async def load(self, app_id: str) -> tuple[int, list[Offer]]:
        """Return the app's offers and their version, 0 where there are none."""
        with translated():
            row = await self._offers.find_one({"_id": app_id})
        if row is None:
            return 0, []
        return row["version"], [Offer(**each) for each in row["offers"]]

    async def save(self, app_id: str, offers: Sequence[Offer], *, over: int) -> bool:
        """Store the next version; False where somebody else stored one before."""
        rows = [
            {
                "escalation_id": each.escalation_id,
                "email": each.email,
                "at": each.at,
                "pending": each.pending,
            }
            for each in offers
        ]
        after = {"$set": {"offers": rows}, "$inc": {"version": 1}}
        chosen = {"_id": app_id} if over == 0 else {"_id": app_id, "version": over}
        try:
            with translated():
                if over == 0:
                    await self._offers.insert_one(
                        {"_id": app_id, "version": 1, "offers": rows}
                    )
                    return True
                result = await self._offers.update_one(chosen, after)
        except Transient as error:
            if isinstance(error.__cause__, DuplicateKeyError):
                return False
            raise
        return result.modified_count == 1

    async def open_of(
        self, app_id: str, emails: Sequence[str]
    ) -> list[tuple[str, str]]:
        """Return assignee and id of each open escalation that is one of *emails*'."""
        wanted = {
            "app_id": app_id,
            "assignee": {"$type": "string", "$in": list(emails)},
            "status": {"$nin": [each.value for each in ENDED_STATUSES]},
            # What was merged into another is carried by that one.
            "merged_into": None,
        }
        with translated():
            rows = await self._escalations.find(wanted, {"assignee": 1}).to_list(None)
        return [(row["assignee"], row["_id"]) for row in rows]

    async def stored(self, escalation_ids: Sequence[str]) -> set[str]:
        """Return which of *escalation_ids* the inbox has."""
        if not escalation_ids:
            return set()
        wanted = {"_id": {"$in": list(escalation_ids)}}
        with translated():
            rows = await self._escalations.find(wanted, {"_id": 1}).to_list(None)
        return {row["_id"] for row in rows}
