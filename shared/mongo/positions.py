"""Watermarks and parked records: where a consumer stands, kept in MongoDB."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, UpdateOne

from shared.kafka.working.parking import Parked
from shared.mongo.connect import Database
from shared.mongo.errors import translated

Place = tuple[str, int]
"""A topic and a partition."""


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


class MongoParking:
    """Collection `<service>_parked`: records waiting behind a failure, in log order."""

    def __init__(self, database: Database, *, service: str) -> None:
        self._parked = database[f"{service}_parked"]

    async def prepare(self) -> None:
        """Create the indexes."""
        with translated():
            await self._parked.create_index(
                [("topic", ASCENDING), ("partition", ASCENDING), ("offset", ASCENDING)],
                unique=True,
            )

    async def load(self, places: Iterable[Place]) -> list[Parked]:
        """Return what is parked on *places*, oldest first."""
        chosen = [{"topic": topic, "partition": part} for topic, part in places]
        if not chosen:
            return []
        with translated():
            rows = await (
                self._parked.find({"$or": chosen})
                .sort("offset", ASCENDING)
                .to_list(None)
            )
        return [_read(row) for row in rows]

    async def add(self, records: Sequence[Parked]) -> None:
        """Park *records*; one that is parked already stays as it is."""
        updates = [
            UpdateOne(
                {
                    "topic": parked.topic,
                    "partition": parked.partition,
                    "offset": parked.offset,
                },
                {"$setOnInsert": _write(parked)},
                upsert=True,
            )
            for parked in records
        ]
        if updates:
            with translated():
                await self._parked.bulk_write(updates, ordered=True)

    async def postpone(self, parked: Parked) -> None:
        """Keep the new attempt count and due time of *parked*."""
        with translated():
            await self._parked.update_one(
                _place(parked),
                {
                    "$set": {
                        "attempts": parked.attempts,
                        "due_at": parked.due_at,
                        "reason": parked.reason,
                        "error": parked.error,
                    }
                },
            )

    async def remove(self, records: Sequence[Parked]) -> None:
        """Forget records that were worked or dead-lettered."""
        if records:
            with translated():
                await self._parked.delete_many({"$or": list(map(_place, records))})


def _place(parked: Parked) -> dict[str, Any]:
    return {
        "topic": parked.topic,
        "partition": parked.partition,
        "offset": parked.offset,
    }


def _write(parked: Parked) -> dict[str, Any]:
    return {
        "lane": parked.lane,
        "key": parked.key,
        "value": parked.value,
        "headers": [[name, value or b""] for name, value in parked.headers],
        "attempts": parked.attempts,
        "reason": parked.reason,
        "error": parked.error,
        "first_failed_at": parked.first_failed_at,
        "due_at": parked.due_at,
    }


def _read(row: dict[str, Any]) -> Parked:
    def moment(name: str) -> datetime:
        found: datetime = row[name]
        return found

    return Parked(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        lane=row["lane"],
        key=bytes(row["key"]) if row["key"] is not None else None,
        value=bytes(row["value"]),
        headers=[(name, bytes(value)) for name, value in row["headers"]],
        attempts=row["attempts"],
        reason=row["reason"],
        error=row["error"],
        first_failed_at=moment("first_failed_at"),
        due_at=moment("due_at"),
    )
