"""What every service reports of an erasure or a purge, until all have."""

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from shared.events import AppPurged, UserErased
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.topics import USER_ERASED

COLLECTION = "escalator_receipts"

Row = dict[str, Any]


class MongoReceipts:
    """Collection `escalator_receipts`, `_id` is the erasure, or app and version."""

    def __init__(self, database: Database) -> None:
        self._rows = database[COLLECTION]

    async def prepare(self) -> None:
        """Create the index."""
        key = [("app_id", ASCENDING), ("user", ASCENDING), ("round", DESCENDING)]
        with translated():
            await self._rows.create_indexes([IndexModel(key)])

    async def latest(self, app_id: str, user: str) -> Row | None:
        """Return the newest erasure of the user of that digest."""
        with translated():
            return await self._rows.find_one(
                {"app_id": app_id, "user": user}, sort=[("round", DESCENDING)]
            )

    async def begin(
        self, erasure_id: str, *, app_id: str, user: str, number: int, now: datetime
    ) -> Row:
        """Store a new erasure and return it; one that is there stays as it is."""
        row = {
            "kind": "erasure",
            "app_id": app_id,
            "user": user,
            "round": number,
            "requested_at": now,
        }
        with translated():
            await self._rows.update_one(
                {"_id": erasure_id}, {"$setOnInsert": row}, upsert=True
            )
            found = await self._rows.find_one({"_id": erasure_id})
        return {**row, **(found or {})}

    async def take(self, topic: str, value: bytes) -> None:
        """Keep one service's report of either kind; a repeat changes nothing."""
        if topic == USER_ERASED.name:
            await self.take_erased(UserErased.model_validate_json(value))
        else:
            await self.take_purged(AppPurged.model_validate_json(value))

    async def take_erased(self, event: UserErased) -> None:
        """Keep one service's receipt; an older deployment's repeat changes nothing."""
        receipt = {
            "at": event.at,
            "counts": event.erased,
            "destinations": [each.model_dump() for each in event.destinations],
        }
        await self._take(
            event.erasure_id, event.service, receipt, event.app_id, "erasure"
        )

    async def take_purged(self, event: AppPurged) -> None:
        """Keep one service's report."""
        report = {"at": event.at, "counts": event.deleted, "destinations": []}
        key = f"{event.app_id}@{event.version}"
        await self._take(key, event.service, report, event.app_id, "purge")

    async def _take(
        self, key: str, service: str, receipt: Row, app_id: str, kind: str
    ) -> None:
        made = {"app_id": app_id, "kind": kind, "requested_at": receipt["at"]}
        change = {"$set": {f"services.{service}": receipt}, "$setOnInsert": made}
        with translated():
            await self._rows.update_one(
                {"_id": key, f"services.{service}": {"$exists": False}},
                change,
                upsert=await self._rows.find_one({"_id": key}, {"_id": 1}) is None,
            )

    async def get(self, key: str) -> Row | None:
        """Return what was reported so far."""
        with translated():
            return await self._rows.find_one({"_id": key})
