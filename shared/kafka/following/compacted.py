"""Follow a compacted topic of one partition from its beginning."""

import asyncio
import contextlib
from collections.abc import Callable

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.errors import Transient
from shared.kafka.connection import connection
from shared.settings import KafkaSettings
from shared.topics import Topic

log = structlog.get_logger()

REFRESH_AT_MOST_EVERY = 0.1
"""Seconds. A flood of unknown apps or keys costs ten look-ups a second, no more."""
CATCH_UP_SECONDS = 10.0

Take = Callable[[bytes | None, bytes | None], None]
"""Takes one record's key and value."""


class CompactedTopic:
    """Hands each record of *topic* to *take*, and knows when all was handed over."""

    def __init__(
        self, topic: Topic, take: Take, *, settings: KafkaSettings, client_id: str
    ) -> None:
        self._topic = topic
        self._take = take
        self._settings = settings
        self._client_id = client_id
        self._partition = TopicPartition(topic.name, 0)
        self._consumer: AIOKafkaConsumer | None = None
        self._follower: asyncio.Task[None] | None = None
        self._advanced = asyncio.Condition()
        self._refreshing: asyncio.Task[None] | None = None
        self._caught_up = False

    async def start(self) -> None:
        """Begin to follow; `refresh` returns once all of it is known."""
        self._consumer = AIOKafkaConsumer(
            client_id=self._client_id,
            group_id=None,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=100,
            **connection(self._settings),
        )
        await self._consumer.start()
        self._consumer.assign([self._partition])
        self._follower = asyncio.create_task(self._follow(), name=self._topic.name)

    async def stop(self) -> None:
        """Stop following."""
        if self._follower is not None:
            self._follower.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._follower
        if self._consumer is not None:
            await self._consumer.stop()

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
        if self._consumer is None:
            raise Transient("kafka_unavailable", f"{self._topic.name} is not followed")
        try:
            async with asyncio.timeout(CATCH_UP_SECONDS):
                await self._reach_end(self._consumer)
        except (KafkaError, TimeoutError) as error:
            raise Transient("kafka_unavailable", repr(error)) from error
        await asyncio.sleep(REFRESH_AT_MOST_EVERY if self._caught_up else 0)
        self._caught_up = True

    async def _reach_end(self, consumer: AIOKafkaConsumer) -> None:
        ends = await consumer.end_offsets([self._partition])
        async with self._advanced:
            while await consumer.position(self._partition) < ends[self._partition]:
                await self._advanced.wait()

    async def _follow(self) -> None:
        assert self._consumer is not None
        while True:
            try:
                batches = await self._consumer.getmany(timeout_ms=200)
            except KafkaError as error:
                log.warning(
                    "table waits for kafka", topic=self._topic.name, error=repr(error)
                )
                await asyncio.sleep(1)
                continue
            for records in batches.values():
                for record in records:
                    self._take(record.key, record.value)
            async with self._advanced:
                self._advanced.notify_all()
