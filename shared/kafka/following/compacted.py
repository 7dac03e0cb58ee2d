"""Follow a compacted topic of one partition from its beginning, whatever happens.

Whatever ends its reader, another begins from the start of the topic; meanwhile what is
known stays, and `unready_reason` says that it may be old.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared import metrics
from shared.errors import Transient
from shared.kafka.connection import connection
from shared.settings import KafkaSettings
from shared.topics import Topic

log = structlog.get_logger()

REFRESH_AT_MOST_EVERY = 0.1
"""Seconds. A flood of unknown apps or keys costs ten look-ups a second, no more."""
CATCH_UP_SECONDS = 10.0
ERROR_CHARS = 500
FETCH_WAIT_MS = 250
"""How long a fetch waits at the broker for a record, which ends it. A look at the
topic's end waits behind it: half of this on average."""

Take = Callable[[bytes | None, bytes | None], None]
"""Takes one record's key and value; what it cannot read it refuses by raising."""


class Consumer(Protocol):
    """What is used of aiokafka's consumer."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def assign(self, partitions: list[TopicPartition]) -> None: ...
    async def getmany(self, *, timeout_ms: int) -> dict[TopicPartition, list[Any]]: ...
    async def end_offsets(
        self, partitions: list[TopicPartition]
    ) -> dict[TopicPartition, int]: ...
    async def position(self, partition: TopicPartition) -> int: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a table waits, in seconds."""

    check: float = 5.0
    """Between two looks at whether all is known, and at most for one."""
    unready: float = 20.0
    """Without such a look that was good: a revoked key may still work here."""
    renew: float = 30.0
    """Without one, a reader is replaced."""
    again: float = 1.0
    """Between two readers."""


PATIENCE = Patience()


class CompactedTopic:
    """Hands each record of *topic* to *take*, and knows when all was handed over."""

    def __init__(
        self,
        topic: Topic,
        take: Take,
        *,
        settings: KafkaSettings,
        client_id: str,
        make: Callable[[], Consumer] | None = None,
        patience: Patience = PATIENCE,
    ) -> None:
        self._topic = topic
        self._take = take
        self._make = make or (lambda: _consumer(settings, client_id))
        self._patience = patience
        self._partition = TopicPartition(topic.name, 0)
        self._consumer: Consumer | None = None
        self._follower: asyncio.Task[None] | None = None
        self._advanced = asyncio.Condition()
        self._refreshing: asyncio.Task[None] | None = None
        self._read_once = asyncio.Event()
        self._current_at = monotonic()
        self._error = ""

    @property
    def unready_reason(self) -> str:
        """Return why what is known may be old; empty in normal life."""
        because = f": {self._error}" if self._error else ""
        if not self._read_once.is_set():
            return f"{self._topic.name} is not read yet{because}"
        behind = monotonic() - self._current_at
        if behind > self._patience.unready:
            return f"{self._topic.name} is not followed for {behind:.0f} s{because}"
        return ""

    async def start(self) -> None:
        """Begin to follow; `read_once` returns once all of it is known."""
        self._follower = asyncio.create_task(self._follow(), name=self._topic.name)

    async def read_once(self) -> None:
        """Return once the whole topic was read."""
        await self._read_once.wait()

    async def stop(self) -> None:
        """Stop following."""
        if self._follower is not None:
            self._follower.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._follower

    async def refresh(self) -> None:
        """Return once everything written before this call is known.

        Callers that come together share one look at the topic's end. Raises Transient.
        """
        running = self._refreshing
        if running is not None and not running.done():
            # That look may have begun before what we wait for was written.
            with contextlib.suppress(Transient):
                await asyncio.shield(running)
        if self._refreshing is running:
            self._refreshing = asyncio.create_task(self._catch_up())
        assert self._refreshing is not None
        await asyncio.shield(self._refreshing)

    async def _catch_up(self) -> None:
        consumer = self._consumer
        if consumer is None:
            raise Transient("kafka_unavailable", f"{self._topic.name} has no reader")
        try:
            async with asyncio.timeout(CATCH_UP_SECONDS):
                await self._reach_end(consumer)
        except Exception as error:
            raise Transient("kafka_unavailable", repr(error)) from error
        await asyncio.sleep(REFRESH_AT_MOST_EVERY if self._read_once.is_set() else 0)

    async def _reach_end(self, consumer: Consumer) -> None:
        ends = await consumer.end_offsets([self._partition])
        async with self._advanced:
            while await consumer.position(self._partition) < ends[self._partition]:
                await self._advanced.wait()

    async def _follow(self) -> None:
        """Read until cancelled, with one reader after another."""
        while True:
            try:
                await self._read()
            except Exception as error:  # noqa: BLE001 - no error may end the table
                self._error = repr(error)
                log.warning(
                    "topic is read again", topic=self._topic.name, error=self._error
                )
                metrics.TABLE_RESTARTS.labels(self._topic.name).inc()
            await asyncio.sleep(self._patience.again)

    async def _read(self) -> None:
        consumer = self._make()
        try:
            await consumer.start()
            consumer.assign([self._partition])
            self._consumer = consumer
            begun = checked = monotonic()
            while True:
                await self._take_more(consumer)
                now = monotonic()
                if self._read_once.is_set() and now - checked < self._patience.check:
                    continue
                checked = now
                if await self._is_current(consumer):
                    begun = self._current_at = now
                    self._error = ""
                    self._read_once.set()
                elif now - begun > self._patience.renew:
                    raise TimeoutError(self._error or "the reader brings nothing")
        finally:
            self._consumer = None
            with contextlib.suppress(Exception):
                await consumer.stop()

    async def _take_more(self, consumer: Consumer) -> None:
        batches = await consumer.getmany(timeout_ms=200)
        for records in batches.values():
            for record in records:
                self._hand_over(record.key, record.value)
        async with self._advanced:
            self._advanced.notify_all()

    def _hand_over(self, key: bytes | None, value: bytes | None) -> None:
        try:
            self._take(key, value)
        except Exception as error:  # noqa: BLE001 - whatever was written there
            metrics.TABLE_UNREADABLE.labels(self._topic.name).inc()
            log.warning(
                "record cannot be read",
                topic=self._topic.name,
                key=(key or b"").decode("utf-8", "replace"),
                error=str(error)[:ERROR_CHARS],
            )

    async def _is_current(self, consumer: Consumer) -> bool:
        """Tell whether all that the topic holds now is known.

        A reader whose broker is away brings nothing and says nothing, so it is asked.
        """
        try:
            async with asyncio.timeout(self._patience.check):
                ends = await consumer.end_offsets([self._partition])
                at = await consumer.position(self._partition)
        except (KafkaError, TimeoutError) as error:
            self._error = repr(error)
            return False
        return at >= ends[self._partition]


def _consumer(settings: KafkaSettings, client_id: str) -> Consumer:
    made: Consumer = AIOKafkaConsumer(
        client_id=client_id,
        group_id=None,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=FETCH_WAIT_MS,
        **connection(settings),
    )
    return made
