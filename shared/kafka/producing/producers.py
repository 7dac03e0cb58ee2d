"""The one producer in use, and its replacement where a batch of it has failed.

aiokafka counts a partition's sequence when it takes a batch and never counts back:
after one batch that failed, the broker refuses every later batch to that partition with
`OutOfOrderSequenceNumber`. A new producer has a new producer id and begins at 0.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaTimeoutError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from aiokafka.producer.message_accumulator import BatchBuilder

from shared import metrics
from shared.errors import Transient

log = structlog.get_logger()


class Producer(Protocol):
    """What is used of aiokafka's producer."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def abandon(self) -> None: ...
    async def partitions_for(self, topic: str) -> set[int]: ...
    async def send_batch(
        self, batch: BatchBuilder, topic: str, *, partition: int
    ) -> asyncio.Future[object]: ...


class KafkaProducer(AIOKafkaProducer):  # type: ignore[misc]
    """aiokafka's producer, which can also be given up with batches still waiting."""

    async def abandon(self) -> None:
        """Close the connections and end the sender; what waits is not sent."""
        self._closed = True
        await self.client.close()
        await self._sender.close()


LATELY_SECONDS = 60.0
"""While records wait, a producer is tried for more often; where none do, nobody asks
whether Kafka is back."""
NOT_SENT = (
    KafkaTimeoutError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    AssertionError,
)
"""What a producer raises before it takes a batch: its sequence still holds. An
AssertionError is its word for a partition that the topic does not have."""


@dataclass(eq=False, slots=True)
class Generation:
    """One producer, and so one producer id."""

    producer: Producer
    broken: str = ""
    """Why it must not be used again; empty while its sequences hold."""

    async def send(
        self, batch: BatchBuilder, place: tuple[str, int]
    ) -> Exception | (asyncio.Future[object]):
        """Hand over *batch*; return the future of its acknowledgement, or the error."""
        topic, partition = place
        try:
            sent = await self.producer.send_batch(batch, topic, partition=partition)
        except Exception as error:  # noqa: BLE001 - the producer's own error is the answer
            if not isinstance(error, NOT_SENT):
                self.broken = self.broken or repr(error)
            return error
        # Also where nobody waits for it any more: the publisher may be cancelled.
        sent.add_done_callback(self._note)
        return sent

    def _note(self, sent: asyncio.Future[object]) -> None:
        error = None if sent.cancelled() else sent.exception()
        if error is not None:
            self.broken = self.broken or repr(error)


class Producers:
    """Makes producers; at any time one is in use, older ones finish what they took."""

    def __init__(
        self,
        make: Callable[[], Producer],
        *,
        service: str,
        start_seconds: float,
        flush_seconds: float,
    ) -> None:
        self._make = make
        self._service = service
        self._start_seconds = start_seconds
        self._flush_seconds = flush_seconds
        self._current: Generation | None = None
        self._changing = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()
        self._open = False
        self._failed: tuple[float, str] | None = None

    @property
    def unreachable(self) -> str:
        """Return why no producer could be started lately; empty in normal life."""
        if self._failed is None or monotonic() - self._failed[0] > LATELY_SECONDS:
            return ""
        return self._failed[1]

    async def start(self) -> None:
        """Connect. Raises KafkaError."""
        self._current = Generation(await self._started())
        self._open = True

    async def stop(self) -> None:
        """Flush and disconnect, older producers too."""
        async with self._changing:
            self._open = False
            if self._current is not None:
                self._retire(self._current.producer)
                self._current = None
        while self._retiring:
            await asyncio.wait(self._retiring)

    async def current(self) -> Generation:
        """Return a producer whose sequences hold. Raises Transient."""
        if self._current is None or self._current.broken:
            async with self._changing:
                await self._replace()
        assert self._current is not None
        return self._current

    async def _replace(self) -> None:
        if not self._open:
            raise Transient("kafka_unavailable", "the producer is not started")
        broken = self._current
        if broken is not None and not broken.broken:
            return  # somebody else was first
        try:
            async with asyncio.timeout(self._start_seconds):
                fresh = await self._started()
        except Exception as error:
            self._failed = (monotonic(), repr(error))
            raise Transient("kafka_unavailable", repr(error)) from error
        self._failed = None
        self._current = Generation(fresh)
        if broken is not None:
            log.warning("producer replaced", error=broken.broken)
            metrics.PRODUCERS_REPLACED.labels(self._service).inc()
            self._retire(broken.producer)

    async def _started(self) -> Producer:
        producer = self._make()
        try:
            await producer.start()
        except BaseException:
            with suppress(Exception):
                await producer.abandon()
            raise
        return producer

    def _retire(self, producer: Producer) -> None:
        """Let *producer* finish beside its successor: others wait for its batches."""
        task = asyncio.create_task(self._finish(producer), name="producer-retires")
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def _finish(self, producer: Producer) -> None:
        try:
            async with asyncio.timeout(self._flush_seconds):
                await producer.stop()
        except Exception as error:  # noqa: BLE001 - nothing of it is needed any more
            log.warning("producer given up", error=repr(error))
            with suppress(Exception):
                await producer.abandon()
