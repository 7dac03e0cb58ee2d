"""Deliveries in MongoDB: insert once, claim with a lease, write with a token."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import BulkWriteError

from services.notifier.domain.delivery import Delivery, Status, Stored
from services.notifier.domain.holds import Earlier
from services.notifier.domain.outcomes import WHOLE_SIDE, Reason
from services.notifier.repository.documents import (
    from_document,
    to_document,
    to_earlier,
)
from services.notifier.repository.grouped import Grouped
from services.notifier.repository.results import Results
from shared.clock import Clock
from shared.kafka.records import Outgoing
from shared.mongo.connect import Database
from shared.mongo.errors import DUPLICATE_KEY, translated
from shared.mongo.leases import DatabaseTime, from_now, is_over, literal
from shared.mongo.reading import read_each

COLLECTION = "notifier_deliveries"
EARLIER_LOOKED_AT = 20
"""Far more than a team gets of one conversation within the life of a delivery."""
_EARLIER_FIELDS = (
    "lane",
    "destination_id",
    "order",
    "status",
    "due_at",
    "recipients",
)
_DUE = (Status.PENDING, Status.RETRY)
_HELD = (Reason.CIRCUIT_OPEN, Reason.BEHIND_EARLIER)


class MongoDeliveries:
    """Collection `notifier_deliveries`, as one owner sees it."""

    def __init__(
        self, database: Database, *, owner: str, lease: timedelta, clock: Clock
    ) -> None:
        self._collection = database[COLLECTION]
        self._owner = owner
        self._lease = lease
        self._clock = clock
        self._time = DatabaseTime(database)
        self._earlier = Grouped(self._earlier_all)
        self._results = Results(self._collection, clock)

    async def prepare(self) -> None:
        """Create the indexes."""
        indexes = [
            IndexModel([("status", ASCENDING), ("due_at", ASCENDING)]),
            IndexModel([("status", ASCENDING), ("lease.until", ASCENDING)]),
            IndexModel([("status", ASCENDING), ("created_at", ASCENDING)]),
            IndexModel([("lane", 1), ("destination_id", 1), ("order", DESCENDING)]),
            IndexModel(
                [("app_id", 1), ("created_at", DESCENDING), ("_id", DESCENDING)]
            ),
            IndexModel([("app_id", 1), ("destination_id", 1), ("status", 1)]),
            IndexModel([("app_id", 1), ("escalation_id", 1)]),
            IndexModel(
                "outbox.at", partialFilterExpression={"outbox.at": {"$exists": True}}
            ),
        ]
        with translated():
            await self._collection.create_indexes(indexes)

    async def accept(
        self, deliveries: Sequence[Delivery], *, take: frozenset[str]
    ) -> Stored:
        """Insert each once, those in *take* under our lease; raises Transient."""
        if not deliveries:
            return Stored(frozenset(), ())
        lease = await self._first_lease() if take else {}
        documents = [
            _taken(each, lease) if each.delivery_id in take else to_document(each)
            for each in deliveries
        ]
        known: set[int] = set()
        with translated():
            await self._insert(documents, known)
        new = [each for place, each in enumerate(documents) if place not in known]
        return Stored(
            new=frozenset(each["_id"] for each in new),
            taken=tuple(from_document(each) for each in new if each["token"]),
        )

    async def ended(self, ids: Sequence[str], *, before: datetime) -> list[Delivery]:
        """Return those of *ids* that were delivered or given up before then."""
        over = {
            "_id": {"$in": list(ids)},
            "status": {"$in": [Status.DELIVERED, Status.DEAD]},
            "closed_at": {"$lt": before},
        }
        with translated():
            found = await self._collection.find(over).to_list(None)
        return read_each(found, from_document, collection=COLLECTION)

    async def _insert(self, documents: list[dict[str, Any]], known: set[int]) -> None:
        """Insert *documents*; put the places of those that exist into *known*."""
        try:
            await self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            failed = details.get("writeErrors", [])
            known.update(each["index"] for each in failed)
            if details.get("writeConcernErrors") or any(
                each["code"] != DUPLICATE_KEY for each in failed
            ):
                raise

    async def _first_lease(self) -> dict[str, Any]:
        until = await self._time.now() + self._lease
        return {"owner": self._owner, "until": until, "claim": ""}

    async def claim(
        self, limit: int, *, busy: Sequence[tuple[str, str]] = ()
    ) -> list[Delivery]:
        """Return up to *limit* deliveries that are ours now.

        Due ones, and those whose owner let the lease run out; none to the *busy*
        destinations. The token of each is one more than its last owner's.
        """
        now = self._clock.now()
        due: dict[str, Any] = {"status": {"$in": list(_DUE)}, "due_at": {"$lte": now}}
        expired: dict[str, Any] = {
            "status": Status.SENDING,
            **is_over("lease.until"),
        }
        if busy:
            due["$nor"] = expired["$nor"] = [
                {"app_id": app_id, "destination_id": destination_id}
                for app_id, destination_id in busy
            ]
        with translated():
            found = await asyncio.gather(
                self._ids(due, "due_at", limit),
                self._ids(expired, "lease.until", limit),
            )
            ids = (found[1] + found[0])[:limit]
            if not ids:
                return []
            claim = uuid.uuid4().hex
            await self._collection.update_many(
                {"_id": {"$in": ids}, "$or": [due, expired]},
                [{"$set": self._claimed(claim)}],
            )
            mine = await self._collection.find(
                {"_id": {"$in": ids}, "lease.claim": claim}
            ).to_list(None)
        return read_each(mine, from_document, collection=COLLECTION)

    def _claimed(self, claim: str) -> dict[str, Any]:
        lease = {"owner": literal(self._owner), "until": from_now(self._lease)}
        return {
            "status": literal(Status.SENDING.value),
            "lease": {**lease, "claim": claim},
            "token": {"$add": ["$token", 1]},
        }

    async def _ids(self, where: dict[str, Any], sort: str, limit: int) -> list[str]:
        cursor = self._collection.find(where, {"_id": 1}).sort(sort, 1).limit(limit)
        found = await cursor.to_list(None)
        return [str(each["_id"]) for each in found]

    async def renew(self, ids: Sequence[str]) -> None:
        """Keep what we are sending; another owner's is left alone."""
        with translated():
            await self._collection.update_many(
                {
                    "_id": {"$in": list(ids)},
                    "status": Status.SENDING,
                    "lease.owner": self._owner,
                },
                [{"$set": {"lease.until": from_now(self._lease)}}],
            )

    async def save(self, delivery: Delivery, news: Sequence[Outgoing]) -> bool:
        """Write the result and its *news*, if *delivery* is still ours."""
        return await self._results.save(delivery, news)

    async def release(self, delivery: Delivery) -> None:
        """Give back a claimed delivery that was not begun."""
        with translated():
            await self._collection.update_one(
                {
                    "_id": delivery.delivery_id,
                    "status": Status.SENDING,
                    "token": delivery.token,
                },
                {
                    "$set": {"status": Status.PENDING, "due_at": self._clock.now()},
                    "$unset": {"lease": ""},
                },
            )

    async def earlier(self, delivery: Delivery) -> list[Earlier]:
        """Return what was to be told before *delivery*, oldest first."""
        return await self._earlier(delivery)

    async def _earlier_all(self, deliveries: Sequence[Delivery]) -> list[list[Earlier]]:
        limit = EARLIER_LOOKED_AT * len(deliveries)
        with translated():
            found = (
                await self._collection.find(
                    {"$or": [_before(each) for each in deliveries]},
                    dict.fromkeys(_EARLIER_FIELDS, 1),
                )
                .sort("order", DESCENDING)
                .limit(limit)
                .to_list(None)
            )
        if len(found) == limit and len(deliveries) > 1:
            # One may have taken what others were to see.
            alone = [await self._earlier_all([each]) for each in deliveries]
            return [earlier for (earlier,) in alone]
        return [_earlier_of(each, found) for each in deliveries]

    async def wake_waiting(self, app_id: str, destination_id: str) -> int:
        """Make due what waits for this destination; return how many."""
        return await self._wake(
            {
                "app_id": app_id,
                "destination_id": destination_id,
                "status": Status.WAITING,
            }
        )

    async def wake_overdue(self, before: datetime) -> int:
        """Make due what has waited for a destination since *before*; return how many.

        What was redriven since waits on.
        """
        return await self._wake(
            {
                "status": Status.WAITING,
                "created_at": {"$lt": before},
                "redriven": 0,
            }
        )

    async def wake_unreached(self, channel: str) -> int:
        """Make due what only failed because the far side was away; return how many.

        The early try replaces a planned one, so it takes no step of the schedule.
        """
        where = {"status": {"$in": list(_DUE)}, "channel": channel}
        unreached = where | {"reason": {"$in": list(WHOLE_SIDE)}}
        with translated():
            await self._collection.update_many(
                unreached | {"step": {"$gt": 0}}, {"$inc": {"step": -1}}
            )
        reasons = [*WHOLE_SIDE, *_HELD]
        return await self._wake(where | {"reason": {"$in": reasons}})

    async def _wake(self, where: dict[str, Any]) -> int:
        with translated():
            done = await self._collection.update_many(
                where, {"$set": {"status": Status.PENDING, "due_at": self._clock.now()}}
            )
        return done.modified_count


def _before(delivery: Delivery) -> dict[str, Any]:
    return {
        "lane": delivery.lane,
        "destination_id": delivery.destination_id,
        "order": {"$lt": delivery.order},
    }


def _earlier_of(
    delivery: Delivery, found: Sequence[Mapping[str, Any]]
) -> list[Earlier]:
    """Return what of *found*, newest first, lies before *delivery*, oldest first."""
    before = [
        to_earlier(each)
        for each in found
        if each["lane"] == delivery.lane
        and each["destination_id"] == delivery.destination_id
        and each["order"] < delivery.order
    ]
    return before[:EARLIER_LOOKED_AT][::-1]


def _taken(delivery: Delivery, lease: dict[str, Any]) -> dict[str, Any]:
    return to_document(delivery) | {
        "status": Status.SENDING,
        "token": 1,
        "lease": lease,
    }
