"""Vectors of catalogues: `resolver_vectors`, by app, encoder and content."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import uuid4

from bson import Binary
from pymongo import ASCENDING, IndexModel, ReplaceOne

from shared.clock import Clock
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.leases import from_now, is_over

CLAIM = timedelta(seconds=30)
"""An instance that computes renews it every half second; a dead one holds nobody up."""
SETTLED = timedelta(minutes=10)
"""A vector nobody here knows may be of a catalogue that another instance read later."""


class MongoVectors:
    """Stores each vector once; deletes those whose text is gone."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._vectors = database["resolver_vectors"]
        self._claims = database["resolver_vector_claims"]
        self._clock = clock
        self._owner = uuid4().hex

    async def prepare(self) -> None:
        """Create the indexes."""
        with translated():
            await self._vectors.create_indexes(
                [IndexModel([("app_id", ASCENDING), ("encoder", ASCENDING)])]
            )

    async def load(self, app_id: str, encoder: str) -> dict[bytes, bytes]:
        """Return all vectors of the app, by key."""
        with translated():
            rows = await self._vectors.find(
                {"app_id": app_id, "encoder": encoder}, {"key": 1, "vector": 1}
            ).to_list(None)
        return {bytes(row["key"]): bytes(row["vector"]) for row in rows}

    async def add(self, app_id: str, encoder: str, rows: Mapping[bytes, bytes]) -> None:
        """Store *rows*."""
        if not rows:
            return
        now = self._clock.now()
        with translated():
            await self._vectors.bulk_write(
                [
                    ReplaceOne(
                        {"_id": vector_id(app_id, encoder, key)},
                        {
                            "app_id": app_id,
                            "encoder": encoder,
                            "key": Binary(key),
                            "vector": Binary(vector),
                            "stored_at": now,
                        },
                        upsert=True,
                    )
                    for key, vector in rows.items()
                ],
                ordered=False,
            )

    async def forget(self, app_id: str, encoder: str, unused: Sequence[bytes]) -> None:
        """Delete those of *unused* that were not stored just now."""
        before = self._clock.now() - SETTLED
        ids = [vector_id(app_id, encoder, key) for key in unused]
        with translated():
            await self._vectors.delete_many(
                {"_id": {"$in": ids}, "stored_at": {"$lt": before}}
            )

    async def claim(self, app_id: str, encoder: str) -> bool:
        """Return whether this instance is the one to compute them for now."""
        one = f"{app_id}:{encoder}"
        free = [{"owner": self._owner}, is_over("until")]
        taken = [{"$set": {"owner": self._owner, "until": from_now(CLAIM)}}]
        with translated():
            done = await self._claims.update_one({"_id": one, "$or": free}, taken)
            if done.matched_count:
                return True
            # Nobody's yet, or somebody else's: an upsert cannot ask the time.
            made = await self._claims.update_one(
                {"_id": one}, {"$setOnInsert": {"owner": self._owner}}, upsert=True
            )
            if made.upserted_id is None:
                return False
            mine = {"_id": one, "owner": self._owner}
            return (await self._claims.update_one(mine, taken)).matched_count == 1


def vector_id(app_id: str, encoder: str, key: bytes) -> str:
    """Return the key of a vector; neither an app's id nor hexadecimal holds a colon."""
    return f"{app_id}:{encoder}:{key.hex()}"
