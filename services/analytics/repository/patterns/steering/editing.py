"""Change pattern documents in one transaction, and keep who did what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from services.analytics.patterns.steer import (
    Decide,
    Edit,
    check_not_merged,
    unknown_pattern,
)
from services.analytics.repository.patterns.documents import MAX_HISTORY, pattern_key
from services.analytics.repository.patterns.grouping.claims import new_grouping
from services.analytics.repository.patterns.schema import GROUPINGS, PATTERNS
from services.analytics.repository.sessions import Session
from services.analytics.repository.transactions import Transactions
from shared.clock import Clock
from shared.mongo.connect import Database
from shared.mongo.errors import translated

Row = dict[str, Any]
NOT_SHOWN = {"state": 0, "profile": 0}


class MongoEdits:
    """Collection `analytics_patterns`, as people change it."""

    def __init__(
        self, database: Database, *, transactions: Transactions, clock: Clock
    ) -> None:
        self._patterns = database[PATTERNS]
        self._groupings = database[GROUPINGS]
        self._transactions = transactions
        self._clock = clock

    async def edit(
        self, app_id: str, decisions: Sequence[tuple[str, Decide]], *, actor: str
    ) -> Row:
        """Have each pattern decided and changed, all or none; return the first one.

        Raises Permanent where one is unknown or was merged, or as *decisions* do.
        """
        return await self._transactions.run(
            lambda session: self._edit(app_id, decisions, actor, session)
        )

    async def _edit(
        self,
        app_id: str,
        decisions: Sequence[tuple[str, Decide]],
        actor: str,
        session: Session,
    ) -> Row:
        rows = []
        for pattern_id, decide in decisions:
            row = await self.load(app_id, pattern_id, session)
            check_not_merged(row)
            edit = decide(row)
            rows.append(
                row if edit is None else await self._apply(row, edit, actor, session)
            )
        return rows[0]

    async def read(self, app_id: str, pattern_id: str) -> Row:
        """Return a pattern's document as it is. Raises Permanent, Transient."""
        with translated():
            return await self.load(app_id, pattern_id, None)

    async def load(
        self,
        app_id: str,
        pattern_id: str,
        session: Session | None,
        *,
        with_state: bool = False,
    ) -> Row:
        """Return a pattern's document. Raises Permanent where there is none."""
        row: Row | None = await self._patterns.find_one(
            {"_id": pattern_key(app_id, pattern_id), "app_id": app_id},
            {"profile": 0} if with_state else NOT_SHOWN,
            session=session,
        )
        if row is None:
            raise unknown_pattern(pattern_id)
        return row

    async def _apply(self, row: Row, edit: Edit, actor: str, session: Session) -> Row:
        if edit.tells_issue:
            await self.tell_issues(row["app_id"], session)
        entry = self.entry(edit.change, actor=actor, **edit.details)
        changed: Row = await self._patterns.find_one_and_update(
            {"_id": row["_id"]},
            {"$set": dict(edit.fields), **remember(entry)},
            NOT_SHOWN,
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        return changed

    async def tell_issues(self, app_id: str, session: Session) -> None:
        """Have `app.known-issues` published again once this is committed."""
        fixed = {
            name: value for name, value in new_grouping(app_id).items() if name != "_id"
        }
        await self._groupings.update_one(
            {"_id": app_id},
            {
                "$inc": {"issues_revision": 1},
                "$set": {"issues_unpublished": True},
                "$setOnInsert": fixed,
            },
            upsert=True,
            session=session,
        )

    def entry(self, change: str, *, actor: str, **details: object) -> Row:
        """Return what the history says of a change made now."""
        return {"at": self.now(), "by": actor, "change": change, **details}

    def now(self) -> datetime:
        """Return when this is."""
        return self._clock.now()


def remember(*entries: Mapping[str, object]) -> Row:
    """Return the update that adds *entries* to a history, whose latest stay."""
    return {"$push": {"history": {"$each": list(entries), "$slice": -MAX_HISTORY}}}
