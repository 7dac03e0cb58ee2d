"""Read whole tables a batch at a time: what exports are made of."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Protocol

from services.analytics.domain.facts import TIMED_STATUSES, Collection
from services.analytics.domain.periods import Step, ceil_to, floor_to
from services.analytics.reporting.exports.columns import Table
from services.analytics.reporting.exports.export import Wanted
from services.analytics.repository.schema import COUNTERS
from shared.mongo.connect import Database
from shared.mongo.errors import translated

PATTERNS = "analytics_patterns"
MEMBERS = "analytics_pattern_members"
BATCH = 500
"""Rows read at once: of the longest ones, about 25 MB."""
MAX_MS = 300_000
"""Longest the server may work for one export, its client's pauses not counted."""

Row = dict[str, Any]
Batches = AsyncGenerator[Sequence[Row], None]


class Cursor(Protocol):
    """What both of the driver's cursors can do."""

    def __aiter__(self) -> AsyncIterator[Mapping[str, Any]]: ...
    async def close(self) -> None: ...


class MongoRows:
    """Reads the collections of analytics, of one app."""

    def __init__(self, database: Database, *, batch: int = BATCH) -> None:
        self._database = database
        self._batch = batch

    def read(self, wanted: Wanted) -> Batches:
        """Yield the rows of *wanted*, oldest first; raises Transient."""
        if wanted.table is Table.ESCALATIONS:
            return self._escalations(wanted)
        if wanted.table is Table.PATTERNS:
            return self._patterns(wanted)
        return self._trends(wanted)

    async def _escalations(self, wanted: Wanted) -> Batches:
        query = {
            "app_id": wanted.app_id,
            "at": {"$gte": wanted.start, "$lt": wanted.end},
        }
        cursor = (
            self._database[Collection.ESCALATIONS.value]
            .find(query, {"expire_at": 0, "grouped": 0}, max_time_ms=MAX_MS)
            .sort("at", 1)
            .batch_size(self._batch)
        )
        async with aclosing(self._batches(cursor)) as batches:
            async for rows in batches:
                ids = [row["escalation_id"] for row in rows]
                lives = await self._lives(wanted.app_id, ids)
                patterns = await self._patterns_of(wanted.app_id, ids)
                for row in rows:
                    escalation_id = row["escalation_id"]
                    row["opened_at"] = row["at"]
                    row["pattern_id"] = patterns.get(escalation_id)
                    row.update(lives.get(escalation_id, {"status": "open"}))
                yield rows

    async def _lives(self, app_id: str, ids: Sequence[str]) -> dict[str, Row]:
        """Return of each escalation its latest status, and when it first had some."""
        first = {
            f"{status}_at": {
                "$min": {"$cond": [{"$eq": ["$to", status]}, "$at", "$$REMOVE"]}
            }
            for status in TIMED_STATUSES
        }
        changes = self._database[Collection.CHANGES.value].aggregate(
            [
                {"$match": {"app_id": app_id, "escalation_id": {"$in": list(ids)}}},
                {
                    "$group": {
                        "_id": "$escalation_id",
                        "status": {
                            "$top": {"output": "$to", "sortBy": {"revision": -1}}
                        },
                        **first,
                    }
                },
            ],
            maxTimeMS=MAX_MS,
        )
        with translated():
            return {row.pop("_id"): row async for row in changes}

    async def _patterns_of(self, app_id: str, ids: Sequence[str]) -> dict[str, str]:
        members = self._database[MEMBERS].find(
            {"_id": {"$in": list(ids)}, "app_id": app_id}, {"pattern_id": 1}
        )
        with translated():
            return {row["_id"]: row["pattern_id"] async for row in members}

    async def _patterns(self, wanted: Wanted) -> Batches:
        query = {
            "app_id": wanted.app_id,
            "last_seen": {"$gte": wanted.start},
            "first_seen": {"$lt": wanted.end},
            # One that was merged lives on in another.
            "merged_into": None,
        }
        cursor = (
            self._database[PATTERNS]
            .find(query, {"state": 0}, max_time_ms=MAX_MS)
            .batch_size(self._batch)
        )
        async with aclosing(self._batches(cursor)) as batches:
            async for rows in batches:
                yield [_whole(row) for row in rows]

    async def _trends(self, wanted: Wanted) -> Batches:
        hourly = wanted.step is Step.HOUR
        finest = Step.HOUR if hourly else Step.DAY
        match: dict[str, Any] = {
            "app_id": wanted.app_id,
            "step": finest.value,
            "at": {
                "$gte": floor_to(wanted.start, wanted.step),
                "$lt": ceil_to(wanted.end, wanted.step),
            },
        }
        if wanted.dimensions:
            match["dimension"] = {"$in": list(wanted.dimensions)}
        cursor = self._database[COUNTERS].aggregate(
            _counted(match, weekly=wanted.step is Step.WEEK),
            allowDiskUse=True,
            batchSize=self._batch,
            maxTimeMS=MAX_MS,
        )
        async with aclosing(self._batches(cursor)) as batches:
            async for rows in batches:
                yield [{**row, "step": wanted.step.value} for row in rows]

    async def _batches(self, cursor: Cursor) -> AsyncGenerator[list[Row], None]:
        """Yield the rows of *cursor* in batches; ends the query however this ends."""
        rows: list[Row] = []
        try:
            with translated():
                async for row in cursor:
                    rows.append(dict(row))
                    if len(rows) >= self._batch:
                        yield rows
                        rows = []
            if rows:
                yield rows
        finally:
            await cursor.close()


def _whole(pattern: Row) -> Row:
    """Return a pattern with its profile's fields; before its first one, no cause."""
    return {"cause": "unclear", **(pattern.get("profile") or {}), **pattern}


def _counted(match: Row, *, weekly: bool) -> list[Row]:
    """Return the pipeline of counters as rows, by dimension and then by time."""
    shown = {"at": 1, "dimension": 1, "key": "$value", "count": "$n", "ms": 1, "_id": 0}
    if not weekly:
        # In the order of the index: nothing is sorted, however much it is.
        order = {"dimension": 1, "step": 1, "at": 1}
        return [{"$match": match}, {"$sort": order}, {"$project": shown}]
    week = {"$dateTrunc": {"date": "$at", "unit": "week", "startOfWeek": "monday"}}
    return [
        {"$match": match},
        {
            "$group": {
                "_id": {"dimension": "$dimension", "at": week, "key": "$value"},
                "count": {"$sum": "$n"},
                "ms": {"$sum": "$ms"},
                "timed": {"$max": {"$gt": ["$ms", None]}},
            }
        },
        {"$sort": {"_id": 1}},
        {
            "$project": {
                "_id": 0,
                "at": "$_id.at",
                "dimension": "$_id.dimension",
                "key": "$_id.key",
                "count": 1,
                "ms": {"$cond": ["$timed", "$ms", None]},
            }
        },
    ]
