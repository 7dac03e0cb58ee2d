"""Publish a batch's outputs: one batch a partition under way, until the broker has all.

What can go wrong with a batch, and what follows:

- the broker calls it too large: it is halved; one record alone goes to the dead-letter
  topic with that reason
- it fails otherwise: the producer is replaced and the batch published again, a bounded
  number of times; then the caller is told to try later
- it is neither acknowledged nor refused: given up after a deadline, as a failure
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Protocol

import structlog
from aiokafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)
from aiokafka.partitioner import murmur2

from shared import metrics
from shared.clock import SystemClock
from shared.errors import Transient
from shared.kafka.connection import connection
from shared.kafka.dead_letters import OUTPUT_TOO_LARGE, oversized, shortened
from shared.kafka.producing.batches import Chunk, Place, Queues
from shared.kafka.producing.producers import KafkaProducer, Producer, Producers
from shared.kafka.producing.progress import Progress
from shared.kafka.records import Outgoing
from shared.settings import KafkaSettings
from shared.topics.catalogue import (
    BY_NAME,
)
from shared.topics.topic import (
    DEAD_LETTER_SUFFIX,
)

log = structlog.get_logger()

TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
HEADER_BYTES = 4096
"""Room for key and headers within a topic's limit."""
STUCK_SECONDS = 240.0
"""Without an acknowledgement for so long, with Kafka there, only a restart is left."""
WAITING_SECONDS = 10.0
"""Without an acknowledgement for so long, an instance is not ready."""


class Publisher(Protocol):
    """Where outputs go."""

    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long publishing tries, in seconds: well below what makes a batch stuck."""

    batch: float = 60.0
    """For one batch to be acknowledged. aiokafka repeats what a broker refuses for now
    without end; a batch that finds no leader it gives up after `request`."""
    request: float = 30.0
    start: float = 30.0
    """For a new producer to connect and get its id."""
    tries: int = 3
    """Of one batch, each with a new producer."""
    again: float = 40.0
    """How long after its beginning a publication may be tried again."""

    def ended(self, tries: int, began: float) -> bool:
        """Return whether the caller is to be told, *tries* after *began*."""
        return tries >= self.tries or monotonic() - began > self.again


PATIENCE = Patience()


@lru_cache(maxsize=65_536)
def _hash(key: bytes) -> int:
    """Return the key's Java-compatible hash; cached, as murmur2 here is Python."""
    return int(murmur2(key)) & 0x7FFFFFFF


