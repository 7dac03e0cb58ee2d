"""Outcomes grouped by what figures are told apart by, within the database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo.errors import ExecutionTimeout

from services.analytics.counting.breakdown import BreakdownBy, Group
from services.analytics.domain.facts import Collection
from services.analytics.domain.outcomes.outcome import COUNTED_BY
from services.analytics.repository.outcomes.schema import OUTCOMES
from shared.errors import Transient
from shared.mongo.connect import Database
from shared.mongo.errors import translated

MAX_MS = 5_000
"""Longest a query may run."""
_TIMES = {BreakdownBy.HOUR, BreakdownBy.DAY, BreakdownBy.WEEK}
_MEMBER: list[dict[str, Any]] = [
    {
        "$lookup": {
            "from": Collection.PATTERN_MEMBERS.value,
            "localField": "escalation_id",
            "foreignField": "_id",
            "as": "member",
        }
    },
    {"$set": {"key": {"$first": "$member.pattern_id"}}},
]
"""A member's id is its escalation's."""


class MongoGroups:
    """Reads `analytics_outcomes` of one app at a time."""

    def __init__(self, database: Database) -> None:
        self._outcomes = database[OUTCOMES]

    async def grouped(
        self, app_id: str, by: BreakdownBy, start: datetime, end: datetime
    ) -> Sequence[Group]:
        """Return how many outcomes are alike, by key. Raises Transient."""
        alike = {name: f"${name}" for name in COUNTED_BY}
        pipeline: list[dict[str, Any]] = [
            {"$match": {"app_id": app_id, "at": {"$gte": start, "$lt": end}}},
            *_keyed(by),
            {"$group": {"_id": {"key": "$key", **alike}, "n": {"$sum": 1}}},
        ]
        try:
            with translated():
                rows = await self._outcomes.aggregate(
                    pipeline, maxTimeMS=MAX_MS, allowDiskUse=True
                ).to_list(None)
        except Transient as error:
            if isinstance(error.__cause__, ExecutionTimeout):
                raise Transient("too_much_to_count", "ask for less") from error
            raise
        return [
            Group(_text(row["_id"].pop("key", None)), row["_id"], row["n"])
            for row in rows
        ]


def _keyed(by: BreakdownBy) -> list[dict[str, Any]]:
    if by is BreakdownBy.PATTERN:
        return _MEMBER
    if by is BreakdownBy.DESTINATION:
        kept = {"path": "$destinations", "preserveNullAndEmptyArrays": True}
        return [{"$unwind": kept}, {"$set": {"key": "$destinations"}}]
    if by in _TIMES:
        unit = {"date": "$at", "unit": by.value, "startOfWeek": "monday"}
        return [{"$set": {"key": {"$dateTrunc": unit}}}]
    return [{"$set": {"key": f"${by.value}"}}]


def _text(key: object) -> str | None:
    if isinstance(key, datetime):
        return key.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return None if key is None else str(key)
