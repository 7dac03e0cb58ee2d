"""What passes brought, written under their tokens, many in one round trip."""

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import UpdateOne

from services.notifier.domain.delivery import Delivery, Status
from services.notifier.repository.documents import to_changes, to_entry
from services.notifier.repository.grouped import Grouped
from shared.clock import Clock
from shared.kafka.records import Outgoing
from shared.mongo.errors import refusal_of, translated

Told = tuple[Delivery, Sequence[Outgoing]]
"""A delivery and its news."""


class Results:
    """Writes a delivery's result and its news in one document, if it is still ours."""

    def __init__(
        self, collection: AsyncIOMotorCollection[dict[str, Any]], clock: Clock
    ) -> None:
        self._collection = collection
        self._clock = clock
        self._save = Grouped(self._save_all)

    async def save(self, delivery: Delivery, news: Sequence[Outgoing]) -> bool:
        """Write the result; return False where somebody else owns it by now."""
        return await self._save((delivery, news))

    async def _save_all(self, results: Sequence[Told]) -> list[bool | Exception]:
        try:
            with translated():
                done = await self._collection.bulk_write(
                    [self._update(*each) for each in results], ordered=False
                )
        except Exception as error:
            refused = refusal_of(error.__cause__ or error) is not None
            if not refused or len(results) == 1:
                raise
            # One of them is refused, for its size, say: the others are written.
            return await self._save_each(results)
        if done.matched_count == len(results):
            return [True] * len(results)
        return await self._written(results)

    async def _save_each(self, results: Sequence[Told]) -> list[bool | Exception]:
        saved: list[bool | Exception] = []
        for each in results:
            try:
                saved += await self._save_all([each])
            except Exception as error:  # noqa: BLE001 - its own caller gets it
                saved.append(error)
        return saved

    def _update(self, delivery: Delivery, news: Sequence[Outgoing]) -> UpdateOne:
        update: dict[str, Any] = {"$set": to_changes(delivery)}
        if delivery.status is not Status.SENDING:
            update["$unset"] = {"lease": ""}
        if news:
            now = self._clock.now()
            entries = [to_entry(each, now) for each in news]
            update["$push"] = {"outbox": {"$each": entries}}
        return UpdateOne(
            {
                "_id": delivery.delivery_id,
                "status": Status.SENDING,
                "token": delivery.token,
            },
            update,
        )

    async def _written(self, results: Sequence[Told]) -> list[bool | Exception]:
        """Tell of each whether it was written: only its owner changes what it sends."""
        wanted = [delivery for delivery, _ in results]
        with translated():
            rows = await self._collection.find(
                {"_id": {"$in": [each.delivery_id for each in wanted]}},
                {"token": 1, "status": 1, "tries": 1},
            ).to_list(None)
        found = {
            row["_id"]: (row["token"], row["status"], row["tries"]) for row in rows
        }
        return [
            found.get(each.delivery_id) == (each.token, each.status, each.tries)
            for each in wanted
        ]
