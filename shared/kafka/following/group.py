"""Read a topic in a group of its own, beside the service's, one record at a time.

For work that may wait. What a service's own group reads is a user's message or what
follows from one, so nothing that takes long is put among it.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import (
    StickyPartitionAssignor,
)

from shared.clock import Clock
from shared.errors import Permanent, Transient
from shared.kafka.connection import connection
from shared.kafka.dead_letters import refuse
from shared.kafka.publisher import Publisher
from shared.kafka.working.decode import validate_ours
from shared.settings import KafkaSettings
from shared.topics import Topic

log = structlog.get_logger()

POLL_MS = 1_000
MAX_RECORDS = 10
"""Taken at once; each is committed by itself."""
MAX_POLL_INTERVAL_MS = 900_000
"""A record that is tried again and again must not cost the group its member."""
UNEXPECTED_TRIES = 3
"""Of a record that fails for a reason that nobody foresaw."""
LONGEST_WAIT_SECONDS = 30.0
AGAIN_SECONDS = 1.0
"""Before another consumer follows one that ended."""

Take = Callable[[Any], Awaitable[None]]
"""Takes one event; it must be safe to repeat. Raises Permanent or Transient."""
Sleep = Callable[[float], Awaitable[None]]


class Consumer(Protocol):
    """What is used of aiokafka's consumer."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[Any]]: ...
    async def commit(self, offsets: dict[TopicPartition, int]) -> None: ...


class GroupReader:
    """Hands each event of *topic* to *take* and commits it afterwards.

    A crash in between hands it over again. What can never be taken becomes a dead
    letter; what cannot be taken now is tried until it can.
    """

    def __init__(
        self,
        topic: Topic,
        take: Take,
        *,
        service: str,
        settings: KafkaSettings,
        publisher: Publisher,
        clock: Clock,
        make: Callable[[], Consumer] | None = None,
    ) -> None:
        self._topic = topic
        self._take = take
        self.group = f"{service}-{topic.name}"
        """Of Kafka. Instances of the service share the topic's partitions in it."""
        self._publisher = publisher
        self._clock = clock
        self._make = make or (lambda: _consumer(topic, self.group, settings))
        self.sleep: Sleep = asyncio.sleep
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; a broker that does not answer yet is tried again."""
        self._task = asyncio.create_task(self._run(), name=self.group)

    async def stop(self) -> None:
        """End; what is under way is handed over again by the next owner."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await self._read()
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody else reads this
                log.warning("group begins again", group=self.group, error=repr(error))
            await self.sleep(AGAIN_SECONDS)

    async def _read(self) -> None:
        consumer = self._make()
        try:
            await consumer.start()
            while True:
                found = await consumer.getmany(
                    timeout_ms=POLL_MS, max_records=MAX_RECORDS
                )
                for place, records in found.items():
                    for record in records:
                        await self._hand_over(record)
                        await consumer.commit({place: record.offset + 1})
        finally:
            with contextlib.suppress(Exception):
                await consumer.stop()

    async def _hand_over(self, record: Any) -> None:  # noqa: ANN401 - aiokafka's record
        first_failed_at = self._clock.now()
        attempt = unexpected = 0
        while True:
            attempt += 1
            try:
                await self._take(validate_ours(self._topic.events[0], record.value))
            except Transient as error:
                log.warning("group waits", group=self.group, reason=error.reason)
                refused = None
            except Permanent as error:
                refused = error
            except Exception as error:
                log.exception("record failed unexpectedly", group=self.group)
                unexpected += 1
                refused = Permanent("unexpected_error", repr(error))
                if unexpected < UNEXPECTED_TRIES:
                    refused = None
            else:
                return
            if refused is not None:
                letter = refuse(
                    record,
                    refused,
                    consumer=self.group,
                    first_failed_at=first_failed_at,
                    attempts=attempt,
                )
                await self._publisher.publish([letter])
                return
            await self.sleep(min(LONGEST_WAIT_SECONDS, 2.0 ** min(attempt - 1, 5)))


def _consumer(topic: Topic, group: str, settings: KafkaSettings) -> Consumer:
    made: Consumer = AIOKafkaConsumer(
        topic.name,
        client_id=f"handrail-{group}",
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=settings.session_seconds * 1000,
        heartbeat_interval_ms=int(min(3.0, settings.session_seconds / 3) * 1000),
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        partition_assignment_strategy=(StickyPartitionAssignor,),
        **connection(settings),
    )
    return made
