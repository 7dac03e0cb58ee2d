"""Replays of gaps, asked for and done: `analytics_gap_verifications`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, ReturnDocument

from services.analytics.domain.gaps.closing import Score, Verdict
from services.analytics.gaps.closing.ports import Verification
from services.analytics.repository.gaps.schema import VERIFICATIONS
from services.analytics.repository.gaps.suite import read_verdict, verdict_row
from shared.mongo.connect import Database
from shared.mongo.errors import translated

REQUESTED = "requested"
DONE = "done"
AT_ONCE = 50


class MongoVerifications:
    """One document per replay: which cases, what each part showed, how it ended."""

    def __init__(self, database: Database, *, retention: timedelta) -> None:
        self._rows = database[VERIFICATIONS]
        self._retention = retention

    async def add(self, verification: Verification) -> None:
        """Keep *verification*, asked for and not published yet."""
        row = {
            "_id": verification.verification_id,
            "app_id": verification.app_id,
            "gap_id": verification.gap_id,
            "why": verification.why,
            "asked_by": verification.asked_by,
            "requested_at": verification.requested_at,
            "parts": [list(part) for part in verification.parts],
            "published": False,
            "state": REQUESTED,
            "shown": {},
            "expire_at": verification.requested_at + self._retention,
        }
        with translated():
            await self._rows.update_one(
                {"_id": row["_id"]}, {"$setOnInsert": row}, upsert=True
            )

    async def get(
        self, app_id: str, gap_id: str, verification_id: str
    ) -> Verification | None:
        """Return one replay of the gap."""
        query = {"_id": verification_id, "app_id": app_id, "gap_id": gap_id}
        with translated():
            row = await self._rows.find_one(query)
        return None if row is None else _read(row)

    async def published(self, verification_id: str) -> None:
        """Note that all parts were published."""
        with translated():
            await self._rows.update_one(
                {"_id": verification_id}, {"$set": {"published": True}}
            )

    async def unpublished(self, *, before: datetime) -> list[Verification]:
        """Return those that were asked for *before* and may not have been published."""
        query = {
            "state": REQUESTED,
            "published": False,
            "requested_at": {"$lt": before},
        }
        found = self._rows.find(query).sort("requested_at", ASCENDING)
        with translated():
            return [_read(row) for row in await found.limit(AT_ONCE).to_list(None)]

    async def take(
        self,
        verification_id: str,
        part: int,
        verdicts: Sequence[Verdict],
        *,
        catalogue_version: int | None,
    ) -> Verification | None:
        """Keep what one part showed, the first time; return the whole as it is now."""
        field = f"shown.{part}"
        shown = {
            "verdicts": [verdict_row(each) for each in verdicts],
            "catalogue_version": catalogue_version,
        }
        with translated():
            row = await self._rows.find_one_and_update(
                {"_id": verification_id, field: {"$exists": False}},
                {"$set": {field: shown}},
                return_document=ReturnDocument.AFTER,
            )
            if row is None:
                row = await self._rows.find_one({"_id": verification_id})
        return None if row is None else _read(row)

    async def finish(self, verification: Verification) -> None:
        """Keep how it ended."""
        score = verification.score
        assert score is not None
        ended = {
            "state": DONE,
            "finished_at": verification.finished_at,
            "resolved": score.resolved,
            "unresolved": score.unresolved,
            "failed": score.failed,
            "status": verification.status,
        }
        with translated():
            await self._rows.update_one(
                {"_id": verification.verification_id, "state": REQUESTED},
                {"$set": ended},
            )

    async def count_open(self, app_id: str, *, since: datetime) -> int:
        """Return how many of the app's were asked for since then and are under way."""
        query = {
            "app_id": app_id,
            "state": REQUESTED,
            "requested_at": {"$gte": since},
        }
        with translated():
            return int(await self._rows.count_documents(query))


def _read(row: Mapping[str, Any]) -> Verification:
    shown = row.get("shown") or {}
    versions = [each.get("catalogue_version") for each in shown.values()]
    known = [each for each in versions if each is not None]
    return Verification(
        verification_id=row["_id"],
        app_id=row["app_id"],
        gap_id=row["gap_id"],
        why=row.get("why", "asked"),
        asked_by=row.get("asked_by", ""),
        requested_at=row["requested_at"],
        parts=tuple(tuple(part) for part in row["parts"]),
        verdicts=tuple(
            read_verdict(each)
            for part in sorted(shown, key=int)
            for each in shown[part]["verdicts"]
        ),
        parts_done=len(shown),
        catalogue_version=min(known) if len(known) == len(versions) and known else None,
        finished_at=row.get("finished_at"),
        score=Score(row["resolved"], row["unresolved"], row.get("failed", 0))
        if row.get("state") == DONE
        else None,
        status=row.get("status", ""),
    )
