"""Store what was grouped: membership, patterns, counters and queue in one transaction.

What holds after a crash on any line, with two instances, and after a full replay, and
what a recount may therefore check:

- an escalation has at most one member document (its `_id` is the escalation's id), and
  one that has it is never grouped a second time;
- a fact is `grouped` exactly if it has a member document, or had nothing to compare;
- a pattern's `size` is the number of member documents that name it, those that expired
  included; `first_seen` and `last_seen` are their first and last `at`;
- the counters of dimension `pattern` are the member documents by `pattern_id` and `at`;
- what an index knows of a pattern is what its document holds: a transaction that began
  from anything else is not committed (`Claim`).
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne

from services.analytics import metrics
from services.analytics.domain.facts import HOUR, Amount, Cell, Collection, Dimension
from services.analytics.patterns.values import (
    Claim,
    Grouped,
    GroupedBatch,
    StaleGrouping,
    StoredState,
)
from services.analytics.repository.patterns.counters import bump_pattern_counters
from services.analytics.repository.patterns.documents import (
    new_member,
    new_pattern,
    pattern_key,
    read_state,
)
from services.analytics.repository.patterns.grouping.claims import MongoClaims
from services.analytics.repository.patterns.schema import MEMBERS, PATTERNS
from services.analytics.repository.schema import COUNTERS
from services.analytics.repository.sessions import Session
from services.analytics.repository.transactions import Transactions
from shared.clock import Clock
from shared.failpoints import ARMED, FailPoint, reach
from shared.mongo.connect import Database
from shared.mongo.errors import translated

STATES_AT_ONCE = 500
ENDED_STATUSES = ("ignored", "fixed", "verified")
"""What escalates again is counted, and reopens nothing by itself."""
_STATE_FIELDS = (
    "app_id", "pattern_id", "language", "encoder", "version", "state",
    "representative_text", "merged_into",
)  # fmt: skip
Row = dict[str, Any]


class MongoGroupings:
    """Collections `analytics_pattern_members` and `analytics_patterns`."""

    def __init__(
        self,
        database: Database,
        *,
        claims: MongoClaims,
        transactions: Transactions,
        clock: Clock,
        retention: timedelta,
    ) -> None:
        self._database = database
        self._claims = claims
        self._transactions = transactions
        self._clock = clock
        self._retention = retention

    async def claim(self, app_id: str) -> Claim | None:
        """Take the app, or keep it; None where another instance has it."""
        return await self._claims.claim(app_id)

    async def release(self) -> None:
        """Give back every app that was taken."""
        await self._claims.release()

    async def states(
        self, app_id: str, *, since: int | None
    ) -> AsyncIterator[list[StoredState]]:
        """Yield the app's patterns in pieces, or those changed after *since*."""
        query: Row = {"app_id": app_id}
        if since is not None:
            query["revision"] = {"$gt": since}
        fields = dict.fromkeys(_STATE_FIELDS, 1)
        with translated():
            rows = self._database[PATTERNS].find(query, fields)
            while piece := await rows.to_list(STATES_AT_ONCE):
                yield [read_state(row) for row in piece]

    async def record(self, claim: Claim, batch: GroupedBatch) -> Claim:
        """Store *batch* whole; return the claim for the next one.

        Raises StaleGrouping where the app is not as *claim* says, Transient.
        """
        after = await self._transactions.run(
            lambda session: self._record(claim, batch, session)
        )
        founded = sum(each.founded for each in batch.grouped)
        metrics.GROUPED.labels("founded").inc(founded)
        metrics.GROUPED.labels("joined").inc(len(batch.grouped) - founded)
        metrics.GROUPED.labels("nothing_to_compare").inc(len(batch.nothing))
        return after

    async def _record(
        self, claim: Claim, batch: GroupedBatch, session: Session
    ) -> Claim:
        after = await self._claims.advance(claim, session)
        await self._take_facts(claim, batch, session)
        if batch.grouped:
            await self._add_members(batch.grouped, session)
            await self._write_patterns(after, batch, session)
            hourly = tally_members(
                (one.escalation.app_id, one.pattern_id, one.escalation.at)
                for one in batch.grouped
            )
            await self._database[COUNTERS].bulk_write(
                bump_pattern_counters(hourly, expire_at=self.end()),
                ordered=False,
                session=session,
            )
        if ARMED:
            reach(FailPoint.GROUPING)
        return after

    async def _take_facts(
        self, claim: Claim, batch: GroupedBatch, session: Session
    ) -> None:
        """Take the facts off the queue, as long as they say what was read of them.

        One that was erased meanwhile has no words any more, and they must not live on
        in a member. An erasure that comes later finds the member.
        """
        facts = self._database[Collection.ESCALATIONS.value]
        words = {"$or": [{"text": {"$gt": ""}}, {"summary": {"$gt": ""}}]}
        taken: tuple[tuple[list[str], Row], ...] = (
            ([one.escalation.fact_id for one in batch.grouped], words),
            (list(batch.nothing), {}),
        )
        for fact_ids, more in taken:
            if not fact_ids:
                continue
            done = await facts.update_many(
                {"_id": {"$in": fact_ids}, "grouped": False, **more},
                {"$set": {"grouped": True}},
                session=session,
            )
            if done.modified_count != len(fact_ids):
                raise StaleGrouping(claim.app_id)

    async def _add_members(self, grouped: Iterable[Grouped], session: Session) -> None:
        now, end = self._clock.now(), self.end()
        await self._database[MEMBERS].insert_many(
            [new_member(one, grouped_at=now, expire_at=end) for one in grouped],
            session=session,
        )

    async def _write_patterns(
        self, claim: Claim, batch: GroupedBatch, session: Session
    ) -> None:
        joined: dict[str, list[Grouped]] = {}
        for one in batch.grouped:
            joined.setdefault(one.pattern_id, []).append(one)
        statuses = await self._statuses(claim.app_id, joined, session)
        updates: list[UpdateOne] = []
        for pattern_id, some in sorted(joined.items()):
            founder = next((one for one in some if one.founded), None)
            if pattern_id not in statuses and founder is None:
                # It expired, or was merged: the index knew of it, the store does not.
                raise StaleGrouping(claim.app_id)
            change = _joining(some, status=statuses.get(pattern_id, "open"))
            change["$set"] = {
                "state": batch.states[pattern_id],
                "revision": claim.revision,
                "dirty": True,
            }
            change["$max"]["expire_at"] = self.end()
            if founder is not None:
                label = batch.labels.get(pattern_id, "")
                change["$setOnInsert"] = new_pattern(founder, label=label)
            key = {"_id": pattern_key(claim.app_id, pattern_id)}
            updates.append(UpdateOne(key, change, upsert=founder is not None))
        await self._database[PATTERNS].bulk_write(
            updates, ordered=False, session=session
        )

    async def _statuses(
        self, app_id: str, pattern_ids: Iterable[str], session: Session
    ) -> dict[str, str]:
        keys = [pattern_key(app_id, each) for each in pattern_ids]
        rows = self._database[PATTERNS].find(
            {"_id": {"$in": keys}, "merged_into": None},
            {"pattern_id": 1, "status": 1},
            session=session,
        )
        return {row["pattern_id"]: row["status"] for row in await rows.to_list(None)}

    def end(self) -> datetime:
        """Return when what is written now expires; a whole day keeps the index calm."""
        end = self._clock.now() + self._retention
        return end.replace(hour=0, minute=0, second=0, microsecond=0)


def tally_members(
    members: Iterable[tuple[str, str, datetime]], *, by: int = 1
) -> Mapping[Cell, Amount]:
    """Return what *members* (app, pattern, at) add to the hourly counters."""
    cells: dict[Cell, Amount] = {}
    for app_id, pattern_id, at in members:
        hour = int(at.timestamp()) // HOUR * HOUR
        cell = (app_id, Dimension.PATTERN.value, pattern_id, hour)
        n, _ = cells.get(cell, (0, 0))
        cells[cell] = (n + by, 0)
    return cells


def _joining(some: list[Grouped], *, status: str) -> Row:
    moments = [one.escalation.at for one in some]
    change: Row = {
        "$inc": {"size": len(some)},
        "$min": {"first_seen": min(moments)},
        "$max": {"last_seen": max(moments)},
    }
    if status in ENDED_STATUSES:
        change["$inc"]["again_count"] = len(some)
        change["$min"]["again_since"] = min(moments)
    return change
