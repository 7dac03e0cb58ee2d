"""Merge patterns: at once for who looks and for the index, in batches for the members.

At every moment a pattern's size and counters are those of the members that name it; a
batch moves members, sizes and counters in one transaction. So a crash, a second mover
or a merge of the merged leaves nothing half done: what remains is moved by the next
round, to wherever the pattern belongs by then.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from services.analytics.domain.patterns.spaces import Space
from services.analytics.patterns.states import Kept, merge_states
from services.analytics.patterns.steer import check_mergeable, is_known
from services.analytics.patterns.values import Claim
from services.analytics.repository.patterns.counters import bump_pattern_counters
from services.analytics.repository.patterns.grouping.claims import MongoClaims
from services.analytics.repository.patterns.grouping.recording import tally_members
from services.analytics.repository.patterns.schema import MEMBERS, PATTERNS
from services.analytics.repository.patterns.steering.editing import (
    MongoEdits,
    remember,
)
from services.analytics.repository.schema import COUNTERS
from services.analytics.repository.sessions import Session
from services.analytics.repository.transactions import Transactions
from shared.mongo.connect import Database
from shared.mongo.errors import translated

MOVED_AT_ONCE = 500
Row = dict[str, Any]


class MongoMerges:
    """Merges, and what remains to be moved after them."""

    def __init__(
        self,
        database: Database,
        *,
        edits: MongoEdits,
        claims: MongoClaims,
        transactions: Transactions,
        end: Callable[[], datetime],
        at_once: int = MOVED_AT_ONCE,
    ) -> None:
        self._at_once = at_once
        self._database = database
        self._patterns = database[PATTERNS]
        self._edits = edits
        self._claims = claims
        self._transactions = transactions
        self._end = end

    async def merge(
        self, app_id: str, into: str, absorbed: Sequence[str], *, actor: str
    ) -> Row:
        """Make *absorbed* parts of *into*; return that one's document.

        One that is a part of it already changes nothing. Raises Permanent.
        """
        return await self._transactions.run(
            lambda session: self._merge(app_id, into, absorbed, actor, session)
        )

    async def _merge(
        self,
        app_id: str,
        into: str,
        absorbed: Sequence[str],
        actor: str,
        session: Session,
    ) -> Row:
        # First: it makes this transaction and an owner's meet before anything is read.
        revision = await self._claims.bump(app_id, session)
        for pattern_id in absorbed:
            kept = await self._edits.load(app_id, into, session, with_state=True)
            gone = await self._edits.load(app_id, pattern_id, session, with_state=True)
            if gone.get("merged_into") == into:
                continue
            check_mergeable(kept, gone)
            await self._absorb(kept, gone, actor, revision, session)
        return await self._edits.load(app_id, into, session)

    async def _absorb(
        self, kept: Row, gone: Row, actor: str, revision: int, session: Session
    ) -> None:
        into, absorbed = kept["pattern_id"], gone["pattern_id"]
        if is_known(gone):
            await self._edits.tell_issues(kept["app_id"], session)
        entry = self._edits.entry("merged", actor=actor, absorbed=absorbed)
        await self._patterns.update_one(
            {"_id": kept["_id"]},
            {
                "$set": self._merged_fields(kept, gone) | {"revision": revision},
                "$max": {"expire_at": gone["expire_at"]},
                **remember(entry),
            },
            session=session,
        )
        entry = self._edits.entry("merged_into", actor=actor, to=into)
        await self._patterns.update_one(
            {"_id": gone["_id"]},
            {
                "$set": {
                    "merged_into": into,
                    "merged_by": actor,
                    "moving": True,
                    "revision": revision,
                    "known_issue": {"known": False},
                },
                "$unset": {"state": ""},
                **remember(entry),
            },
            session=session,
        )
        # What was a part of it before is a part of the survivor now.
        await self._patterns.update_many(
            {"app_id": kept["app_id"], "merged_into": absorbed},
            {"$set": {"merged_into": into, "moving": True}},
            session=session,
        )

    @staticmethod
    def _merged_fields(kept: Row, gone: Row) -> Row:
        """Return what the survivor takes over: people's constraints and promises."""
        both = {kept["pattern_id"], gone["pattern_id"]}
        apart = {*kept.get("not_with", ()), *gone.get("not_with", ())} - both
        fields: Row = {
            "state": merge_states(read_kept(kept), read_kept(gone)),
            "not_with": sorted(apart),
            "proposals": [
                each for each in kept.get("proposals", ()) if each["with"] not in both
            ],
            "dirty": True,
        }
        if is_known(gone) and not is_known(kept):
            fields["known_issue"] = gone["known_issue"]
        if gone.get("owner") and not kept.get("owner"):
            fields["owner"] = gone["owner"]
        return fields

    async def move_members(self, claim: Claim) -> None:
        """Move what remains of the app's merges. Raises Transient."""
        while await self.move_some(claim.app_id):
            pass

    async def move_some(self, app_id: str) -> bool:
        """Move one batch; return whether there may be more. Raises Transient."""
        with translated():
            row = await self._patterns.find_one(
                {"app_id": app_id, "moving": True}, {"_id": 1}
            )
        if row is None:
            return False
        await self._transactions.run(lambda session: self._move(row["_id"], session))
        return True

    async def _move(self, key: str, session: Session) -> None:
        gone = await self._patterns.find_one({"_id": key}, session=session)
        if gone is None or not gone.get("moving"):
            return
        app_id, into = gone["app_id"], gone["merged_into"]
        rows = await (
            self._database[MEMBERS]
            .find(
                {"app_id": app_id, "pattern_id": gone["pattern_id"]},
                {"at": 1},
                session=session,
            )
            .limit(self._at_once)
            .to_list(None)
        )
        if len(rows) < self._at_once:
            await self._patterns.update_one(
                {"_id": key}, {"$set": {"moving": False}}, session=session
            )
        if rows:
            because = f"{gone['merged_by']} merged its pattern into this one."
            mover = Mover(self._database, app_id, self._end())
            await mover.move(
                rows, gone["pattern_id"], into, because=because, session=session
            )


