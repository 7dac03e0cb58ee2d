"""Store facts and bump their counters in one transaction, each fact once for ever."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from bson.errors import BSONError
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from services.analytics import metrics
from services.analytics.domain.facts import (
    Amount,
    Batch,
    Cell,
    Collection,
    Dimension,
    Fact,
    daily,
    daily_times,
    ends_of,
    requests_ended_by,
    tally,
    tally_times,
)
from services.analytics.domain.sketches import Bins
from services.analytics.repository.outcomes.marks import marks_of
from services.analytics.repository.outcomes.schema import NEWS
from services.analytics.repository.schema import COUNTERS, OFFSETS
from services.analytics.repository.sessions import Session
from services.analytics.repository.transactions import Transactions
from shared.clock import Clock
from shared.errors import Permanent
from shared.failpoints import ARMED, FailPoint, reach
from shared.ids import conversation_key
from shared.mongo.connect import Database
from shared.mongo.errors import refusal_of, translated
from shared.mongo.stored import Subject

UNSTORABLE = (BSONError, OverflowError, UnicodeEncodeError, RecursionError)
"""What the driver raises for values that no document can hold."""


class MongoFacts:
    """Collections `analytics_*`, written exactly once per event.

    The facts decide what is a repeat: an event may come again at the same offset
    (redelivery), at a new one (its producer's repeat), or at a lower one (a parked
    record, a topic made anew). The offsets, kept in the same transaction, only tell
    when a look at the facts is worth its time: at new offsets the insert is tried at
    once, and a duplicate key sends the batch back to look.
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

    async def widen(self, subject: Subject) -> Subject:
        """Return *subject* with the conversations of the user's requests."""
        query = {"app_id": subject.app_id, "user_id": subject.user_id}
        found: set[str] = set()
        with translated():
            for name in (
                Collection.REQUESTS,
                Collection.ESCALATIONS,
                Collection.TURNS,
            ):
                some = self._database[name.value].distinct("conversation_id", query)
                found.update(await some)
        lanes = {conversation_key(subject.app_id, each) for each in found}
        return replace(subject, lanes=tuple(sorted({*subject.lanes, *lanes})))

    async def add(self, batch: Batch) -> frozenset[str]:
        """Store and count what is new in *batch*; return the ids that were known."""
        began = perf_counter()
        known = await self._add_surely(batch)
        if ARMED:
            reach(FailPoint.AFTER_STORE)
        metrics.TRANSACTION_SECONDS.observe(perf_counter() - began)
        facts = batch.facts.values()
        every = Counter(fact.topic for fact in facts)
        repeats = Counter(batch.facts[fact_id].topic for fact_id in known)
        for topic, n in every.items():
            metrics.FACTS.labels(topic).inc(n - repeats[topic])
            metrics.DUPLICATES.labels(topic).inc(repeats[topic])
        return known

    async def _add_surely(self, batch: Batch) -> frozenset[str]:
        look = False

        async def act(session: Session) -> frozenset[str]:
            nonlocal look
            try:
                return await self._add(batch, session, look=look)
            except (*UNSTORABLE, PyMongoError) as error:
                if refusal := refusal_of(error):
                    raise Permanent("unstorable", refusal[1]) from error
                raise
            finally:
                # Whatever happened, a part may be stored by now: a lost answer to a
                # commit, or another owner of the partition.
                look = True

        return await self._transactions.run(act)

    async def _add(
        self, batch: Batch, session: Session, *, look: bool
    ) -> frozenset[str]:
        spans = {
            f"{topic}/{partition}": span
            for (topic, partition), span in batch.spans.items()
        }
        known: frozenset[str] = frozenset()
        if look or await self._was_here(spans, session):
            known = await self._known(batch.facts.values(), session)
        new = [fact for fact_id, fact in batch.facts.items() if fact_id not in known]
        await self._settle(new, session)
        expire_at = self._end()
        for name, facts in _by_collection(new).items():
            documents = [fact.document for fact in facts]
            for document in documents:
                document["expire_at"] = expire_at
            await self._database[name].insert_many(documents, session=session)
        if ARMED:
            reach(FailPoint.IN_TRANSACTION)
        if news := marks_of(new, self._clock.now()):
            await self._database[NEWS].insert_many(news, session=session)
        await self._end_requests(requests_ended_by(new), expire_at, session)
        # The documents that several instances write come last: the shorter they are
        # held, the fewer transactions meet.
        hourly, times = tally(new), tally_times(new)
        changes = [
            *bumps("hour", hourly, expire_at, times),
            *bumps("day", daily(hourly), None, daily_times(times)),
        ]
        if changes:
            counters = self._database[COUNTERS]
            await counters.bulk_write(changes, ordered=False, session=session)
        await self._database[OFFSETS].bulk_write(
            [
                UpdateOne({"_id": place}, {"$max": {"next": after}}, upsert=True)
                for place, (_, after) in sorted(spans.items())
            ],
            session=session,
        )
        return known

    async def _settle(self, new: Iterable[Fact], session: Session) -> None:
        """Let no request wait whose end is known already: topics have no one order."""
        asked = {
            fact_id: fact.document
            for fact in new
            if fact.collection == Collection.DELIVERY_REQUESTS
            for fact_id in ends_of(fact.document["delivery_id"])
        }
        if not asked:
            return
        ends = self._database[Collection.DELIVERIES.value]
        rows = ends.find({"_id": {"$in": list(asked)}}, {"_id": 1}, session=session)
        for row in await rows.to_list(None):
            asked[row["_id"]]["waiting"] = False

    async def _end_requests(
        self, ended: Mapping[str, str], expire_at: datetime, session: Session
    ) -> None:
        """Let the requests of what *ended* wait no more.

        One that is not known yet is written as ended: the two of them, in transactions
        side by side, meet at this document, and one is tried again.
        """
        if not ended:
            return
        await self._database[Collection.DELIVERY_REQUESTS.value].bulk_write(
            [
                UpdateOne(
                    {"_id": fact_id},
                    {
                        "$set": {"waiting": False},
                        "$setOnInsert": {"app_id": app_id, "expire_at": expire_at},
                    },
                    upsert=True,
                )
                for fact_id, app_id in sorted(ended.items())
            ],
            ordered=False,
            session=session,
        )

    async def _was_here(
        self, spans: Mapping[str, tuple[int, int]], session: Session
    ) -> bool:
        """Return whether offsets of the batch were passed before."""
        places = {"_id": {"$in": list(spans)}}
        rows = await self._database[OFFSETS].find(places, session=session).to_list(None)
        return any(spans[row["_id"]][0] < row["next"] for row in rows)

    async def _known(self, facts: Iterable[Fact], session: Session) -> frozenset[str]:
        known: set[str] = set()
        for name, some in _by_collection(facts).items():
            ids = {"$in": [fact.fact_id for fact in some]}
            rows = self._database[name].find({"_id": ids}, {"_id": 1}, session=session)
            known.update(row["_id"] for row in await rows.to_list(None))
        return frozenset(known)

    def _end(self) -> datetime:
        """Return when what is written now expires; a whole day keeps the index calm."""
        end = self._clock.now() + self._retention
        return end.replace(hour=0, minute=0, second=0, microsecond=0)


