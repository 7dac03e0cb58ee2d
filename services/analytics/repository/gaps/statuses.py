"""Where gaps stand: the fields `status`, `closing` and `history` of patterns."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from services.analytics.domain.gaps.closing import PROVEN, GapStatus, Ruling, Score
from services.analytics.gaps.closing.ports import Change, Gap, Verification
from services.analytics.repository.patterns.documents import MAX_HISTORY, pattern_key
from services.analytics.repository.patterns.schema import PATTERNS
from shared.mongo.connect import Database
from shared.mongo.errors import translated

_SHOWN = {
    "app_id": 1,
    "pattern_id": 1,
    "status": 1,
    "merged_into": 1,
    "representative": 1,
    "profile.cause": 1,
    "profile.exemplars": 1,
    "closing": 1,
}
Row = Mapping[str, Any]


class MongoGaps:
    """Reads and changes the patterns' documents, as far as closing them goes."""

    def __init__(self, database: Database) -> None:
        self._patterns = database[PATTERNS]

    async def get(self, app_id: str, gap_id: str) -> Gap | None:
        """Return one gap of the app."""
        query = {"_id": pattern_key(app_id, gap_id)}
        with translated():
            row = await self._patterns.find_one(query, _SHOWN)
        return None if row is None else _read(row)

    async def absorbed(self, app_id: str, gap_id: str) -> list[str]:
        """Return the ids of the gaps that were merged into this one."""
        query = {"app_id": app_id, "merged_into": gap_id}
        with translated():
            rows = await self._patterns.find(query, {"pattern_id": 1}).to_list(None)
        return [row["pattern_id"] for row in rows]

    async def proven(self, app_id: str | None, *, limit: int) -> list[Gap]:
        """Return gaps that are verified or regressed, of one app or of all."""
        query: dict[str, Any] = {"status": {"$in": sorted(PROVEN)}}
        query["app_id"] = {"$gt": ""} if app_id is None else app_id
        found = self._patterns.find(query, _SHOWN).hint("proven").limit(limit)
        with translated():
            return [_read(row) for row in await found.to_list(None)]

    async def change(
        self, gap: Gap, change: Change, *, of: Iterable[GapStatus]
    ) -> bool:
        """Change the status once; False where it is none of *of* by now."""
        entry = {
            "at": change.at,
            "by": change.by,
            "change": "status",
            "from": gap.status.value,
            "to": change.to.value,
            "because": change.because,
            "verification_id": change.verification_id,
            "case_id": change.case_id,
            "number": change.number,
        }
        said: dict[str, Any] = {"status": change.to.value}
        if change.to is GapStatus.VERIFIED:
            # What comes from now on counts as coming again.
            said |= {"again_count": 0, "again_since": None}
        elif change.to is GapStatus.REGRESSED:
            said["closing.reopened_by"] = change.case_id
        with translated():
            done = await self._patterns.update_one(
                {
                    "_id": pattern_key(gap.app_id, gap.gap_id),
                    "status": {"$in": [each.value for each in of]},
                },
                {
                    "$set": said,
                    "$push": {"history": {"$each": [entry], "$slice": -MAX_HISTORY}},
                },
            )
        return bool(done.modified_count)

    async def note_replay(
        self, gap: Gap, verification: Verification, score: Score, ruling: Ruling
    ) -> bool:
        """Keep what a replay showed; False where a later one was kept already."""
        said: dict[str, Any] = {
            "closing.verification_id": verification.verification_id,
            "closing.requested_at": verification.requested_at,
            "closing.resolved": score.resolved,
            "closing.unresolved": score.unresolved,
            "closing.failed": score.failed,
        }
        if not score.failed:
            # What could not be tried is to be tried again by the same catalogue.
            said["closing.catalogue_version"] = verification.catalogue_version
        if ruling.answered is not None:
            said["closing.verified_at"] = verification.requested_at
            said["closing.answered"] = sorted(ruling.answered)
        with translated():
            done = await self._patterns.update_one(
                {
                    "_id": pattern_key(gap.app_id, gap.gap_id),
                    "$or": [
                        {"closing.requested_at": {"$exists": False}},
                        {"closing.requested_at": {"$lte": verification.requested_at}},
                    ],
                },
                {"$set": said},
            )
        return bool(done.matched_count)

    async def claim_replay(
        self, gap: Gap, version: int, *, now: datetime, again_before: datetime
    ) -> bool:
        """Take it on to replay the gap by a catalogue's *version*."""
        with translated():
            done = await self._patterns.update_one(
                {
                    "_id": pattern_key(gap.app_id, gap.gap_id),
                    "$or": [
                        {"closing.asked_version": {"$ne": version}},
                        {"closing.asked_at": {"$lt": again_before}},
                    ],
                },
                {"$set": {"closing.asked_version": version, "closing.asked_at": now}},
            )
        return bool(done.modified_count)


def _read(row: Row) -> Gap:
    profile, closing = row.get("profile") or {}, row.get("closing") or {}
    status = row.get("status", "")
    exemplars = profile.get("exemplars") or ()
    return Gap(
        app_id=row["app_id"],
        gap_id=row["pattern_id"],
        # A status of a newer version is one that nothing was proven of.
        status=GapStatus(status) if status in set(GapStatus) else GapStatus.OPEN,
        cause=profile.get("cause") or "",
        exemplars=tuple(dict.fromkeys([*exemplars, row["representative"]])),
        merged_into=row.get("merged_into"),
        verified_at=closing.get("verified_at"),
        catalogue_version=closing.get("catalogue_version"),
        replayed_at=closing.get("requested_at"),
        answered=frozenset(closing.get("answered") or ()),
        reopened_by=closing.get("reopened_by") or "",
    )
