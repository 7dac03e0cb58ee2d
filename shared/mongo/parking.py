"""Parked records, kept in MongoDB: those of one service on one Kafka cluster."""

from collections.abc import Iterable, Sequence
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.errors import DuplicateKeyError, OperationFailure

from shared.kafka.working.parked import HeldLane, Parked, Place
from shared.mongo.connect import Database
from shared.mongo.errors import DUPLICATE_KEY, translated

UNSCOPED_INDEX = "topic_1_partition_1_offset_1"
"""Of versions that did not write the cluster; on a second one it would refuse rows."""
INDEX_NOT_FOUND = 27
NAMESPACE_NOT_FOUND = 26


class MongoParking:
    """Collection `<service>_parked`, by cluster: an offset means nothing on another.

    Versions before this one write rows without a cluster. They read ours by topic and
    partition alone, and theirs become this cluster's when their partition is assigned
    to us: so both may run side by side, and nothing that was acknowledged is left over.
    """

    def __init__(self, database: Database, *, service: str, cluster: str = "") -> None:
        self._parked = database[f"{service}_parked"]
        self.cluster = cluster

    async def prepare(self) -> None:
        """Create the indexes."""
        with translated():
            await self._parked.create_index(
                [
                    ("cluster", ASCENDING),
                    ("topic", ASCENDING),
                    ("partition", ASCENDING),
                    ("offset", ASCENDING),
                ],
                unique=True,
            )
            # Holds all that a lane is known by, so that no record is read for it.
            await self._parked.create_index(
                [
                    ("cluster", ASCENDING),
                    ("topic", ASCENDING),
                    ("partition", ASCENDING),
                    ("lane", ASCENDING),
                    ("offset", ASCENDING),
                    ("due_at", ASCENDING),
                ]
            )
            await self._drop_unscoped_index()

    async def lanes(self, places: Iterable[Place]) -> list[HeldLane]:
        """Return the lanes that hold records on *places*, without the records."""
        chosen = _chosen(places)
        if not chosen:
            return []
        await self._adopt(chosen)
        found = self._parked.aggregate(
            [
                {"$match": {"cluster": self.cluster, "$or": chosen}},
                {
                    "$group": {
                        "_id": {
                            "topic": "$topic",
                            "partition": "$partition",
                            "lane": "$lane",
                        },
                        # Documents compare by their first field: the first record.
                        "head": {"$min": {"offset": "$offset", "due_at": "$due_at"}},
                    }
                },
            ],
            allowDiskUse=True,
        )
        with translated():
            return [
                HeldLane(**row["_id"], due_at=row["head"]["due_at"])
                async for row in found
            ]

    async def read(
        self, lane: HeldLane, *, max_bytes: int
    ) -> tuple[list[Parked], bool]:
        """Return the first records of *lane* in log order; whether these are all."""
        found: list[Parked] = []
        room = max_bytes
        rows = self._parked.find(
            {
                "cluster": self.cluster,
                "topic": lane.topic,
                "partition": lane.partition,
                "lane": lane.lane,
            }
        ).sort("offset", ASCENDING)
        with translated():
            async for row in rows:
                parked = _read(row)
                room -= parked.size_bytes
                if found and room < 0:
                    await rows.close()
                    return found, False
                found.append(parked)
        return found, True

    async def present(self, records: Sequence[Parked]) -> list[Parked]:
        """Return those of *records* that are parked still, by the index alone."""
        if not records:
            return []
        fields = {"_id": 0, "topic": 1, "partition": 1, "offset": 1}
        rows = self._parked.find({"$or": list(map(self._place, records))}, fields)
        with translated():
            there = {
                (row["topic"], row["partition"], row["offset"]) async for row in rows
            }
        return [
            each
            for each in records
            if (each.topic, each.partition, each.offset) in there
        ]

    async def add(self, records: Sequence[Parked]) -> list[Parked]:
        """Park *records*; one that is parked already stays as it is.

        Returns those that were not. In order, so that a crash leaves the first of them.
        """
        if not records:
            return []
        updates = [
            UpdateOne(
                self._place(parked), {"$setOnInsert": _write(parked)}, upsert=True
            )
            for parked in records
        ]
        with translated():
            result = await self._parked.bulk_write(updates, ordered=True)
        return [records[index] for index in result.upserted_ids or ()]

    async def postpone(self, parked: Parked) -> None:
        """Keep the new attempt count and due time of *parked*."""
        with translated():
            await self._parked.update_one(
                self._place(parked),
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
                await self._parked.delete_many({"$or": list(map(self._place, records))})

    async def count(self) -> dict[Place, int]:
        """Return how many records are parked, by place, from the index alone."""
        found = self._parked.aggregate(
            [
                {"$match": {"cluster": self.cluster}},
                {
                    "$group": {
                        "_id": {"topic": "$topic", "partition": "$partition"},
                        "records": {"$sum": 1},
                    }
                },
            ]
        )
        with translated():
            return {
                (row["_id"]["topic"], row["_id"]["partition"]): row["records"]
                async for row in found
            }

    async def count_elsewhere(self) -> int:
        """Return how many records were parked on other clusters and never worked."""
        with translated():
            return await self._parked.count_documents(
                {"cluster": {"$exists": True, "$ne": self.cluster}}
            )

    def _place(self, parked: Parked) -> dict[str, Any]:
        return {
            "cluster": self.cluster,
            "topic": parked.topic,
            "partition": parked.partition,
            "offset": parked.offset,
        }

    async def _adopt(self, chosen: list[dict[str, Any]]) -> None:
        """Take over what a version before this one parked on *chosen* places."""
        unscoped = {"cluster": {"$exists": False}, "$or": chosen}
        ours = {"$set": {"cluster": self.cluster}}
        with translated():
            try:
                await self._parked.update_many(unscoped, ours)
            except OperationFailure as error:
                if error.code != DUPLICATE_KEY:
                    raise
            else:
                return
            # Both versions have parked some record: one row of it is enough.
            async for row in self._parked.find(unscoped, {"_id": 1}):
                try:
                    await self._parked.update_one(row, ours)
                except DuplicateKeyError:
                    await self._parked.delete_one(row)

    async def _drop_unscoped_index(self) -> None:
        try:
            await self._parked.drop_index(UNSCOPED_INDEX)
        except OperationFailure as error:
            if error.code not in {INDEX_NOT_FOUND, NAMESPACE_NOT_FOUND}:
                raise


def _chosen(places: Iterable[Place]) -> list[dict[str, Any]]:
    partitions: dict[str, list[int]] = {}
    for topic, partition in places:
        partitions.setdefault(topic, []).append(partition)
    return [
        {"topic": topic, "partition": {"$in": sorted(numbers)}}
        for topic, numbers in partitions.items()
    ]


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
        "timestamp": parked.timestamp,
    }


def _read(row: dict[str, Any]) -> Parked:
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
        first_failed_at=row["first_failed_at"],
        due_at=row["due_at"],
        timestamp=row.get("timestamp"),
    )
