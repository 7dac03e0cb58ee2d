"""Links that sign members in: by their digest, until they are used or over."""

from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument

from services.escalator.administer.sign_ins import Link
from shared.mongo.connect import Database
from shared.mongo.errors import translated

COLLECTION = "escalator_sign_ins"
TRIES = "escalator_sign_in_tries"


class MongoLinks:
    """Collections `escalator_sign_ins` and `escalator_sign_in_tries`.

    A link: `_id` digest of its token, `email`, `app_id`, `used`, `expires_at`. Tries:
    `_id` digest of an address and the window they fell in, `count`, `expires_at`.
    """

    def __init__(self, database: Database) -> None:
        self._links = database[COLLECTION]
        self._tries = database[TRIES]

    async def count(self, address: str, *, now: datetime, within: timedelta) -> int:
        """Count a try for *address* and return how many this window has had."""
        window = int(now.timestamp() // within.total_seconds())
        with translated():
            row: dict[str, Any] = await self._tries.find_one_and_update(
                {"_id": f"{address}.{window}"},
                {
                    "$inc": {"count": 1},
                    "$setOnInsert": {"expires_at": now + within},
                },
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        return int(row["count"])

    async def add(self, link: Link) -> None:
        """Keep a link."""
        row = {
            "_id": link.link_id,
            "email": link.email,
            "app_id": link.app_id,
            "used": False,
            "expires_at": link.expires_at,
        }
        with translated():
            await self._links.insert_one(row)

    async def get(self, link_id: str) -> Link | None:
        """Return the link of that digest, unless it is used."""
        with translated():
            row = await self._links.find_one({"_id": link_id, "used": False})
        if row is None:
            return None
        return Link(row["_id"], row["email"], row["app_id"], row["expires_at"])

    async def use(self, link_id: str) -> bool:
        """Use a link up; False where it is used or gone."""
        with translated():
            result = await self._links.update_one(
                {"_id": link_id, "used": False}, {"$set": {"used": True}}
            )
        return result.modified_count == 1
