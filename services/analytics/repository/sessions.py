"""The session that transactions run in, on record so that a successor can end it.

A process that is killed within a transaction leaves it open on the server, with all it
wrote locked, for `transactionLifetimeLimitSeconds` and up to half of that again (90 s
were measured). Whoever meets such locks ends the sessions on record. A living owner
loses at most the try it is at, and tries again.
"""

from datetime import datetime, timedelta

import structlog
from bson.binary import Binary
from motor.motor_asyncio import AsyncIOMotorClientSession

from shared.clock import Clock
from shared.mongo.connect import Database

log = structlog.get_logger()

COLLECTION = "analytics_sessions"
RENEWED_AFTER = timedelta(days=1)

Session = AsyncIOMotorClientSession


class MongoSessions:
    """Collection `analytics_sessions`: `_id` session id, `at` when it was recorded."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._session: Session | None = None
        self._recorded_at: datetime | None = None

    async def get(self) -> Session:
        """Return this process's session; it is on record before it is used."""
        if self._session is None:
            self._session = await self._database.client.start_session()
        now = self._clock.now()
        if self._recorded_at is None or now - self._recorded_at > RENEWED_AFTER:
            await self._database[COLLECTION].update_one(
                {"_id": _id_of(self._session)}, {"$set": {"at": now}}, upsert=True
            )
            self._recorded_at = now
        return self._session

    async def end_others(self) -> None:
        """Abort whatever transactions other sessions on record have open."""
        mine = _id_of(await self.get())
        rows = (
            await self._database[COLLECTION].find({"_id": {"$ne": mine}}).to_list(None)
        )
        if not rows:
            return
        log.warning("transactions of others ended", sessions=len(rows))
        await self._database.client.admin.command(
            "killSessions", [{"id": row["_id"]} for row in rows]
        )

    async def close(self) -> None:
        """End the session; its record expires by itself."""
        if self._session is not None:
            await self._session.end_session()
            self._session = None


def _id_of(session: Session) -> Binary:
    found: Binary = session.delegate.session_id["id"]
    return found
