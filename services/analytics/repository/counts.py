"""Read counts back: from counters where buckets are whole, from facts elsewhere."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo.errors import ExecutionTimeout

from services.analytics.domain.facts import (
    TIMED_STATUSES,
    TOLD,
    Collection,
    Dimension,
    Outcome,
    Value,
    values_of_change,
    values_of_delivery,
    values_of_member,
    values_of_opening,
    values_of_outcome,
    values_of_promise,
    values_of_request,
    values_of_score,
)
from services.analytics.domain.outcomes.outcome import COUNTED_BY, counted_as
from services.analytics.domain.periods import Source, Span
from services.analytics.domain.reports import Count
from services.analytics.domain.sketches import bin_of
from services.analytics.repository.patterns.schema import PATTERNS
from services.analytics.repository.schema import COUNTERS
from shared.errors import Transient
from shared.mongo.connect import Database
from shared.mongo.errors import translated

MAX_MS = 5_000
"""Longest a query may run: a report must not take the database from the pipeline."""
MAX_SAMPLES = 10_000
"""Newest timings that percentiles are taken from."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How facts of one collection are counted: grouped by what, counting as what."""

    collection: Collection
    fields: tuple[str, ...]
    values: Callable[[Row], tuple[Value, ...]]
    timed: Callable[[Row], str] | None = None
    """As what its `ms` are timed, where it has any."""
    match: Row = field(default_factory=dict)


_KINDS = (
    _Kind(
        Collection.REQUESTS,
        ("outcome", "reason"),
        lambda row: values_of_request(row["outcome"], row.get("reason")),
    ),
    _Kind(Collection.ESCALATIONS, (), lambda _: values_of_opening()),
    _Kind(
        Collection.CHANGES,
        ("from", "to"),
        lambda row: values_of_change(row["from"], row["to"]),
        lambda row: str(row["to"]),
    ),
    _Kind(
        Collection.CHANGES,
        ("promise.state", "score"),
        lambda row: (
            *values_of_promise(row.get("promise_state")),
            *values_of_score(row.get("score")),
        ),
        match={
            "$and": [{"$or": [{"promise": {"$ne": None}}, {"score": {"$ne": None}}]}],
        },
    ),
    _Kind(
        Collection.OUTCOMES,
        COUNTED_BY,
        lambda row: values_of_outcome(counted_as(row)),
    ),
    _Kind(
        Collection.DELIVERIES,
        ("outcome", "destination_id"),
        lambda row: values_of_delivery(row["outcome"], row["destination_id"]),
        lambda _: Outcome.DELIVERED.value,
    ),
    _Kind(
        Collection.PATTERN_MEMBERS,
        ("pattern_id",),
        lambda row: values_of_member(row["pattern_id"]),
    ),
    _Kind(
        Collection.TURNS, (), lambda _: (), lambda _: TOLD, match={"kind": "handoff"}
    ),
)


