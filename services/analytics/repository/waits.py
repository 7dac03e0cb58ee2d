"""How long users waited for a person, from the facts."""

from datetime import datetime
from typing import Any

from pymongo import DESCENDING

from services.analytics.domain.estimates import Wait
from services.analytics.domain.facts import Collection
from shared.mongo.connect import Database
from shared.mongo.errors import translated

ANSWERED = ("answered", "resolved")
"""Statuses that end a wait: a person's words, or that people are done."""
GIVEN_UP = ("withdrawn", "expired")
"""Statuses that end it without an answer."""


class MongoWaits:
    """Reads `analytics_escalations` and `analytics_escalation_changes`."""

    def __init__(self, database: Database) -> None:
        self._escalations = database[Collection.ESCALATIONS.value]
        self._changes = database[Collection.CHANGES.value]

    async def since(
        self, app_id: str, start: datetime, *, now: datetime, limit: int
    ) -> list[Wait]:
        """Return the waits of the newest escalations since *start*, at most *limit*."""
        in_time = {"app_id": app_id, "at": {"$gte": start}}
        with translated():
            opened = await (
                self._escalations.find(
                    in_time, {"escalation_id": 1, "at": 1, "route": 1}
                )
                .sort("at", DESCENDING)
                .limit(limit)
                .to_list(None)
            )
            # No change is older than its escalation: the oldest of these is enough.
            oldest = opened[-1]["at"] if opened else start
            ended = await self._ends(in_time | {"at": {"$gte": oldest}})
        return [_wait(row, ended.get(row["escalation_id"]), now) for row in opened]

    async def _ends(self, in_time: dict[str, Any]) -> dict[str, tuple[datetime, str]]:
        """Return when the first change that ends a wait was, and to which status."""
        query = in_time | {"to": {"$in": [*ANSWERED, *GIVEN_UP]}, "change": "status"}
        rows = await self._changes.find(
            query, {"escalation_id": 1, "at": 1, "to": 1}
        ).to_list(None)
        ended: dict[str, tuple[datetime, str]] = {}
        for row in rows:
            known = ended.get(row["escalation_id"])
            if known is None or row["at"] < known[0]:
                ended[row["escalation_id"]] = (row["at"], row["to"])
        return ended


def _wait(row: dict[str, Any], end: tuple[datetime, str] | None, now: datetime) -> Wait:
    at, status = end or (now, "")
    return Wait(
        route=row.get("route", ""),
        opened_at=row["at"],
        ended_at=at,
        answered=status in ANSWERED,
    )
