"""How what is missing is made good."""

from collections.abc import Sequence
from typing import Protocol

from pymongo.errors import DuplicateKeyError

from shared.kafka.deciding.decisions import Document, Timer
from shared.kafka.records import Outgoing
from shared.mongo.connect import Database
from shared.mongo.errors import translated


class Timers(Protocol):
    """Where timers wait."""

    async def set(self, timer: Timer) -> None: ...


class Publisher(Protocol):
    """The broker."""

    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...


class MadeGood:
    """Sets timers, publishes, and writes rows of the inbox; each is safe to repeat."""

    def __init__(
        self, database: Database, *, timers: Timers, publisher: Publisher
    ) -> None:
        self._database = database
        self._timers = timers
        self._publisher = publisher

    async def set_timer(self, timer: Timer) -> None:
        """Store *timer* unless it is stored already."""
        await self._timers.set(timer)

    async def publish(self, outputs: Sequence[Outgoing]) -> None:
        """Publish *outputs* again; whoever has read them before drops them."""
        await self._publisher.publish(outputs)

    async def list(self, document: Document) -> None:
        """Put *document* in its place, unless a newer one is there by now."""
        row, revision = document.document, document.document["revision"]
        older = {"_id": row["_id"], "revision": {"$not": {"$gt": revision}}}
        changes = {"$set": row, "$setOnInsert": document.fixed}
        with translated():
            try:
                await self._database[document.collection].update_one(
                    older, changes, upsert=True
                )
            except DuplicateKeyError:
                return  # a decision of this moment wrote a newer one
