"""Outcomes in MongoDB: judged, stored and counted in one transaction."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DeleteOne, UpdateOne

from services.analytics import metrics
from services.analytics.counting.settle import Decide, Due, Lane, Told
from services.analytics.domain.facts import (
    HOUR,
    Amount,
    Cell,
    daily,
    values_of_outcome,
)
from services.analytics.domain.outcomes.judging import COMES_BACK
from services.analytics.domain.outcomes.outcome import Judged, counted_as
from services.analytics.repository.facts import bumps
from services.analytics.repository.outcomes.documents import (
    asked_in,
    document_of,
    is_as_stored,
)
from services.analytics.repository.outcomes.marks import marks_for, take_marks
from services.analytics.repository.outcomes.reading import Conversations
from services.analytics.repository.outcomes.schema import (
    CONVERSATIONS,
    LEASES,
    NEWS,
    OUTCOMES,
)
from services.analytics.repository.schema import COUNTERS
from services.analytics.repository.sessions import Session
from services.analytics.repository.transactions import Transactions
from shared.clock import Clock
from shared.ids import conversation_key
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.leases import from_now, is_over, literal

Row = Mapping[str, Any]
LEASE = timedelta(seconds=30)
_TURN = "settling"


class MongoOutcomes:
    """Collections `analytics_outcomes`, `analytics_conversations`, `analytics_news`.

    A judgement reads all facts of a conversation within the transaction that stores
    it, and raises the conversation's number first: of two at once one starts over, so
    that none is stored that knew less than the one before.
    """

    def __init__(
        self,
        database: Database,
        *,
        transactions: Transactions,
        clock: Clock,
        retention: timedelta,
    ) -> None:
        self._database = database
        self._transactions = transactions
        self._clock = clock
        self._retention = retention
        self._conversations = Conversations(database)
        self._owner = uuid.uuid4().hex

    async def claim(self) -> bool:
        """Return whether this instance settles now; the others spare the work."""
        taken = [{"$set": {"owner": literal(self._owner), "until": from_now(LEASE)}}]
        leases = self._database[LEASES]
        with translated():
            mine = {"_id": _TURN, "owner": self._owner}
            for query in (mine, {"_id": _TURN, **is_over("until")}):
                if (await leases.update_one(query, taken)).matched_count:
                    return True
            await leases.update_one(
                {"_id": _TURN},
                {"$setOnInsert": {"owner": self._owner, "until": self._clock.now()}},
                upsert=True,
            )
            return bool(await leases.find_one(mine))

    async def release(self) -> None:
        """Let another instance settle at once."""
        with translated():
            await self._database[LEASES].delete_one({"owner": self._owner})

    async def due(self, now: datetime, *, limit: int) -> Due:
        """Return conversations with news, else those whose time has come."""
        with translated():
            news = await (
                self._database[NEWS]
                .find({})
                .sort("_id", ASCENDING)
                .limit(limit)
                .to_list(None)
            )
            waited = (now - news[0]["at"]).total_seconds() if news else 0.0
            metrics.OUTCOMES_LAG.set(max(0.0, waited))
            if news:
                return Due(*take_marks(news, limit))
            rows = await (
                self._database[CONVERSATIONS]
                .find(
                    {"look_again_at": {"$lte": now}},
                    {"app_id": 1, "conversation_id": 1},
                )
                .sort("look_again_at", ASCENDING)
                .limit(limit)
                .to_list(None)
            )
        return Due(sorted((row["app_id"], row["conversation_id"]) for row in rows))

    async def read(self, lanes: Sequence[Lane]) -> list[Told]:
        """Return what is known of *lanes*, without any that was erased."""
        with translated():
            return await self._conversations.read(lanes)

    async def settle(self, due: Due, decide: Decide, *, now: datetime) -> int:
        """Judge and store in one transaction; return how many outcomes changed."""

        async def act(session: Session) -> int:
            return await self._settle(due.lanes, decide, now, session)

        changed = await self._transactions.run(act)
        metrics.OUTCOMES_CHANGED.inc(changed)
        with translated():
            # After the commit: what a crash leaves is judged once more, to the same.
            await self._database[NEWS].delete_many({"_id": {"$in": list(due.news)}})
        return changed

    async def _settle(
        self, lanes: Sequence[Lane], decide: Decide, now: datetime, session: Session
    ) -> int:
        await self._fence(lanes, session)
        told = await self._conversations.read(lanes, session)
        judged = [(each[0], decide(each)) for each in told]
        stored = await self._stored(
            [(h.app_id, h.conversation_id) for h, _ in judged], session
        )
        expire_at = self._end()
        documents = [document_of(each) for _, one in judged for each in one.outcomes]
        new = {each["_id"]: each for each in documents}
        changed = {
            key: each
            for key, each in new.items()
            if not is_as_stored(each, stored.get(key))
        }
        since = {each.conversation_id: each.since for each, _ in judged if each.since}
        gone = [
            key
            for key in stored.keys() - new.keys()
            if (row := stored[key])["at"]
            >= since.get(row["conversation_id"], row["at"])
        ]
        writes: list[Any] = [DeleteOne({"_id": key}) for key in sorted(gone)]
        writes += [
            UpdateOne(
                {"_id": key}, {"$set": each | {"expire_at": expire_at}}, upsert=True
            )
            for key, each in sorted(changed.items())
        ]
        if writes:
            await self._database[OUTCOMES].bulk_write(writes, session=session)
        await self._look_again(judged, now, expire_at, session)
        before = [stored[key] for key in [*changed, *gone] if key in stored]
        await self._tell_others(before, list(changed.values()), now, session)
        await self._count(before, changed.values(), expire_at, session)
        return len(writes)

    async def _fence(self, lanes: Sequence[Lane], session: Session) -> None:
        """Raise each conversation's number: two judgements at once meet here."""
        await self._database[CONVERSATIONS].bulk_write(
            [
                UpdateOne(
                    {"_id": conversation_key(*lane)},
                    {
                        "$inc": {"judged": 1},
                        "$setOnInsert": {"app_id": lane[0], "conversation_id": lane[1]},
                    },
                    upsert=True,
                )
                for lane in lanes
            ],
            session=session,
        )

    async def _stored(
        self, lanes: Sequence[Lane], session: Session
    ) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for app_id in sorted({app_id for app_id, _ in lanes}):
            names = [name for of, name in lanes if of == app_id]
            query = {"app_id": app_id, "conversation_id": {"$in": names}}
            rows = self._database[OUTCOMES].find(query, session=session)
            found.update({row["_id"]: row async for row in rows})
        return found

    async def _look_again(
        self,
        judged: Iterable[tuple[Any, Judged]],
        now: datetime,
        expire_at: datetime,
        session: Session,
    ) -> None:
        updates = [
            UpdateOne(
                {"_id": conversation_key(history.app_id, history.conversation_id)},
                {
                    "$set": {
                        "user_id": history.user_id,
                        "look_again_at": one.look_again_at,
                        "judged_at": now,
                        "expire_at": expire_at,
                    }
                },
            )
            for history, one in judged
        ]
        if updates:
            await self._database[CONVERSATIONS].bulk_write(updates, session=session)

    async def _tell_others(
        self,
        before: Sequence[Row],
        after: Sequence[Row],
        now: datetime,
        session: Session,
    ) -> None:
        """Have the same users' conversations of the week before judged again.

        Only where what was asked is not what they were judged by: so it ends.
        """
        asked_before = {asked_in(row): row for row in before}
        asked_after = {asked_in(row): row for row in after}
        news = set()
        for key in asked_before.keys() ^ asked_after.keys():
            row = asked_before.get(key) or asked_after[key]
            if row.get("user_id") is None:
                continue
            query = {
                "app_id": row["app_id"],
                "user_id": row["user_id"],
                "at": {"$lt": row["at"]},
                "last_at": {"$gte": row["at"] - COMES_BACK},
                "conversation_id": {"$ne": row["conversation_id"]},
            }
            names = self._database[OUTCOMES].distinct(
                "conversation_id", query, session=session
            )
            news |= {(row["app_id"], name) for name in await names}
        if news:
            marks = marks_for(news, now)
            await self._database[NEWS].insert_many(marks, session=session)

    async def _count(
        self,
        before: Iterable[Row],
        after: Iterable[Row],
        expire_at: datetime,
        session: Session,
    ) -> None:
        cells = difference(before, after)
        changes = [
            *bumps("hour", cells, expire_at),
            *bumps("day", _left(daily(cells)), None),
        ]
        if changes:
            counters = self._database[COUNTERS]
            await counters.bulk_write(changes, ordered=False, session=session)

    def _end(self) -> datetime:
        end = self._clock.now() + self._retention
        return end.replace(hour=0, minute=0, second=0, microsecond=0)


def difference(before: Iterable[Row], after: Iterable[Row]) -> dict[Cell, Amount]:
    """Return what the counters gain by *after* in the place of *before*."""
    cells: dict[Cell, Amount] = {}
    for rows, sign in ((before, -1), (after, 1)):
        for row in rows:
            hour = int(row["at"].timestamp()) // HOUR * HOUR
            for dimension, value in values_of_outcome(counted_as(row)):
                cell = (row["app_id"], str(dimension), value, hour)
                n, _ = cells.get(cell, (0, 0))
                cells[cell] = (n + sign, 0)
    return _left(cells)


def _left(cells: Mapping[Cell, Amount]) -> dict[Cell, Amount]:
    return {cell: amount for cell, amount in cells.items() if amount[0]}
