"""Which escalations are in a pattern, and which of the same time are not."""

from datetime import datetime

from pymongo import ASCENDING, DESCENDING

from services.analytics.domain.facts import Collection
from services.analytics.repository.counts import MAX_MS
from services.analytics.repository.patterns.schema import MEMBERS
from shared.mongo.connect import Database
from shared.mongo.errors import translated


class MongoMembership:
    """Reads `analytics_pattern_members` and `analytics_escalations`."""

    def __init__(self, database: Database) -> None:
        self._members = database[MEMBERS]
        self._escalations = database[Collection.ESCALATIONS.value]

    async def newest(self, app_id: str, pattern_id: str, *, limit: int) -> list[str]:
        """Return the newest escalations of a pattern."""
        asked = {"app_id": app_id, "pattern_id": pattern_id}
        with translated():
            rows = await (
                self._members.find(asked, {"_id": 1}, max_time_ms=MAX_MS)
                .sort([("at", DESCENDING), ("_id", ASCENDING)])
                .limit(limit)
                .to_list(None)
            )
        return [row["_id"] for row in rows]

    async def others(
        self,
        app_id: str,
        pattern_id: str,
        *,
        start: datetime,
        end: datetime,
        limit: int,
    ) -> list[str]:
        """Return the newest of a time that have a state and are not of the pattern.

        Those of the pattern are taken out afterwards: where it is most of the app,
        fewer than *limit* are left.
        """
        asked = {
            "app_id": app_id,
            "at": {"$gte": start, "$lt": end},
            "app_state.0": {"$exists": True},
        }
        with translated():
            rows = await (
                self._escalations.find(asked, {"escalation_id": 1}, max_time_ms=MAX_MS)
                .sort([("at", DESCENDING), ("_id", ASCENDING)])
                .limit(2 * limit)
                .to_list(None)
            )
            found = [row["escalation_id"] for row in rows]
            ours = await self._members.find(
                {"_id": {"$in": found}, "app_id": app_id, "pattern_id": pattern_id},
                {"_id": 1},
                max_time_ms=MAX_MS,
            ).to_list(None)
        inside = {row["_id"] for row in ours}
        return [each for each in found if each not in inside][:limit]
