"""Which patterns are to be profiled, and their profiles."""

from datetime import datetime, timedelta
from typing import Any

from services.analytics.domain.periods import Step, ceil_to
from services.analytics.domain.profiles.counting.pieces import months_of
from services.analytics.domain.profiles.pattern import Member, Pattern, Profile
from services.analytics.repository.counts import MAX_MS
from services.analytics.repository.patterns.counters import MONTH, counter_key
from services.analytics.repository.patterns.schema import MEMBERS, PATTERNS
from services.analytics.repository.profiles.rows import (
    NO_STATE,
    profile_row,
    read_member,
    read_pattern,
)
from services.analytics.repository.schema import COUNTERS
from services.analytics.repository.sessions import Session
from services.analytics.repository.transactions import Transactions
from shared.mongo.connect import Database
from shared.mongo.errors import translated

MAX_COUNT_MS = 60_000
"""Longest a count of users may take: nobody waits for it, and a million is a second."""
MOVES_FOR = timedelta(days=61)
"""After its last escalation: then both periods that growth compares are empty, and a
profile says the same every day."""


class MongoProfiles:
    """Reads `analytics_patterns` and its members, and writes the field `profile`."""

    def __init__(self, database: Database, *, transactions: Transactions) -> None:
        self._transactions = transactions
        self._counters = database[COUNTERS]
        self._patterns = database[PATTERNS]
        self._members = database[MEMBERS]

    async def due(self, *, now: datetime, limit: int) -> list[tuple[str, Pattern]]:
        """Return apps and patterns whose profile is to be made.

        First those that changed, the one with the newest escalation at the front; then
        those that stand still while the days go by.
        """
        changed = await self._find({"dirty": True}, ("last_seen", -1), limit)
        if len(changed) < limit:
            stale = {"profile.stale_at": {"$lte": now}, "dirty": {"$ne": True}}
            changed += await self._find(
                stale, ("profile.stale_at", 1), limit - len(changed)
            )
        return changed

    async def _find(
        self, query: dict[str, Any], order: tuple[str, int], limit: int
    ) -> list[tuple[str, Pattern]]:
        with translated():
            rows = await (
                self._patterns.find(query, NO_STATE, max_time_ms=MAX_MS)
                .sort([order])
                .limit(limit)
                .to_list(None)
            )
        return [(row["app_id"], read_pattern(row)) for row in rows]

    async def newest(
        self, app_id: str, pattern_id: str, *, limit: int, also: str = ""
    ) -> list[Member]:
        """Return the newest members, the newest first, with their vectors.

        *also* is the id of one that is wanted even where it is older, if it is there.
        """
        of_pattern = {"app_id": app_id, "pattern_id": pattern_id}
        with translated():
            rows = await (
                self._members.find(of_pattern, max_time_ms=MAX_MS)
                .sort("at", -1)
                .limit(limit)
                .to_list(None)
            )
            if also and all(row["_id"] != also for row in rows):
                older = await self._members.find_one({"_id": also, **of_pattern})
                rows += [older] if older else []
        return [read_member(row) for row in rows]

    async def count_users(self, app_id: str, pattern_id: str) -> int:
        """Return how many different users a pattern has; the nameless are none."""
        with translated():
            rows = await self._members.aggregate(
                [
                    {
                        "$match": {
                            "app_id": app_id,
                            "pattern_id": pattern_id,
                            "user_id": {"$gt": ""},
                        }
                    },
                    {"$group": {"_id": "$user_id"}},
                    {"$count": "n"},
                ],
                maxTimeMS=MAX_COUNT_MS,
            ).to_list(None)
        return int(rows[0]["n"]) if rows else 0

    async def keep(
        self, app_id: str, pattern: Pattern, profile: Profile, label: str | None
    ) -> bool:
        """Store *profile*, and *label* where there is one, unless the pattern changed.

        Return whether it was stored. A person's label is never written over, and what
        is not as it was read stays dirty: it is due again.
        """
        query = {
            "_id": f"{app_id}:{pattern.pattern_id}",
            "revision": pattern.revision,
            "size": pattern.size,
            "status": pattern.status,
            "labelled_by": pattern.labelled_by,
            "label": pattern.label,
        }
        row = profile_row(profile)
        if profile.as_of < pattern.last_seen + MOVES_FOR:
            row["stale_at"] = ceil_to(profile.as_of + timedelta(seconds=1), Step.DAY)
        change: dict[str, Any] = {"profile": row, "dirty": False}
        if label is not None:
            change["label"] = label
        if pattern.profile is not None and pattern.profile.cause == profile.cause:
            with translated():
                found = await self._patterns.update_one(query, {"$set": change})
            return bool(found.matched_count)
        keys = [
            counter_key(app_id, MONTH, at, pattern.pattern_id)
            for at in months_of(pattern.first_seen, pattern.last_seen)
        ]

        async def act(session: Session) -> bool:
            found = await self._patterns.update_one(
                query, {"$set": change}, session=session
            )
            if found.matched_count:
                # What is counted by cause moves with it.
                await self._counters.update_many(
                    {"_id": {"$in": keys}},
                    {"$set": {"unsettled": True}},
                    session=session,
                )
            return bool(found.matched_count)

        return await self._transactions.run(act)
