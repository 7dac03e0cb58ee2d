"""Delete escalations that were closed long ago; keep all that is still owed.

No TTL index can do this: an escalation's changes go with it, and an open one's
decisions must outlive the ledger's own time.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pymongo import UpdateOne

from services.escalator.domain.inbox.words import words_of_row
from services.escalator.escalate.drafting.documents import ESCALATIONS, UPDATES
from services.escalator.escalate.drafting.promised import PROMISES
from shared.clock import Clock
from shared.events import ENDED_STATUSES, EscalationStatus
from shared.ids import conversation_key
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.lanes import MongoLanes

AT_ONCE = 200
UNRESOLVED = [each.value for each in EscalationStatus if each not in ENDED_STATUSES]

Row = dict[str, Any]


class InboxExpiry:
    """Works in rounds; each is safe to repeat and to break off."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        closed: timedelta,
        decisions: timedelta,
    ) -> None:
        self._escalations = database[ESCALATIONS]
        self._updates = database[UPDATES]
        self._promises = database[PROMISES]
        self._apps = database["escalator_apps"]
        self._lanes = MongoLanes(database, service="escalator")
        self._clock = clock
        self._closed = closed
        self._decisions = decisions
        self._dated = False

    async def round(self) -> None:
        """Delete what is over, and keep what is owed."""
        if not self._dated:
            await self._date_closed()
            await self._find_words()
            self._dated = True
        await self.expire()
        with translated():
            app_ids = await self._apps.distinct("_id")
        await self.renew(app_ids)

    async def expire(self) -> int:
        """Delete what was closed and changed last before the time; return how many.

        What is beside it first: a crash in between leaves the escalation to find it by.
        """
        before = self._clock.now() - self._closed
        deleted = 0
        while ids := await self._ids({"closed_at": {"$lt": before}}):
            with translated():
                for beside in (self._updates, self._promises):
                    await beside.delete_many({"escalation_id": {"$in": ids}})
                done = await self._escalations.delete_many(
                    {"_id": {"$in": ids}, "closed_at": {"$lt": before}}
                )
            deleted += done.deleted_count
        return deleted

    async def _ids(self, query: Row) -> list[str]:
        with translated():
            rows = await (
                self._escalations.find(query, {"_id": 1}).limit(AT_ONCE).to_list(None)
            )
        return [row["_id"] for row in rows]

    async def renew(self, app_ids: Sequence[str]) -> None:
        """Keep the decisions of conversations that people still have.

        Half of the ledger's time before they would expire, so that many failed rounds
        do no harm.
        """
        at = self._clock.now() - self._decisions / 2
        for app_id in app_ids:
            query = {
                "app_id": app_id,
                "status": {"$in": UNRESOLVED},
                "opened_at": {"$lt": at},
            }
            lanes: list[str] = []
            with translated():
                async for row in self._escalations.find(query, {"conversation_id": 1}):
                    lanes.append(conversation_key(app_id, row["conversation_id"]))
                    if len(lanes) == AT_ONCE:
                        await self._lanes.renew(lanes, at=at)
                        lanes.clear()
            await self._lanes.renew(lanes, at=at)

    async def _date_closed(self) -> None:
        """Give a time to those that a version before closed without one."""
        query = {"status": "resolved", "closed_at": {"$exists": False}}
        with translated():
            await self._escalations.update_many(
                query, [{"$set": {"closed_at": "$updated_at"}}]
            )

    async def _find_words(self) -> None:
        """Make those findable that a version before opened without words."""
        query = {"words": {"$exists": False}}
        while True:
            with translated():
                rows = await self._escalations.find(query).limit(AT_ONCE).to_list(None)
                if not rows:
                    return
                await self._escalations.bulk_write(
                    [
                        UpdateOne(
                            {"_id": row["_id"], **query},
                            {"$set": {"words": words_of_row(row)}},
                        )
                        for row in rows
                    ],
                    ordered=False,
                )