def _by_collection(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.collection, []).append(fact)
    return found


NO_TIMES: Mapping[Cell, Bins] = {}


def bumps(
    step: str,
    cells: Mapping[Cell, Amount],
    expire_at: datetime | None,
    times: Mapping[Cell, Bins] = NO_TIMES,
) -> Iterable[UpdateOne]:
    """Yield what adds *cells* to the counters of *step*; below 0 it is taken off."""
    # Sorted, so that two instances meet at their first common document, not later.
    for cell, (n, ms) in sorted(cells.items()):
        app_id, dimension, value, bucket = cell
        added = {"n": n, "ms": ms} if dimension == Dimension.MS else {"n": n}
        bins = times.get(cell, {})
        change: dict[str, Any] = {
            "$inc": added | {f"bins.{name}": more for name, more in bins.items()},
            "$setOnInsert": {
                "app_id": app_id,
                "dimension": dimension,
                "value": value,
                "step": step,
                "at": datetime.fromtimestamp(bucket, UTC),
            },
        }
        if expire_at is not None:
            change["$max"] = {"expire_at": expire_at}
        # The value comes last: it alone may hold a colon.
        key = f"{app_id}:{step}:{bucket}:{dimension}:{value}"
        yield UpdateOne({"_id": key}, change, upsert=True)
