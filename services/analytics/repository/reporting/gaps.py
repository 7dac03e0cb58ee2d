"""Patterns as gaps: what is stored of them, for reports."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from services.analytics.domain.gaps.next_steps import Gap
from services.analytics.reporting.gaps import KnownGap
from services.analytics.repository.patterns.documents import pattern_key
from shared.mongo.connect import Database
from shared.mongo.errors import translated

PATTERNS = "analytics_patterns"
MEMBERS = "analytics_pattern_members"
MAX_MS = 10_000
NEAREST = {"documentation": "document", "action": "action", "bug": "action"}
"""Which near miss a remedy is about."""
Row = Mapping[str, Any]


class MongoGaps:
    """Collections `analytics_patterns` and `analytics_pattern_members`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(
        self, app_id: str, pattern_ids: Collection[str]
    ) -> dict[str, KnownGap]:
        """Return those of *pattern_ids* that there are, and were not merged."""
        keys = [pattern_key(app_id, each) for each in pattern_ids]
        query = {"_id": {"$in": keys}, "merged_into": None}
        with translated():
            rows = await (
                self._database[PATTERNS].find(query, {"state": 0}).to_list(None)
            )
        quoted = await self._conversations(app_id, [_quoted(row) for row in rows])
        return {
            row["pattern_id"]: read_gap(row, quoted.get(_quoted(row), ""))
            for row in rows
        }

    async def _conversations(
        self, app_id: str, escalation_ids: Collection[str]
    ) -> dict[str, str]:
        query = {"_id": {"$in": list(escalation_ids)}, "app_id": app_id}
        members = self._database[MEMBERS].find(query, {"conversation_id": 1})
        with translated():
            rows = await members.to_list(None)
        return {row["_id"]: row["conversation_id"] for row in rows}

    async def users(
        self, app_id: str, pattern_ids: Collection[str], start: datetime, end: datetime
    ) -> dict[str, int]:
        """Return how many users met each of them in the period."""
        of_period = {
            "app_id": app_id,
            "pattern_id": {"$in": list(pattern_ids)},
            "at": {"$gte": start, "$lt": end},
            "user_id": {"$ne": None},
        }
        pipeline: list[dict[str, Any]] = [
            {"$match": of_period},
            {"$group": {"_id": {"p": "$pattern_id", "u": "$user_id"}}},
            {"$group": {"_id": "$_id.p", "n": {"$sum": 1}}},
        ]
        with translated():
            rows = await (
                self._database[MEMBERS]
                .aggregate(pipeline, maxTimeMS=MAX_MS)
                .to_list(None)
            )
        return {row["_id"]: row["n"] for row in rows}


def _quoted(row: Row) -> str:
    """Return the escalation whose words a pattern's label may quote."""
    profile: Row = row.get("profile") or {}
    return profile.get("label_from") or row.get("representative") or ""


def read_gap(row: Row, conversation_id: str) -> KnownGap:
    """Return a stored pattern as a gap; its count is of a period, and not stored.

    *conversation_id* is of the escalation that its label may quote.
    """
    profile: Row = row.get("profile") or {}
    cause = profile.get("cause") or "unclear"
    return KnownGap(
        Gap(
            pattern_id=row["pattern_id"],
            label=row.get("label") or row.get("representative_text") or "",
            count=0,
            cause=cause,
            code=profile.get("cause_code") or "unclear",
            status=row.get("status") or "open",
            confidence=profile.get("confidence") or 0.0,
            evidence=profile.get("evidence") or {},
            minutes_each=profile.get("minutes_per_escalation"),
            nearest=_nearest(profile, NEAREST.get(cause, "")),
        ),
        because=profile.get("because") or "",
        conversation_id=conversation_id,
    )


def _nearest(profile: Row, kind: str) -> str:
    """Return what people call the nearest miss of *kind*; empty where there is none."""
    return next(
        (
            each.get("title") or each.get("name") or ""
            for each in profile.get("near_misses") or ()
            if each.get("kind") == kind
        ),
        "",
    )