class Mover:
    """Moves members with their sizes and counters, in somebody's transaction."""

    def __init__(self, database: Database, app_id: str, expire_at: datetime) -> None:
        self._database = database
        self._app_id = app_id
        self._expire_at = expire_at

    async def move(
        self,
        rows: Sequence[Row],
        source: str,
        target: str,
        *,
        because: str,
        session: Session,
    ) -> None:
        """Move the members *rows* (`_id`, `at`) from one pattern to another."""
        moments = [row["at"] for row in rows]
        await self._database[MEMBERS].update_many(
            {"_id": {"$in": [row["_id"] for row in rows]}},
            {
                "$set": {"pattern_id": target, "because": because, "published": False},
                "$inc": {"assignment": 1},
            },
            session=session,
        )
        patterns = self._database[PATTERNS]
        await patterns.update_one(
            {"_id": f"{self._app_id}:{source}"},
            {"$inc": {"size": -len(rows)}, "$set": {"dirty": True}},
            session=session,
        )
        await patterns.update_one(
            {"_id": f"{self._app_id}:{target}"},
            {
                "$inc": {"size": len(rows)},
                "$min": {"first_seen": min(moments)},
                "$max": {"last_seen": max(moments)},
                "$set": {"dirty": True},
            },
            session=session,
        )
        cells = {
            **tally_members(((self._app_id, source, at) for at in moments), by=-1),
            **tally_members((self._app_id, target, at) for at in moments),
        }
        await self._database[COUNTERS].bulk_write(
            bump_pattern_counters(cells, expire_at=self._expire_at),
            ordered=False,
            session=session,
        )


def read_kept(row: Row) -> Kept:
    """Return what an index keeps of a stored pattern."""
    return Kept(
        row["pattern_id"],
        Space(row["app_id"], row["language"], row["encoder"], row["version"]),
        bytes(row.get("state") or b""),
        row.get("representative_text", ""),
    )
