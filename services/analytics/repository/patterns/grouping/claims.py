"""Collection `analytics_groupings`: who groups which app, and how it stands."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, ExecutionTimeout

from services.analytics.patterns.values import Claim, StaleGrouping
from services.analytics.repository.patterns.schema import GROUPINGS
from services.analytics.repository.sessions import Session
from services.analytics.repository.transactions import Transactions
from shared.errors import Transient
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.leases import DatabaseTime, from_now, is_over, literal

LEASE = timedelta(seconds=15)
"""How long an app waits for another instance where its own was killed. It is taken
again with every batch, and a batch takes a few seconds on a slow machine."""
MAX_CLAIM_MS = 3_000
"""A claim that takes longer waits for a transaction that nobody will end."""
Row = dict[str, Any]


class MongoClaims:
    """Leases by the database's clock, with a fencing token (see `Claim`)."""

    def __init__(
        self, database: Database, *, transactions: Transactions, owner: str = ""
    ) -> None:
        self._rows = database[GROUPINGS]
        self._time = DatabaseTime(database)
        self._transactions = transactions
        self.owner = owner or uuid.uuid4().hex

    async def claim(self, app_id: str) -> Claim | None:
        """Take the app, or keep it; None where another instance has it."""
        free = {"$or": [{"owner": self.owner}, is_over("until")]}
        taken = {"owner": literal(self.owner), "until": from_now(LEASE)}
        try:
            with translated():
                row = await self._rows.find_one_and_update(
                    {"_id": app_id, **free},
                    [{"$set": taken}],
                    return_document=ReturnDocument.AFTER,
                    maxTimeMS=MAX_CLAIM_MS,
                )
        except Transient as error:
            if isinstance(error.__cause__, ExecutionTimeout):
                await self._transactions.end_others()
            raise
        return _claim(row) if row is not None else await self._first_claim(app_id)

    async def _first_claim(self, app_id: str) -> Claim | None:
        with translated():
            until = await self._time.now() + LEASE
            row = new_grouping(app_id) | {"owner": self.owner, "until": until}
            try:
                await self._rows.insert_one(row)
            except DuplicateKeyError:
                return None
        return _claim(row)

    async def release(self) -> None:
        """Give back every app that was taken. Raises Transient."""
        with translated():
            await self._rows.update_many(
                {"owner": self.owner}, [{"$set": {"until": "$$NOW"}}]
            )

    async def advance(self, claim: Claim, session: Session) -> Claim:
        """Return the claim for the next transaction; this one has *claim*.

        The first step of every transaction of an owner: one that lost its lease, or
        whose app was changed by people, raises StaleGrouping and writes nothing.
        """
        done = await self._rows.update_one(
            {
                "_id": claim.app_id,
                "epoch": claim.epoch,
                "revision": claim.revision,
                "owner": self.owner,
            },
            {"$inc": {"revision": 1}},
            session=session,
        )
        if not done.matched_count:
            raise StaleGrouping(claim.app_id)
        return Claim(claim.app_id, claim.epoch, claim.revision + 1, claim.examined_on)

    async def bump(self, app_id: str, session: Session) -> int:
        """Return the revision for what people change, whatever instance owns it."""
        row = await self._rows.find_one_and_update(
            {"_id": app_id},
            {"$inc": {"revision": 1}},
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        if row is None:
            row = new_grouping(app_id) | {"revision": 1}
            await self._rows.insert_one(row, session=session)
        return int(row["revision"])

    async def note_examined(self, claim: Claim, day: str) -> None:
        """Remember that the app's patterns were examined on *day*. Raises Transient."""
        with translated():
            await self._rows.update_one(
                {"_id": claim.app_id, "owner": self.owner},
                {"$set": {"examined_on": day}},
            )


def new_grouping(app_id: str) -> Row:
    """Return the document of an app that nobody groups yet."""
    return {
        "_id": app_id,
        "app_id": app_id,
        "epoch": uuid.uuid4().hex,
        "revision": 0,
    }


def _claim(row: Mapping[str, Any]) -> Claim:
    return Claim(
        row["_id"], row["epoch"], int(row["revision"]), row.get("examined_on", "")
    )
