"""What waits for the grouping: facts, and what is not published yet."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from services.analytics import metrics
from services.analytics.domain.facts import Collection
from services.analytics.patterns.values import UngroupedEscalation
from services.analytics.repository.patterns.documents import read_fact
from services.analytics.repository.patterns.schema import GROUPINGS, MEMBERS, PATTERNS
from shared.clock import Clock
from shared.mongo.connect import Database
from shared.mongo.errors import translated

OF_BEFORE = ":facts-of-before"
"""`_id` of the document that says how far the facts of before were looked for. No app
has a colon in its id."""
ADOPTED_AT_ONCE = 1_000
BESIDE_OLDER = timedelta(days=1)
"""How long an older version, which writes no `grouped`, may run beside this one."""
_FIELDS = (
    "app_id", "escalation_id", "number", "conversation_id", "user_id", "at", "text",
    "summary", "language",
)  # fmt: skip
Row = dict[str, Any]


class MongoGroupingQueue:
    """Reads by partial indexes that are empty in quiet times."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def apps_waiting(self) -> list[str]:
        """Return the apps that have work of any kind. Raises Transient."""
        found: set[str] = set()
        for name, waiting in (
            (Collection.ESCALATIONS.value, {"grouped": False}),
            (MEMBERS, {"published": False}),
            (PATTERNS, {"moving": True}),
            (GROUPINGS, {"issues_unpublished": True}),
        ):
            found.update(await self._apps_with(name, waiting))
        return sorted(found)

    async def _apps_with(self, name: str, waiting: Mapping[str, Any]) -> list[str]:
        """Return each app once: one step of the index an app, however much waits."""
        found: list[str] = []
        with translated():
            while True:
                query: Row = {**waiting, "app_id": {"$gt": found[-1] if found else ""}}
                row = await self._database[name].find_one(
                    query, {"app_id": 1}, sort=[("app_id", 1)]
                )
                if row is None:
                    return found
                found.append(row["app_id"])

    async def ungrouped(self, app_id: str, *, limit: int) -> list[UngroupedEscalation]:
        """Return the oldest by when they were opened. Raises Transient."""
        with translated():
            rows = (
                await self._database[Collection.ESCALATIONS.value]
                .find({"app_id": app_id, "grouped": False}, dict.fromkeys(_FIELDS, 1))
                .sort([("app_id", 1), ("at", 1)])
                .limit(limit)
                .to_list(None)
            )
        return [read_fact(row) for row in rows]

    async def grouped_before(self, escalation_ids: Sequence[str]) -> frozenset[str]:
        """Return which of them belong to a pattern already. Raises Transient."""
        with translated():
            rows = (
                await self._database[MEMBERS]
                .find({"_id": {"$in": list(escalation_ids)}}, {"_id": 1})
                .to_list(None)
            )
        return frozenset(row["_id"] for row in rows)

    async def measure(self) -> None:
        """Tell how long the oldest has waited, for the metrics. Raises Transient."""
        now, oldest = self._clock.now(), None
        for app_id in await self._apps_with(
            Collection.ESCALATIONS.value, {"grouped": False}
        ):
            for each in await self.ungrouped(app_id, limit=1):
                oldest = each.at if oldest is None else min(oldest, each.at)
        lag = 0.0 if oldest is None else (now - oldest).total_seconds()
        metrics.GROUPING_LAG.set(max(0.0, lag))
        with translated():
            count = await self._database[PATTERNS].estimated_document_count()
        metrics.PATTERNS.set(count)

    async def adopt(self) -> None:
        """Have the facts of before wait too: they were stored without `grouped`.

        No index finds what is missing, so this reads all escalations: at every call
        until a day has passed in which an older version may still write some, and
        never from then on. Raises Transient.
        """
        rows = self._database[GROUPINGS]
        with translated():
            known = await rows.find_one({"_id": OF_BEFORE}) or {}
            if known.get("done"):
                return
            now = self._clock.now()
            while await self._adopt_some() == ADOPTED_AT_ONCE:
                pass
            begun = known.get("begun_at", now)
            done = now - begun > BESIDE_OLDER
            await rows.update_one(
                {"_id": OF_BEFORE},
                {"$set": {"done": done}, "$setOnInsert": {"begun_at": now}},
                upsert=True,
            )

    async def _adopt_some(self) -> int:
        facts = self._database[Collection.ESCALATIONS.value]
        found = await (
            facts.find({"grouped": {"$exists": False}}, {"_id": 1})
            .limit(ADOPTED_AT_ONCE)
            .to_list(None)
        )
        if found:
            ids = [row["_id"] for row in found]
            await facts.update_many(
                {"_id": {"$in": ids}, "grouped": {"$exists": False}},
                {"$set": {"grouped": False}},
            )
        return len(found)
