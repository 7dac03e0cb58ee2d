"""What was sent, what was not, and again: deliveries as people look at them."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.notifier.domain.delivery import OPEN, Delivery, Search, Status
from services.notifier.domain.holds import redrive
from services.notifier.repository.deliveries import COLLECTION
from services.notifier.repository.documents import from_document, to_changes
from shared.clock import Clock
from shared.mongo.connect import Database
from shared.mongo.errors import translated

_SHOWN = {"request": 0, "outbox": 0, "lease": 0}
MAX_TIME_MS = 5_000


class Inventory:
    """Collection `notifier_deliveries`, read for the API; one app at a time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._collection = database[COLLECTION]
        self._clock = clock

    async def page(
        self, search: Search, *, after: tuple[datetime, str] | None, limit: int
    ) -> list[Delivery]:
        """Return up to *limit* deliveries, newest first, past the one at *after*."""
        where = _filter(search)
        if after is not None:
            moment, delivery_id = after
            where["$or"] = [
                {"created_at": {"$lt": moment}},
                {"created_at": moment, "_id": {"$lt": delivery_id}},
            ]
        with translated():
            found = (
                await self._collection.find(where, _SHOWN)
                .sort([("created_at", -1), ("_id", -1)])
                .limit(limit)
                .max_time_ms(MAX_TIME_MS)
                .to_list(None)
            )
        return [from_document(each) for each in found]

    async def get(self, app_id: str, delivery_id: str) -> Delivery | None:
        """Return one delivery of *app_id*."""
        with translated():
            found = await self._collection.find_one(
                {"_id": delivery_id, "app_id": app_id}, _SHOWN
            )
        return from_document(found) if found else None

    async def redrive(self, dead: Delivery) -> bool:
        """Give *dead* fresh tries; False where somebody did it first."""
        fresh = redrive(dead, now=self._clock.now())
        with translated():
            done = await self._collection.update_one(
                {
                    "_id": dead.delivery_id,
                    "app_id": dead.app_id,
                    "status": Status.DEAD,
                    "redriven": dead.redriven,
                },
                {"$set": to_changes(fresh)},
            )
        return done.modified_count == 1

    async def waiting_for(self) -> list[tuple[str, str]]:
        """Return the destinations, of all apps, that something waits for."""
        with translated():
            found = await self._collection.aggregate(
                [
                    {"$match": {"status": Status.WAITING}},
                    {"$group": {"_id": {"a": "$app_id", "d": "$destination_id"}}},
                ]
            ).to_list(None)
        return [(each["_id"]["a"], each["_id"]["d"]) for each in found]

    async def count(self) -> Mapping[str, int]:
        """Return the number of deliveries by state, delivered ones aside."""
        states = (*OPEN, Status.DEAD)
        with translated():
            counts = await asyncio.gather(
                *(self._collection.count_documents({"status": each}) for each in states)
            )
        return dict(zip(states, counts, strict=True))

    async def oldest_open(self) -> datetime | None:
        """Return when the oldest delivery that is not over was asked for."""
        with translated():
            found = await asyncio.gather(
                *(
                    self._collection.find_one(
                        {"status": each}, {"created_at": 1}, sort=[("created_at", 1)]
                    )
                    for each in OPEN
                )
            )
        return min((each["created_at"] for each in found if each), default=None)


def _filter(search: Search) -> dict[str, Any]:
    where: dict[str, Any] = {"app_id": search.app_id}
    if search.statuses is not None:
        where["status"] = {"$in": list(search.statuses)}
    if search.destination_id is not None:
        where["destination_id"] = search.destination_id
    if search.escalation_id is not None:
        where["escalation_id"] = search.escalation_id
    return where
