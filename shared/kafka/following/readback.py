"""Read a part of a topic again, without a group: what is there, what is not."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.errors import Transient
from shared.kafka.connection import connection
from shared.settings import KafkaSettings

MOST_RECORDS = 200_000
"""Read in one look; what is not found among them is not known to be missing."""
EARLIER = timedelta(seconds=60)
"""Producers' clocks are not exact: a look begins so much before."""
SECONDS = 60.0
FETCH_MS = 500

Published = tuple[str, str]
"""A topic, and the id (`ce_id`) of a record in it."""


class ReadBack:
    """Looks records up; each look has a connection of its own."""

    def __init__(self, settings: KafkaSettings, *, client_id: str) -> None:
        self._settings = settings
        self._client_id = client_id
        self._partitions: dict[str, list[int]] = {}

    async def find_missing(
        self, wanted: Sequence[Published], *, since: datetime
    ) -> set[Published] | None:
        """Return those of *wanted* that were not published from *since* on.

        None where there was too much to read. Raises Transient.
        """
        left = set(wanted)
        topics = sorted({topic for topic, _ in left})
        async with self._consumer() as consumer:
            places = await _places(consumer, topics)
            spans = await _since(consumer, places, since - EARLIER)
            read = 0
            async for record in _records(consumer, spans):
                read += 1
                name = dict(record.headers).get("ce_id", b"").decode()
                left.discard((record.topic, name))
                if not left:
                    break
                if read >= MOST_RECORDS:
                    return None
        return left

    async def partitions(self, topic: str) -> list[int]:
        """Return the numbers of the partitions of *topic*. Raises Transient."""
        if topic not in self._partitions:
            async with self._consumer() as consumer:
                places = await _places(consumer, [topic])
                self._partitions[topic] = sorted(each.partition for each in places)
        return self._partitions[topic]

    async def read(
        self, topic: str, offsets: Mapping[int, int], until: Mapping[int, int]
    ) -> list[Any]:
        """Return the records of *topic* from *offsets* to *until*, by partition.

        What retention has deleted is left out. Raises Transient.
        """
        found: list[Any] = []
        async with self._consumer() as consumer:
            await _places(consumer, [topic])
            wanted = {
                TopicPartition(topic, number): (at, until[number])
                for number, at in offsets.items()
                if at < until[number]
            }
            firsts = await consumer.beginning_offsets(list(wanted))
            spans = {
                place: (max(at, firsts[place]), end)
                for place, (at, end) in wanted.items()
                if max(at, firsts[place]) < end
            }
            found += [record async for record in _records(consumer, spans)]
        return found

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            client_id=self._client_id,
            group_id=None,
            enable_auto_commit=False,
            **connection(self._settings),
        )
        try:
            async with asyncio.timeout(SECONDS):
                await consumer.start()
                yield consumer
        except (KafkaError, OSError, TimeoutError) as error:
            raise Transient("kafka_unavailable", repr(error)) from error
        finally:
            await consumer.stop()


async def _places(
    consumer: AIOKafkaConsumer, topics: Collection[str]
) -> list[TopicPartition]:
    places: list[TopicPartition] = []
    for topic in topics:
        # Without a subscription the client knows a topic only once it asked for it.
        await consumer._client.add_topic(topic)  # noqa: SLF001 - as above
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise Transient("topic_unknown", topic)
        places += [TopicPartition(topic, each) for each in numbers]
    return places


async def _since(
    consumer: AIOKafkaConsumer, places: Sequence[TopicPartition], since: datetime
) -> dict[TopicPartition, tuple[int, int]]:
    """Return of each place the first offset from *since* on, and its end."""
    ends = await consumer.end_offsets(places)
    wanted = dict.fromkeys(places, int(since.timestamp() * 1000))
    try:
        found = await consumer.offsets_for_times(wanted)
    except KafkaError:
        # Some brokers do not know times: then all that the topics still hold.
        firsts = await consumer.beginning_offsets(places)
    else:
        firsts = {place: at.offset for place, at in found.items() if at is not None}
    return {
        place: (first, ends[place])
        for place, first in firsts.items()
        if first < ends[place]
    }


async def _records(
    consumer: AIOKafkaConsumer, spans: Mapping[TopicPartition, tuple[int, int]]
) -> AsyncIterator[Any]:
    """Yield the records of each place from its first to before its last offset."""
    left = {place: end for place, (_, end) in spans.items()}
    consumer.assign(list(left))
    for place, (first, _) in spans.items():
        consumer.seek(place, first)
    while left:
        batches: Mapping[TopicPartition, Iterable[Any]] = await consumer.getmany(
            *left, timeout_ms=FETCH_MS
        )
        for place, records in batches.items():
            for record in records:
                if place in left and record.offset < left[place]:
                    yield record
        for place in list(left):
            if await consumer.position(place) >= left[place]:
                del left[place]
