"""Destinations in MongoDB; what is secret in them is stored encrypted."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.notifier.domain.destination import Destination
from services.notifier.repository.grouped import Grouped
from shared import ids
from shared.clock import Clock
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.seal import Seal

COLLECTION = "notifier_destinations"
PURPOSE = b"handrail notifier destination secrets v1"


class MongoDestinations:
    """Collection `notifier_destinations`, `_id` is app and destination."""

    def __init__(self, database: Database, seal: Seal, clock: Clock) -> None:
        self._collection = database[COLLECTION]
        self._seal = seal
        self._clock = clock
        self._get = Grouped(self._get_all)

    async def prepare(self) -> None:
        """Create the index for lists."""
        with translated():
            await self._collection.create_index([("app_id", 1), ("destination_id", 1)])

    async def get(self, app_id: str, destination_id: str) -> Destination | None:
        """Return one destination with its secret in the clear."""
        return await self._get(destination_key(app_id, destination_id))

    async def _get_all(self, keys: Sequence[str]) -> list[Destination | None]:
        with translated():
            rows = await self._collection.find(
                {"_id": {"$in": list(set(keys))}}
            ).to_list(None)
        found = {row["_id"]: self._from_document(row) for row in rows}
        return [found.get(key) for key in keys]

    async def put(self, destination: Destination) -> Destination:
        """Create or replace; return it as stored."""
        now = self._clock.now()
        key = destination_key(destination.app_id, destination.destination_id)
        changes = {
            "app_id": destination.app_id,
            "destination_id": destination.destination_id,
            "kind": destination.kind,
            "to": list(destination.to),
            # A hook's address is often all the secret there is.
            "url": self._sealed(destination.url),
            "secret": self._sealed(destination.secret),
            "updated_at": now,
        }
        with translated():
            found = await self._collection.find_one_and_update(
                {"_id": key},
                {"$set": changes, "$setOnInsert": {"created_at": now}},
                upsert=True,
                return_document=True,
            )
        return self._from_document(found)

    async def delete(self, app_id: str, destination_id: str) -> bool:
        """Delete; return whether it was there."""
        with translated():
            done = await self._collection.delete_one(
                {"_id": destination_key(app_id, destination_id)}
            )
        return done.deleted_count == 1

    async def page(
        self, app_id: str, *, after: str | None, limit: int
    ) -> list[Destination]:
        """Return up to *limit* destinations of *app_id* by id, past *after*."""
        where: dict[str, Any] = {"app_id": app_id}
        if after is not None:
            where["destination_id"] = {"$gt": after}
        with translated():
            found = (
                await self._collection.find(where)
                .sort("destination_id", 1)
                .limit(limit)
                .to_list(None)
            )
        return [self._from_document(each) for each in found]

    async def ids_of(self, app_id: str) -> list[str]:
        """Return the ids of the app's destinations, in order."""
        with translated():
            found = (
                await self._collection.find({"app_id": app_id}, {"destination_id": 1})
                .sort("destination_id", 1)
                .to_list(None)
            )
        return [each["destination_id"] for each in found]

    async def app_ids(self) -> list[str]:
        """Return every app that has a destination."""
        with translated():
            found: list[str] = await self._collection.distinct("app_id")
        return found

    def _sealed(self, clear: str) -> bytes | None:
        return self._seal.close(clear) if clear else None

    def _opened(self, sealed: bytes | None) -> str:
        return self._seal.open(bytes(sealed)) if sealed else ""

    def _from_document(self, found: Mapping[str, Any]) -> Destination:
        return Destination(
            app_id=found["app_id"],
            destination_id=found["destination_id"],
            kind=found["kind"],
            to=tuple(found["to"]),
            url=self._opened(found["url"]),
            secret=self._opened(found["secret"]),
            created_at=found["created_at"],
            updated_at=found["updated_at"],
        )


def destination_key(app_id: str, destination_id: str) -> str:
    """Return the key of a destination: a route may name any text."""
    return ids.composite(app_id, destination_id, separator="|")
