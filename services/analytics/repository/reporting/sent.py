"""Which reports were asked for: a look that spares making them again."""

from collections.abc import Collection
from datetime import timedelta

from shared.clock import Clock
from shared.mongo.connect import Database
from shared.mongo.errors import translated

COLLECTION = "analytics_reports"
KEPT = timedelta(days=90)
"""Longer than a report may be late, and than the notifier knows its deliveries."""


class MongoSentReports:
    """Collection `analytics_reports`: `_id` report, app, destination, week, `at`."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._collection = database[COLLECTION]
        self._clock = clock

    async def known(self, report_ids: Collection[str]) -> frozenset[str]:
        """Return those of *report_ids* that were asked for."""
        query = {"_id": {"$in": sorted(report_ids)}}
        with translated():
            rows = await self._collection.find(query, {"_id": 1}).to_list(None)
        return frozenset(row["_id"] for row in rows)

    async def note(
        self, report_id: str, *, app_id: str, destination_id: str, week: str
    ) -> None:
        """Keep that a report was asked for; twice is once."""
        document = {
            "app_id": app_id,
            "destination_id": destination_id,
            "week": week,
            "at": self._clock.now(),
        }
        with translated():
            await self._collection.update_one(
                {"_id": report_id}, {"$setOnInsert": document}, upsert=True
            )
