"""Durable timers: set with a decision, claimed by lease, fired at least once."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING

from shared.errors import Permanent
from shared.kafka.deciding.decisions import Timer
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.leases import from_now, is_over
from shared.mongo.reading import note_unreadable

LEASE = timedelta(seconds=30)
"""How long a claimed timer may take before somebody else fires it."""


SET_ASIDE = timedelta(minutes=10)
"""How long a timer that cannot be read or is refused waits for a version that can."""


def timer_document(timer: Timer) -> dict[str, Any]:
    """Return *timer* as it is stored."""
    return {
        "_id": timer.timer_id,
        "lane": timer.lane,
        "due_at": timer.due_at,
        "kind": timer.kind,
        "payload": timer.payload,
    }


class MongoTimers:
    """Collection `<service>_timers`; `due_at` moves ahead while one is claimed.

    Whether a claim has run out is the database's to say: an instance whose clock is
    ahead does not fire what another is still at work on.
    """

    def __init__(self, database: Database, *, service: str) -> None:
        self.collection = f"{service}_timers"
        self.on_stored: Callable[[datetime], None] = lambda _: None
        """Hears when a timer that was stored here is due."""
        self._timers = database[self.collection]

    async def prepare(self) -> None:
        """Create the indexes: when each is due, and whose it is."""
        with translated():
            await self._timers.create_index([("due_at", ASCENDING)])
            await self._timers.create_index([("lane", ASCENDING)])

    async def set(self, timer: Timer) -> None:
        """Store *timer* unless it is stored already."""
        row = timer_document(timer)
        with translated():
            await self._timers.update_one(
                {"_id": row.pop("_id")}, {"$setOnInsert": row}, upsert=True
            )
        self.on_stored(timer.due_at)

    async def earliest(self) -> datetime | None:
        """Return when the next timer is due, or the claim of one is over."""
        with translated():
            found = await self._timers.find_one(
                {}, {"_id": 0, "due_at": 1}, sort=[("due_at", ASCENDING)]
            )
        return found["due_at"] if found else None

    async def claim(self, *, now: datetime, limit: int) -> list[Timer]:
        """Take up to *limit* due timers for the time of a lease.

        Three round trips for any number of them. Two claimers may see the same timer
        due, but only one update matches it before its `due_at` has moved. One that
        cannot be read is set aside.
        """
        claim = uuid.uuid4().hex
        is_due: dict[str, Any] = {
            "$or": [
                {"claim": None, "due_at": {"$lte": now}},
                {"claim": {"$ne": None}, **is_over("due_at")},
            ]
        }
        with translated():
            due = await (
                self._timers.find(is_due)
                .sort("due_at", ASCENDING)
                .limit(limit)
                .to_list(None)
            )
            if not due:
                return []
            chosen = {"$in": [row["_id"] for row in due]}
            await self._timers.update_many(
                {"_id": chosen, **is_due},
                [{"$set": {"due_at": from_now(LEASE), "claim": claim}}],
            )
            mine = await self._timers.find(
                {"_id": chosen, "claim": claim}, {"_id": 1}
            ).to_list(None)
        claimed = {row["_id"] for row in mine}
        timers: list[Timer] = []
        for row in due:
            if row["_id"] in claimed:
                try:
                    timers.append(_read(row))
                except (KeyError, TypeError) as error:
                    await self.set_aside(row["_id"], error, now=now)
        return timers

    async def set_aside(
        self, timer_id: str, error: Exception, *, now: datetime
    ) -> None:
        """Keep a timer that cannot be read, with the reason, until later.

        A newer version may have set it: that, or this one after an upgrade, fires it.
        """
        note_unreadable(self.collection, timer_id, error)
        with translated():
            await self._timers.update_one(
                {"_id": timer_id},
                {
                    "$set": {
                        "due_at": now + SET_ASIDE,
                        "claim": None,
                        "set_aside": repr(error),
                    }
                },
            )

    async def keep_refused(
        self, timer_id: str, error: Permanent, *, now: datetime
    ) -> None:
        """Keep a timer that was refused, with the reason, and fire it again later.

        No dead-letter topic would take it, and an upgrade or a setting may let it pass.
        """
        refused = {"reason": error.reason, "error": str(error)}
        with translated():
            await self._timers.update_one(
                {"_id": timer_id},
                {
                    "$set": {
                        "due_at": now + SET_ASIDE,
                        "claim": None,
                        "refused": refused,
                    }
                },
            )

    async def clear(self, timer_ids: list[str]) -> None:
        """Remove timers that were fired and published."""
        if timer_ids:
            with translated():
                await self._timers.delete_many({"_id": {"$in": timer_ids}})


def _read(row: dict[str, Any]) -> Timer:
    """Return the timer of *row*; raises KeyError or TypeError where it is none."""
    lane, kind, payload = row["lane"], row["kind"], row["payload"]
    if not (isinstance(lane, str) and isinstance(kind, str) and type(payload) is dict):
        raise TypeError("lane, kind or payload is of another type")
    return Timer(row["_id"], lane, row["due_at"], kind, payload)
