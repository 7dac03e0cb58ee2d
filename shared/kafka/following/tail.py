"""Follow topics without a group: every instance sees every record."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.errors import Transient
from shared.kafka.connection import connection
from shared.settings import KafkaSettings
from shared.topics import Topic

log = structlog.get_logger()

LOOK_BACK_SECONDS = 60.0
"""Where a tail begins: an instance that restarts hears what it missed meanwhile."""
FETCH_WAIT_MS = 500
"""How long a fetch waits at the broker for records; the first one ends it, and what it
brought is taken before the next."""
FETCH_BYTES = 8 * 1024 * 1024
"""What one fetch of a broker may hold in memory; the client's own default is 50 MB."""


Take = Callable[[str, bytes], Awaitable[None]]
"""Takes a record's topic and value; it must be safe to repeat."""
RETRY_SECONDS = 1.0


class Tail:
    """Hands each record of *topic* to *take*, in the order of its partition."""

    def __init__(
        self,
        topic: Topic,
        take: Callable[[Any], None],
        *,
        settings: KafkaSettings,
        client_id: str,
    ) -> None:
        self._topic = topic
        self._take = take
        self._settings = settings
        self._client_id = client_id
        self._consumer: AIOKafkaConsumer | None = None
        self._follower: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Find the place to begin, then follow."""
        self._consumer = consumer = AIOKafkaConsumer(
            client_id=self._client_id,
            group_id=None,
            auto_offset_reset="latest",
            enable_auto_commit=False,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            fetch_max_bytes=FETCH_BYTES,
            **connection(self._settings),
        )
        await consumer.start()
        await self._begin(consumer)
        self._follower = asyncio.create_task(self._follow(consumer), name="tail")

    async def stop(self) -> None:
        """Stop following."""
        if self._follower is not None:
            self._follower.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._follower
        if self._consumer is not None:
            await self._consumer.stop()

    async def _begin(self, consumer: AIOKafkaConsumer) -> None:
        places = await self._places(consumer)
        consumer.assign(places)
        since = int((time.time() - LOOK_BACK_SECONDS) * 1000)
        ends = await consumer.end_offsets(places)
        try:
            found = await consumer.offsets_for_times(dict.fromkeys(places, since))
        except KafkaError as error:
            # Some brokers do not know times; from now on is then soon enough.
            log.info("tail begins at the end", error=repr(error))
            found = {}
        for place in places:
            at = found.get(place)
            consumer.seek(place, at.offset if at is not None else ends[place])

    async def _places(self, consumer: AIOKafkaConsumer) -> list[TopicPartition]:
        """Return the topic's partitions, waiting until it was made."""
        while True:
            # Without a subscription the client knows a topic only once it asked for it.
            await consumer._client.add_topic(self._topic.name)  # noqa: SLF001
            numbers = consumer.partitions_for_topic(self._topic.name)
            if numbers:
                return [TopicPartition(self._topic.name, each) for each in numbers]
            log.warning("tail waits for its topic", topic=self._topic.name)
            await asyncio.sleep(1)

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            try:
                batches = await consumer.getmany(timeout_ms=200)
            except Exception as error:  # noqa: BLE001 - no error may end the tail
                log.warning(
                    "tail waits for kafka", topic=self._topic.name, error=repr(error)
                )
                await asyncio.sleep(1)
                continue
            for records in batches.values():
                for record in records:
                    self._hand_over(record)

    def _hand_over(self, record: Any) -> None:  # noqa: ANN401 - aiokafka's record
        try:
            self._take(record)
        except Exception:
            # One record that cannot be taken must not silence all that follow.
            log.exception(
                "tail skips a record",
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
            )


class Follower:
    """Hands every record of *topics* to *take*; one that fails is handed over again.

    Nothing is committed: a restart reads everything that the topics still hold. Use it
    for topics with few records and for idempotent work.
    """

    def __init__(
        self,
        topics: Sequence[Topic],
        take: Take,
        *,
        settings: KafkaSettings,
        client_id: str,
    ) -> None:
        self._topics = topics
        self._take = take
        self._settings = settings
        self._client_id = client_id
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; a broker that does not answer yet is tried again."""
        self._task = asyncio.create_task(self._run(), name=self._client_id)

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await self._follow()
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody else reads this
                log.warning("follower begins again", error=repr(error))
            await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self) -> None:
        consumer = AIOKafkaConsumer(
            client_id=self._client_id,
            group_id=None,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            **connection(self._settings),
        )
        await consumer.start()
        try:
            places = await self._places(consumer)
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            while True:
                batches = await consumer.getmany(timeout_ms=500)
                for place, records in batches.items():
                    for record in records:
                        await self._hand_over(place.topic, record.value)
        finally:
            await consumer.stop()

    async def _places(self, consumer: AIOKafkaConsumer) -> list[TopicPartition]:
        places: list[TopicPartition] = []
        for topic in self._topics:
            # Without a subscription the client knows a topic only once it asked for it.
            await consumer._client.add_topic(topic.name)  # noqa: SLF001
            numbers = consumer.partitions_for_topic(topic.name)
            if not numbers:
                raise KafkaError(f"{topic.name} was not made yet")
            places += [TopicPartition(topic.name, each) for each in numbers]
        return places

    async def _hand_over(self, topic: str, value: Any) -> None:  # noqa: ANN401 - aiokafka's
        while True:
            try:
                await self._take(topic, value or b"")
            except Transient as error:
                log.warning("follower waits", topic=topic, reason=error.reason)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                log.exception("record cannot be taken", topic=topic)
                return
            else:
                return
