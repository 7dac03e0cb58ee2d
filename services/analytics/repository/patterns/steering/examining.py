"""Patterns as they are examined at night, and what is proposed of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.analytics.domain.patterns.items import ALGORITHM_VERSION
from services.analytics.domain.patterns.merging import (
    MAX_MEMBERS,
    MAX_PATTERNS,
    Examined,
)
from services.analytics.domain.patterns.spaces import Space
from services.analytics.repository.patterns.documents import pattern_key
from services.analytics.repository.patterns.schema import MEMBERS, PATTERNS
from shared.mongo.connect import Database
from shared.mongo.errors import translated

MIN_VECTORS, MAX_VECTORS = 8, 400
"""Of one pattern: the latest, so many that all together are what is examined."""
Row = dict[str, Any]


class MongoExaminations:
    """Reads patterns with the vectors of their members, and writes `proposals`."""

    def __init__(self, database: Database) -> None:
        self._patterns = database[PATTERNS]
        self._members = database[MEMBERS]

    async def spaces(self, app_id: str) -> list[Space]:
        """Return what of the app can be compared by this version. Raises Transient."""
        with translated():
            rows = await self._patterns.aggregate(
                [
                    {"$match": _examined(app_id)},
                    {"$group": {"_id": {"l": "$language", "e": "$encoder"}}},
                ]
            ).to_list(None)
        found = [Space(app_id, row["_id"]["l"], row["_id"]["e"]) for row in rows]
        return sorted(found, key=lambda space: (space.language, space.encoder))

    async def patterns(self, space: Space) -> list[Examined]:
        """Return the largest patterns, the first founded first. Raises Transient."""
        query = _examined(space.app_id)
        query |= {"language": space.language, "encoder": space.encoder}
        with translated():
            rows = await (
                self._patterns.find(query, {"state": 0, "profile": 0})
                .sort([("size", -1), ("pattern_id", 1)])
                .limit(MAX_PATTERNS)
                .to_list(None)
            )
        rows.sort(key=lambda row: (row["first_seen"], row["pattern_id"]))
        each = MAX_MEMBERS // max(1, len(rows))
        most = min(max(each, MIN_VECTORS), MAX_VECTORS)
        return [await self._one(row, most) for row in rows]

    async def _one(self, row: Row, most: int) -> Examined:
        query = {"app_id": row["app_id"], "pattern_id": row["pattern_id"]}
        with translated():
            members = await (
                self._members.find(query, {"vector": 1, "_id": 0})
                .sort([("at", -1)])
                .limit(most)
                .to_list(None)
            )
        refused = {
            each["with"]
            for each in row.get("proposals") or ()
            if each.get("status") == "refused"
        }
        vectors = [bytes(each["vector"]) for each in reversed(members)]
        return Examined(
            row["pattern_id"],
            [vector for vector in vectors if vector],
            row.get("representative_text", ""),
            frozenset({*(row.get("not_with") or ()), *refused}),
        )

    async def proposals(self, app_id: str) -> Mapping[str, Sequence[Row]]:
        """Return what is proposed now, by pattern. Raises Transient."""
        with translated():
            rows = await self._patterns.find(
                {"app_id": app_id, "proposals.0": {"$exists": True}},
                {"pattern_id": 1, "proposals": 1},
            ).to_list(None)
        return {row["pattern_id"]: row["proposals"] for row in rows}

    async def keep(
        self,
        app_id: str,
        pattern_id: str,
        before: Sequence[Mapping[str, Any]],
        after: Sequence[Mapping[str, Any]],
    ) -> None:
        """Store *after*, unless people changed *before* meanwhile. Raises Transient.

        Then the next night decides from what they said.
        """
        with translated():
            await self._patterns.update_one(
                {
                    "_id": pattern_key(app_id, pattern_id),
                    "merged_into": None,
                    "proposals": [dict(each) for each in before],
                },
                {"$set": {"proposals": [dict(each) for each in after]}},
            )


def _examined(app_id: str) -> Row:
    return {
        "app_id": app_id,
        "merged_into": None,
        "version": ALGORITHM_VERSION,
        "size": {"$gt": 0},
    }
