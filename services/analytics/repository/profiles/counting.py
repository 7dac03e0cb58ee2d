"""Counters of patterns, read: the largest, those of some patterns, those of all."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.analytics.domain.profiles.counting.counters import PatternCounter, Totals
from services.analytics.domain.profiles.counting.pieces import Piece
from services.analytics.repository.counts import MAX_MS
from services.analytics.repository.patterns.counters import counter_key
from services.analytics.repository.patterns.schema import MEMBERS
from services.analytics.repository.schema import COUNTERS
from shared.mongo.connect import Database
from shared.mongo.errors import translated

Row = Mapping[str, Any]


class MongoPatternCounters:
    """Reads the counters of dimension `pattern`, of one app at a time."""

    def __init__(self, database: Database) -> None:
        self._counters = database[COUNTERS]
        self._members = database[MEMBERS]

    async def largest(
        self, app_id: str, piece: Piece, *, limit: int
    ) -> list[PatternCounter]:
        """Return the counters of *piece* that hold most, in falling order of `n`.

        Without their parts where all of them count: so the index alone answers.
        """
        shown = {"_id": 0, "value": 1, "n": 1}
        if not piece.whole:
            shown["parts"] = 1
        with translated():
            rows = await (
                self._counters.find(
                    _of(app_id, piece) | {"n": {"$gt": 0}}, shown, max_time_ms=MAX_MS
                )
                .sort([("n", -1), ("value", 1)])
                .limit(limit)
                .to_list(None)
            )
        return [_counter(row) for row in rows]

    async def some(
        self, app_id: str, pieces: Sequence[Piece], pattern_ids: Iterable[str]
    ) -> list[tuple[Piece, PatternCounter]]:
        """Return the counters of these patterns for *pieces*, with their parts."""
        wanted = {
            counter_key(app_id, piece.step, piece.at, pattern_id): piece
            for pattern_id in pattern_ids
            for piece in pieces
        }
        if not wanted:
            return []
        with translated():
            rows = await self._counters.find(
                {"_id": {"$in": list(wanted)}},
                {"value": 1, "n": 1, "parts": 1},
                max_time_ms=MAX_MS,
            ).to_list(None)
        return [(wanted[row["_id"]], _counter(row)) for row in rows]

    async def all(self, app_id: str, piece: Piece) -> Totals:
        """Return what every pattern has in *piece*, added up by the server."""
        with translated():
            rows = await self._counters.aggregate(
                [
                    {"$match": _of(app_id, piece) | {"n": {"$gt": 0}}},
                    {"$project": {"_id": 0, "value": 1, "n": _sum(piece)}},
                    # One document of two lists: thousands of small ones cost more to
                    # read than to add up.
                    {
                        "$group": {
                            "_id": None,
                            "ids": {"$push": "$value"},
                            "ns": {"$push": "$n"},
                        }
                    },
                ],
                maxTimeMS=MAX_MS,
            ).to_list(None)
        return dict(zip(rows[0]["ids"], rows[0]["ns"], strict=True)) if rows else {}

    async def opened(self, app_id: str, start: datetime, end: datetime) -> Totals:
        """Return what every pattern has between two moments less than hours apart."""
        with translated():
            rows = await self._members.aggregate(
                [
                    {"$match": {"app_id": app_id, "at": {"$gte": start, "$lt": end}}},
                    {"$group": {"_id": "$pattern_id", "n": {"$sum": 1}}},
                ],
                maxTimeMS=MAX_MS,
            ).to_list(None)
        return {row["_id"]: row["n"] for row in rows}

    async def users(
        self, app_id: str, pattern_ids: Sequence[str], start: datetime, end: datetime
    ) -> Totals:
        """Return how many different users each of these patterns has in a period."""
        with translated():
            rows = await self._members.aggregate(
                [
                    {
                        "$match": {
                            "app_id": app_id,
                            "pattern_id": {"$in": list(pattern_ids)},
                            "at": {"$gte": start, "$lt": end},
                            "user_id": {"$gt": ""},
                        }
                    },
                    {"$group": {"_id": {"p": "$pattern_id", "u": "$user_id"}}},
                    {"$group": {"_id": "$_id.p", "n": {"$sum": 1}}},
                ],
                maxTimeMS=MAX_MS,
            ).to_list(None)
        return {row["_id"]: row["n"] for row in rows}


def _of(app_id: str, piece: Piece) -> dict[str, Any]:
    return {
        "app_id": app_id,
        "dimension": "pattern",
        "step": piece.step,
        "at": piece.at,
    }


def _sum(piece: Piece) -> Any:  # noqa: ANN401 - an expression of the server
    """Return what counts of a document: the fewest fields that say it."""
    if piece.whole:
        return "$n"
    outside = piece.outside
    if len(outside) < len(piece.parts):
        return {"$subtract": ["$n", {"$sum": [f"$parts.{part}" for part in outside]}]}
    return {"$sum": [f"$parts.{part}" for part in piece.parts]}


def _counter(row: Row) -> PatternCounter:
    return PatternCounter(row["value"], row["n"], row.get("parts") or {})
