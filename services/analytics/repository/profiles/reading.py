"""Patterns as they are listed and opened, of one app at a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from services.analytics.domain.profiles.asking import Place, Sketch, Sort, Wanted
from services.analytics.domain.profiles.pattern import UNCLEAR, Member, Pattern
from services.analytics.repository.counts import MAX_MS
from services.analytics.repository.patterns.schema import MEMBERS, PATTERNS
from services.analytics.repository.profiles.rows import (
    NO_STATE,
    read_member,
    read_pattern,
    read_sketch,
)
from shared.mongo.connect import Database
from shared.mongo.errors import translated

FIELDS = {
    Sort.SIZE: "size",
    Sort.GROWTH: "profile.growth",
    Sort.COST: "profile.cost_minutes",
}
MAX_MERGES = 20
"""Patterns that were merged one into the other: a longer chain is a circle."""
_SKETCHED = {
    "_id": 0,
    "pattern_id": 1,
    "status": 1,
    "merged_into": 1,
    "label": 1,
    "profile.cause": 1,
    "profile.minutes_per_escalation": 1,
}
_LISTED = NO_STATE | {"history": 0, "proposals": 0, "not_with": 0}


class MongoPatterns:
    """Reads `analytics_patterns` and `analytics_pattern_members`."""

    def __init__(self, database: Database) -> None:
        self._patterns = database[PATTERNS]
        self._members = database[MEMBERS]

    async def page(
        self,
        app_id: str,
        wanted: Wanted,
        *,
        sort: Sort,
        after: Place | None,
        limit: int,
    ) -> list[Pattern]:
        """Return those with most of what *sort* names first, and no merged ones."""
        field = FIELDS[sort]
        parts: list[dict[str, Any]] = [{"app_id": app_id, "merged_into": None}]
        parts += _narrowed(wanted)
        if after is not None:
            parts.append(_after(field, after))
        with translated():
            rows = await (
                self._patterns.find({"$and": parts}, _LISTED, max_time_ms=MAX_MS)
                .sort([(field, -1), ("pattern_id", 1)])
                .limit(limit)
                .to_list(None)
            )
        return [read_pattern(row) for row in rows]

    async def counts(self, app_id: str, wanted: Wanted) -> dict[str, tuple[int, int]]:
        """Return for each cause how many patterns it has, and their escalations."""
        match = {"$and": [{"app_id": app_id, "merged_into": None}, *_narrowed(wanted)]}
        with translated():
            rows = await self._patterns.aggregate(
                [
                    {"$match": match},
                    {
                        "$group": {
                            "_id": {"$ifNull": ["$profile.cause", UNCLEAR]},
                            "n": {"$sum": 1},
                            "size": {"$sum": "$size"},
                        }
                    },
                ],
                maxTimeMS=MAX_MS,
            ).to_list(None)
        return {row["_id"]: (row["n"], row["size"]) for row in rows}

    async def some(self, app_id: str, pattern_ids: Iterable[str]) -> list[Pattern]:
        """Return these patterns, merged ones included, in no order."""
        ids = {"$in": [f"{app_id}:{each}" for each in pattern_ids]}
        with translated():
            rows = await self._patterns.find(
                {"_id": ids, "app_id": app_id}, _LISTED, max_time_ms=MAX_MS
            ).to_list(None)
        return [read_pattern(row) for row in rows]

    async def get(self, app_id: str, pattern_id: str) -> Pattern | None:
        """Return the pattern; of one that was merged, the one it is part of now."""
        for _ in range(MAX_MERGES):
            with translated():
                row = await self._patterns.find_one(
                    {"_id": f"{app_id}:{pattern_id}", "app_id": app_id}, NO_STATE
                )
            if row is None or not row.get("merged_into"):
                return None if row is None else read_pattern(row)
            pattern_id = row["merged_into"]
        return None

    async def sketches(
        self, app_id: str, pattern_ids: Sequence[str] | None = None
    ) -> list[Sketch]:
        """Return sketches of these patterns, or of all, in no order."""
        query: dict[str, Any] = {"app_id": app_id}
        if pattern_ids is not None:
            query["_id"] = {"$in": [f"{app_id}:{each}" for each in pattern_ids]}
        with translated():
            rows = await self._patterns.find(
                query, _SKETCHED, max_time_ms=MAX_MS
            ).to_list(None)
        return [read_sketch(row) for row in rows]

    async def members(
        self,
        app_id: str,
        pattern_id: str,
        *,
        after: tuple[datetime, str] | None,
        limit: int,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[Member]:
        """Return a pattern's members, the newest first."""
        parts: list[dict[str, Any]] = [{"app_id": app_id, "pattern_id": pattern_id}]
        if start is not None:
            parts.append({"at": {"$gte": start}})
        if end is not None:
            parts.append({"at": {"$lt": end}})
        if after is not None:
            at, escalation_id = after
            later = [{"at": {"$lt": at}}, {"at": at, "_id": {"$gt": escalation_id}}]
            parts += [{"at": {"$lte": at}}, {"$or": later}]
        with translated():
            rows = await (
                self._members.find({"$and": parts}, {"vector": 0}, max_time_ms=MAX_MS)
                .sort([("at", -1), ("_id", 1)])
                .limit(limit)
                .to_list(None)
            )
        return [read_member(row) for row in rows]

    async def texts(self, app_id: str, escalation_ids: Sequence[str]) -> dict[str, str]:
        """Return the words of these escalations; what was erased is left out."""
        if not escalation_ids:
            return {}
        with translated():
            rows = await self._members.find(
                {"_id": {"$in": list(escalation_ids)}, "app_id": app_id},
                {"text": 1},
                max_time_ms=MAX_MS,
            ).to_list(None)
        return {row["_id"]: row["text"] for row in rows if row.get("text")}


def _narrowed(wanted: Wanted) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    if wanted.statuses:
        parts.append({"status": {"$in": list(wanted.statuses)}})
    if wanted.causes:
        known: list[str | None] = list(wanted.causes)
        if UNCLEAR in known:
            # Until its first profile a pattern has no cause.
            known.append(None)
        parts.append({"profile.cause": {"$in": known}})
    return parts


def _after(field: str, place: Place) -> dict[str, Any]:
    later = {"pattern_id": {"$gt": place.pattern_id}}
    if place.value is None:
        return {field: None, **later}
    return {
        "$or": [
            {field: {"$lt": place.value}},
            {field: place.value, **later},
            {field: None},
        ]
    }
