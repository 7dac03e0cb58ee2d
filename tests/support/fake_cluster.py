"""A Kafka cluster in memory that holds producers to their sequence numbers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiokafka.errors import (
    KafkaConnectionError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
)
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatch

Place = tuple[str, int]


@dataclass
class FakeCluster:
    """Appends batches as a broker does: each producer's sequence without a gap."""

    partitions: int = 1
    max_bytes: dict[str, int] = field(default_factory=dict)
    """By topic: the largest record taken."""
    failing: dict[Place, list[Exception]] = field(default_factory=dict)
    """Raised, one a batch, instead of appending."""
    held: set[Place] = field(default_factory=set)
    """Partitions whose batches are not answered for now."""
    down: bool = False
    log: dict[Place, list[Any]] = field(default_factory=dict)
    made: list["FakeProducer"] = field(default_factory=list)
    sequences: dict[tuple[int, Place], int] = field(default_factory=dict)

    def make(self) -> "FakeProducer":
        self.made.append(FakeProducer(self, len(self.made) + 1))
        return self.made[-1]

    def values(self, topic: str, partition: int = 0) -> list[bytes]:
        return [each.value for each in self.log.get((topic, partition), [])]

    def append(self, pid: int, place: Place, first: int, records: list[Any]) -> None:
        if self.failing.get(place):
            raise self.failing[place].pop(0)
        if first != self.sequences.get((pid, place), 0):
            raise OutOfOrderSequenceNumber
        limit = self.max_bytes.get(place[0])
        if limit is not None and any(len(each.value) > limit for each in records):
            raise MessageSizeTooLargeError
        self.sequences[pid, place] = first + len(records)
        self.log.setdefault(place, []).extend(records)

    def release(self, place: Place) -> None:
        """Answer what *place* holds back."""
        self.held.discard(place)
        for producer in self.made:
            for answer in producer.waiting.pop(place, []):
                answer()


@dataclass
class FakeProducer:
    """Counts a batch's sequence when it takes it, and never back, as aiokafka does."""

    cluster: FakeCluster
    pid: int
    next: dict[Place, int] = field(default_factory=dict)
    waiting: dict[Place, list[Callable[[], None]]] = field(default_factory=dict)
    ended: str = ""

    async def start(self) -> None:
        await asyncio.sleep(0)
        if self.cluster.down:
            raise KafkaConnectionError("nobody answers")

    async def stop(self) -> None:
        while self.waiting:
            await asyncio.sleep(0.001)
        self.ended = self.ended or "stopped"

    async def abandon(self) -> None:
        self.ended = self.ended or "abandoned"

    async def partitions_for(self, topic: str) -> set[int]:
        return set(range(self.cluster.partitions))

    async def send_batch(
        self, batch: BatchBuilder, topic: str, *, partition: int
    ) -> asyncio.Future[object]:
        place = (topic, partition)
        first = self.next.get(place, 0)
        batch._set_producer_state(self.pid, 0, first)
        records = list(DefaultRecordBatch(bytes(batch._build())))
        self.next[place] = first + len(records)
        sent: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        def answer() -> None:
            try:
                self.cluster.append(self.pid, place, first, records)
            except Exception as error:
                sent.set_exception(error)
            else:
                sent.set_result(None)

        if place in self.cluster.held:
            self.waiting.setdefault(place, []).append(answer)
        else:
            asyncio.get_running_loop().call_soon(answer)
        return sent
