"""What the auditor found, and up to where it looked."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne
from pymongo.errors import DuplicateKeyError

from services.escalator.audit.finding import Asked
from services.escalator.audit.ports import Finding, Mark, Open, Progress
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.leases import from_now, is_over

ROUNDS = "escalator_audits"
FINDINGS = "escalator_audit_findings"
ROUND = "round"
SHOWN = 100

Row = dict[str, Any]


class MongoAuditLog:
    """Collections `escalator_audits` (one document) and `escalator_audit_findings`."""

    def __init__(
        self, database: Database, *, lease: timedelta, instance: str = ""
    ) -> None:
        self._rounds = database[ROUNDS]
        self._findings = database[FINDINGS]
        self._lease = lease
        # One process at a time has an instance's name: after a crash it goes on.
        self._owner = instance or uuid.uuid4().hex

    async def prepare(self) -> None:
        """Create the indexes."""
        with translated():
            await self._findings.create_indexes(
                [
                    IndexModel([("app_id", ASCENDING), ("at", DESCENDING)]),
                    IndexModel("open", partialFilterExpression={"open": {"$eq": True}}),
                ]
            )

    async def hold(self) -> bool:
        """Take the audit, or keep it; by the database's clock."""
        free = {"$or": [{"owner": self._owner}, {"owner": None}, is_over("until")]}
        taken = {"$set": {"owner": self._owner, "until": from_now(self._lease)}}
        with translated():
            found = await self._rounds.update_one({"_id": ROUND, **free}, [taken])
            if found.matched_count:
                return True
            try:
                await self._rounds.insert_one({"_id": ROUND, "owner": None})
            except DuplicateKeyError:
                return False  # another instance has it
            return await self.hold()

    async def release(self) -> None:
        """Give the audit to another instance."""
        with translated():
            await self._rounds.update_one(
                {"_id": ROUND, "owner": self._owner}, {"$set": {"owner": None}}
            )

    async def progress(self) -> Progress:
        """Return up to where everything was compared."""
        with translated():
            row = await self._rounds.find_one({"_id": ROUND}) or {}
        at = row.get("decided_at")
        mark = None if at is None else Mark(at, row.get("decided_entries", 0))
        return Progress(mark, row.get("lane", ""), dict(row.get("offsets", {})))

    async def open(self, *, limit: int) -> list[Open]:
        """Return what is not known to be repaired, the oldest first."""
        with translated():
            rows = await (
                self._findings.find({"open": True}, {"lane": 1})
                .limit(limit)
                .to_list(None)
            )
        return [Open(row["_id"], row["lane"]) for row in rows]

    async def asked(self, ids: Sequence[str]) -> Mapping[str, Asked]:
        """Return how often each of these was repaired, and when last."""
        with translated():
            rows = await self._findings.find(
                {"_id": {"$in": list(ids)}, "open": False}, {"times": 1, "at": 1}
            ).to_list(None)
        return {row["_id"]: Asked(row["times"], row["at"]) for row in rows}

    async def found(self, findings: Sequence[Finding], *, at: datetime) -> None:
        """Write down what is missing, before it is repaired."""
        updates = [
            UpdateOne(
                {"_id": each.finding_id},
                {
                    "$set": {
                        "kind": each.kind.value,
                        "app_id": each.app_id,
                        "lane": each.lane,
                        "escalation_id": each.escalation_id,
                        "reason": each.reason,
                        "at": at,
                        "open": True,
                    },
                    "$inc": {"times": 1},
                },
                upsert=True,
            )
            for each in findings
        ]
        if updates:
            with translated():
                await self._findings.bulk_write(updates, ordered=False)

    async def repaired(self, ids: Sequence[str], *, at: datetime) -> None:
        """Close these."""
        if ids:
            with translated():
                await self._findings.update_many(
                    {"_id": {"$in": list(ids)}}, {"$set": {"open": False, "at": at}}
                )

    async def end(self, progress: Progress, *, at: datetime) -> int:
        """Store how far the round came; return how much is not accounted for."""
        mark = progress.decisions
        changes = {
            "checked_at": at,
            "decided_at": mark.at if mark else None,
            "decided_entries": mark.entries if mark else 0,
            "lane": progress.lane,
            "offsets": progress.offsets,
        }
        with translated():
            await self._rounds.update_one(
                {"_id": ROUND, "owner": self._owner}, {"$set": changes}
            )
            return await self._findings.count_documents({"open": True})

    async def show(self, app_id: str | None) -> Row:
        """Return the state of the audit, of one app or of all."""
        whose = {} if app_id is None else {"app_id": app_id}
        with translated():
            row = await self._rounds.find_one({"_id": ROUND}) or {}
            unaccounted = await self._findings.count_documents({**whose, "open": True})
            rows = await (
                self._findings.find({**whose, "open": False})
                .sort("at", DESCENDING)
                .limit(SHOWN)
                .to_list(None)
            )
        return {
            "checked_at": row.get("checked_at"),
            "unaccounted": unaccounted,
            "repaired": [
                {
                    "kind": each["kind"],
                    "app_id": each["app_id"],
                    "escalation_id": each["escalation_id"] or None,
                    "at": each["at"],
                    "reason": each["reason"],
                    "times": each["times"],
                }
                for each in rows
            ],
        }