class MongoCounts:
    """Reads the trend store of one app at a time, each query bounded."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counted(
        self, app_id: str, dimensions: Sequence[Dimension], spans: Sequence[Span]
    ) -> list[Count]:
        """Return the counts of *dimensions* within *spans*, per bucket."""
        whole = [span for span in spans if span.source is not Source.FACTS]
        edges = [span for span in spans if span.source is Source.FACTS]
        found = await asyncio.gather(
            self._from_counters(app_id, dimensions, whole),
            *(self._from_facts(app_id, kind, edges) for kind in _KINDS),
        )
        return [
            count for some in found for count in some if count.dimension in dimensions
        ]

    async def _from_counters(
        self, app_id: str, dimensions: Sequence[Dimension], spans: Sequence[Span]
    ) -> list[Count]:
        if not spans:
            return []
        parts = [{"step": span.source.value, "at": _within(span)} for span in spans]
        rows = await self._aggregate(
            COUNTERS,
            [
                {
                    "$match": {
                        "app_id": app_id,
                        "dimension": {"$in": [each.value for each in dimensions]},
                        "$or": parts,
                    }
                },
                {
                    "$project": {
                        "dimension": 1,
                        "value": 1,
                        "at": 1,
                        "n": 1,
                        "ms": 1,
                        "bins": 1,
                    }
                },
            ],
        )
        return [
            Count(
                row["dimension"],
                row["value"],
                row["at"],
                row["n"],
                row.get("ms", 0),
                row.get("bins"),
            )
            for row in rows
        ]

    async def _from_facts(
        self, app_id: str, kind: _Kind, spans: Sequence[Span]
    ) -> list[Count]:
        if not spans:
            return []
        group: dict[str, Any] = {
            name.replace(".", "_"): f"${name}" for name in kind.fields
        }
        if kind.timed is not None:
            group["time"] = "$ms"
        group["at"] = {"$dateTrunc": {"date": "$at", "unit": "hour"}}
        rows = await self._aggregate(
            kind.collection.value,
            [
                {
                    "$match": {
                        "app_id": app_id,
                        "$or": [{"at": _within(span)} for span in spans],
                        **kind.match,
                    }
                },
                {
                    "$group": {
                        "_id": group,
                        "n": {"$sum": 1},
                        "timed": {"$sum": {"$cond": [{"$gt": ["$ms", None]}, 1, 0]}},
                        "ms": {"$sum": "$ms"},
                    }
                },
            ],
        )
        return [count for row in rows for count in _counts(kind, row)]

    async def samples(
        self, app_id: str, *, start: datetime, end: datetime
    ) -> dict[str, list[int]]:
        """Return the newest timings of the period, by what was timed.

        For counters from before they held sketches.
        """
        timed = {"app_id": app_id, "at": {"$gte": start, "$lt": end}}
        timed["ms"] = {"$gte": 0}
        names = (Outcome.DELIVERED.value, *TIMED_STATUSES)
        found = await asyncio.gather(
            self._newest(Collection.DELIVERIES, timed),
            *(
                self._newest(Collection.CHANGES, timed | {"to": status})
                for status in TIMED_STATUSES
            ),
        )
        return dict(zip(names, found, strict=True))

    async def waiting(self, app_id: str, *, end: datetime) -> int:
        """Return how many deliveries asked for before *end* have not ended."""
        rows = await self._aggregate(
            Collection.DELIVERY_REQUESTS.value,
            [
                {"$match": {"app_id": app_id, "waiting": True, "at": {"$lt": end}}},
                {"$count": "n"},
            ],
        )
        return int(rows[0]["n"]) if rows else 0

    async def pattern_sizes(self, app_id: str) -> dict[str, tuple[int, int]]:
        """Return each pattern's size as it says itself, and as its members make it."""
        of_app = {"$match": {"app_id": app_id}}
        said, members = await asyncio.gather(
            self._aggregate(
                PATTERNS, [of_app, {"$project": {"pattern_id": 1, "size": 1}}]
            ),
            self._aggregate(
                Collection.PATTERN_MEMBERS.value,
                [of_app, {"$group": {"_id": "$pattern_id", "n": {"$sum": 1}}}],
            ),
        )
        sizes = {row["pattern_id"]: (row.get("size") or 0, 0) for row in said}
        for row in members:
            size, _ = sizes.get(row["_id"], (0, 0))
            sizes[row["_id"]] = (size, row["n"])
        return sizes

    async def _newest(self, collection: Collection, match: Row) -> list[int]:
        rows = await self._aggregate(
            collection.value,
            [
                {"$match": match},
                {"$sort": {"at": -1}},
                {"$limit": MAX_SAMPLES},
                {"$group": {"_id": None, "ms": {"$push": "$ms"}}},
            ],
        )
        return list(rows[0]["ms"]) if rows else []

    async def _aggregate(
        self, collection: str, pipeline: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        try:
            with translated():
                return await (
                    self._database[collection]
                    .aggregate(pipeline, maxTimeMS=MAX_MS)
                    .to_list(None)
                )
        except Transient as error:
            if isinstance(error.__cause__, ExecutionTimeout):
                raise Transient("too_much_to_count", "ask for less") from error
            raise


def _within(span: Span) -> dict[str, datetime]:
    return {"$gte": span.start, "$lt": span.end}


def _counts(kind: _Kind, row: Row) -> Iterator[Count]:
    group = row["_id"]
    for dimension, value in kind.values(group):
        yield Count(dimension, value, group["at"], row["n"])
    if kind.timed is not None and row["timed"]:
        timed, n = kind.timed(group), row["timed"]
        bins = {bin_of(group["time"]): n}
        yield Count(Dimension.MS.value, timed, group["at"], n, row["ms"], bins)