class KafkaPublisher:
    """An idempotent producer that waits for all in-sync replicas.

    Many publish at once (batches, timers, commands, the HTTP door) and share it.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        *,
        client_id: str,
        service: str = "",
        patience: Patience = PATIENCE,
        make: Callable[[], Producer] | None = None,
    ) -> None:
        self._service = service
        self._clock = SystemClock()
        self._patience = patience
        self._progress = Progress()
        self._producers = Producers(
            make or (lambda: _producer(settings, client_id, patience)),
            service=service,
            start_seconds=patience.start,
            flush_seconds=patience.batch,
        )

    async def start(self) -> None:
        """Connect. Raises KafkaError."""
        await self._producers.start()

    async def stop(self) -> None:
        """Flush and disconnect."""
        await self._producers.stop()

    @property
    def stuck(self) -> bool:
        """Return whether records wait unacknowledged and a restart may help.

        Not where Kafka cannot be reached or says itself that it is not ready.
        """
        if self._producers.unreachable or self._progress.broker_refuses():
            return False
        return self._progress.seconds_without() > STUCK_SECONDS

    @property
    def waiting_reason(self) -> str:
        """Return why records wait for the broker; empty in normal life."""
        if self._producers.unreachable:
            return f"no producer can be started: {self._producers.unreachable}"
        if self._progress.seconds_without() < WAITING_SECONDS:
            return ""
        return self._progress.reason()

    async def publish(self, outputs: Sequence[Outgoing]) -> None:
        """Return once the broker has all of *outputs*; order holds per partition.

        Raises Transient(`kafka_unavailable`): some may have been written, so the
        caller publishes all again, and readers drop the repeats by id.
        """
        if not outputs:
            return
        began = monotonic()
        outputs = [self._fitting(output) for output in outputs]
        counts: dict[str, int] = {}
        await self._count_partitions(counts, outputs)
        queues = Queues(lambda output: _place(output, counts))
        queues.add(outputs)
        tries = 0
        while heads := queues.heads():
            failure = None
            for chunk, error in await self._send(heads):
                if error is None:
                    queues.sent(chunk)
                elif isinstance(error, TOO_LARGE):
                    smaller = self._smaller(queues, chunk, error)
                    await self._count_partitions(counts, smaller)
                    queues.add(smaller)
                else:
                    failure = error
            tries = 0 if failure is None else tries + 1
            if failure is not None and self._patience.ended(tries, began):
                raise Transient("kafka_unavailable", repr(failure)) from failure

    async def _count_partitions(
        self, counts: dict[str, int], outputs: Iterable[Outgoing]
    ) -> None:
        for topic in {output.topic for output in outputs} - counts.keys():
            producer = (await self._producers.current()).producer
            try:
                counts[topic] = len(await producer.partitions_for(topic))
            except KafkaError as error:
                raise Transient("kafka_unavailable", repr(error)) from error

    async def _send(self, heads: list[Chunk]) -> list[tuple[Chunk, Exception | None]]:
        """Send *heads* side by side; return what became of each."""
        generation = await self._producers.current()
        results: dict[Chunk, Exception | None] = {}
        under_way: dict[asyncio.Future[object], Chunk] = {}
        for chunk in heads:
            self._progress.began(chunk.place)
        try:
            async with asyncio.timeout(self._patience.batch):
                for chunk in heads:
                    sent = await generation.send(chunk.batch(), chunk.place)
                    if isinstance(sent, Exception):
                        results[chunk] = sent
                    else:
                        under_way[sent] = chunk
                if under_way:
                    # Unlike gather, it leaves them alone where we are cancelled.
                    await asyncio.wait(under_way)
        except TimeoutError:
            if any(not sent.done() for sent in under_way):
                generation.broken = generation.broken or "no acknowledgement in time"
        finally:
            for sent, chunk in under_way.items():
                if sent.done():
                    results[chunk] = _error_of(sent)
            self._note(heads, results)
        return [(chunk, results.get(chunk, KafkaTimeoutError())) for chunk in heads]

    def _note(self, heads: list[Chunk], results: dict[Chunk, Exception | None]) -> None:
        for chunk in heads:
            error = results.get(chunk, KafkaTimeoutError())
            if error is None:
                self._progress.acknowledged(chunk.place)
            else:
                self._progress.failed(chunk.place, error)

    def _smaller(
        self, queues: Queues, chunk: Chunk, error: Exception
    ) -> list[Outgoing]:
        """Halve *chunk*, or take its one record off and return what goes instead."""
        if len(chunk.outputs) > 1:
            queues.split(chunk)
            return []
        (output,) = chunk.outputs
        instead = self._set_aside(output, error)
        queues.sent(chunk)
        return [instead]

    def _fitting(self, output: Outgoing) -> Outgoing:
        """Return *output*, or its dead letter where our own topics do not take it."""
        topic = BY_NAME.get(output.topic)
        if topic is None or len(output.value) < topic.max_bytes - HEADER_BYTES:
            return output
        return self._set_aside(output, MessageSizeTooLargeError())

    def _set_aside(self, output: Outgoing, error: Exception) -> Outgoing:
        """Return what is sent instead of a record that can never be taken.

        Trying it again would stop its partition. Raises Transient where not even an
        empty dead letter is taken.
        """
        log.error("output too large", topic=output.topic, bytes=len(output.value))
        if output.topic.endswith(DEAD_LETTER_SUFFIX):
            if not output.value:
                raise Transient("dead_letter_refused", repr(error))
            return shortened(output)
        metrics.DEAD_LETTERS.labels(self._service, output.topic, OUTPUT_TOO_LARGE).inc()
        return oversized(
            output, error=repr(error), consumer=self._service, at=self._clock.now()
        )


def _error_of(sent: asyncio.Future[object]) -> Exception | None:
    error = None if sent.cancelled() else sent.exception()
    return error if error is None or isinstance(error, Exception) else None


def _place(output: Outgoing, counts: dict[str, int]) -> Place:
    partition = output.partition
    if partition is None:
        partition = _hash(output.key) % counts[output.topic]
    return output.topic, partition


def _producer(settings: KafkaSettings, client_id: str, patience: Patience) -> Producer:
    return KafkaProducer(
        client_id=client_id,
        acks="all",
        enable_idempotence=settings.idempotent,
        request_timeout_ms=int(patience.request * 1000),
        **connection(settings),
    )
