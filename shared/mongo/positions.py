"""Watermarks: up to where a consumer has worked each partition, kept in MongoDB."""

from collections.abc import Iterable

from pymongo import UpdateOne

from shared.kafka.working.parked import Place
from shared.mongo.connect import Database
from shared.mongo.errors import translated


class MongoWatermarks:
    """Collection `<service>_watermarks`: `next` offset not yet worked and published.

    Offsets mean nothing on another cluster: there the marks begin again.
    """

    def __init__(self, database: Database, *, service: str, cluster: str = "") -> None:
        self._marks = database[f"{service}_watermarks"]
        self.cluster = cluster

    def _id(self, topic: str, partition: int) -> str:
        return f"{self.cluster}/{topic}/{partition}"

    async def load(self, places: Iterable[Place]) -> dict[Place, int]:
        """Return the watermark of each of *places*, 0 where there is none."""
        wanted = {self._id(*place): place for place in places}
        with translated():
            rows = await self._marks.find({"_id": {"$in": list(wanted)}}).to_list(None)
        marks = dict.fromkeys(wanted.values(), 0)
        marks.update({wanted[row["_id"]]: row["next"] for row in rows})
        return marks

    async def advance(self, marks: dict[Place, int]) -> None:
        """Move watermarks forward, never back."""
        updates = [
            UpdateOne(
                {"_id": self._id(*place)}, {"$max": {"next": offset}}, upsert=True
            )
            for place, offset in marks.items()
        ]
        if updates:
            with translated():
                await self._marks.bulk_write(updates, ordered=False)
