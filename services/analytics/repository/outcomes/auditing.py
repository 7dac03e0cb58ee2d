"""Outcomes read for the audit, each query bounded."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from services.analytics.counting.audit import REACHED, Position, Row, Wanted
from services.analytics.repository.outcomes.schema import OUTCOMES
from shared.mongo.connect import Database
from shared.mongo.errors import translated

MAX_MS = 5_000
"""Longest a query may run."""


class MongoAudit:
    """Reads `analytics_outcomes` of one app at a time."""

    def __init__(self, database: Database) -> None:
        self._outcomes = database[OUTCOMES]

    async def outcomes(
        self, wanted: Wanted, *, limit: int, after: Position | None
    ) -> Sequence[Row]:
        """Return the newest outcomes first, behind *after*."""
        query = _query(wanted)
        if after is not None:
            at, key = after
            query["$or"] = [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": key}}]
        with translated():
            return await (
                self._outcomes.find(query, {"expire_at": 0})
                .sort([("at", -1), ("_id", -1)])
                .limit(limit)
                .max_time_ms(MAX_MS)
                .to_list(None)
            )

    async def came_of(self, wanted: Wanted) -> dict[str, int]:
        """Return how many outcomes there are of each `came_of_it`."""
        rows = await self._aggregate(
            [
                {"$match": _query(wanted)},
                {"$group": {"_id": "$came_of_it", "n": {"$sum": 1}}},
            ]
        )
        return {str(row["_id"]): int(row["n"]) for row in rows}

    async def reached_ms(
        self, wanted: Wanted, *, shares: Sequence[float]
    ) -> list[int | None]:
        """Return the milliseconds within which these shares reached a person.

        Exact, by nearest rank: a report may be held against the facts.
        """
        query = _query(wanted) | {"came_of_it": REACHED}
        with translated():
            n = await self._outcomes.count_documents(query, maxTimeMS=MAX_MS)
        found: list[int | None] = []
        for share in shares:
            rows = await self._aggregate(
                [
                    {"$match": query},
                    {"$project": {"ms": {"$subtract": ["$reached_at", "$at"]}}},
                    {"$sort": {"ms": 1}},
                    {"$skip": max(0, ceil(share * n) - 1)},
                    {"$limit": 1},
                ]
            )
            found.append(max(0, int(rows[0]["ms"])) if rows else None)
        return found

    async def _aggregate(self, pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
        with translated():
            return await self._outcomes.aggregate(
                pipeline, maxTimeMS=MAX_MS, allowDiskUse=True
            ).to_list(None)


def _query(wanted: Wanted) -> dict[str, Any]:
    within = {"$gte": wanted.start, "$lt": wanted.end}
    return {"app_id": wanted.app_id, "at": within, **wanted.equal}
