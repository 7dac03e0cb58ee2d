"""The log: published to, read whole, and given back to the group from its beginning."""

import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from typing import Any, Self

from aiokafka import (
    AIOKafkaConsumer,
    AIOKafkaProducer,
    OffsetAndMetadata,
    TopicPartition,
)
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from handrail.recount.account import ASSIGNED, Account
from handrail.recount.story import TOPICS, Said
from handrail.stack.processes import StartError

GROUP = "analytics"
DEAD = ".dead-letter"
AT_ONCE = 5_000
FETCH_BYTES = 16_000_000
PATIENCE_SECONDS = 120.0


async def publish(servers: str, told: Iterable[Said]) -> None:
    """Publish *told* in order; return once the broker has all of it."""
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", linger_ms=5)
    await producer.start()
    pending: list[asyncio.Future[Any]] = []
    try:
        for said in told:
            pending.append(await producer.send(said.topic, said.value, key=said.key))
            if len(pending) == AT_ONCE:
                await asyncio.gather(*pending)
                pending.clear()
        await asyncio.gather(*pending)
    finally:
        await producer.stop()


async def account_of(servers: str) -> Account:
    """Return what the whole log says now."""
    account = Account()
    async with _reader(servers) as consumer:
        places = await _assign(servers, consumer, (*TOPICS, ASSIGNED))
        await consumer.seek_to_beginning(*places)
        for place, end in (await consumer.end_offsets(places)).items():
            # A place at a time: what is read again of it comes in its order.
            consumer.pause(*(each for each in places if each != place))
            consumer.resume(place)
            while await consumer.position(place) < end:
                batches = await consumer.getmany(place, timeout_ms=500)
                for record in batches.get(place, ()):
                    account.note(place.topic, json.loads(record.value))
    return account


async def count_dead_letters(servers: str) -> int:
    """Return how many records of the topics could not be worked."""
    async with _reader(servers) as consumer:
        places = await _assign(servers, consumer, [each + DEAD for each in TOPICS])
        return sum((await consumer.end_offsets(places)).values())


class Progress:
    """How far the group is."""

    def __init__(self, servers: str) -> None:
        self._servers = servers

    async def __aenter__(self) -> Self:
        """Connect."""
        self._admin = AIOKafkaAdminClient(bootstrap_servers=self._servers)
        await self._admin.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Disconnect."""
        await self._admin.close()

    async def committed(self) -> int:
        """Return how many records the group has done."""
        offsets = await self._admin.list_consumer_group_offsets(GROUP)
        return sum(
            max(0, offset.offset)
            for place, offset in offsets.items()
            if place.topic in TOPICS
        )


async def count_records(servers: str) -> int:
    """Return how many records the topics hold."""
    async with _reader(servers) as consumer:
        places = await _assign(servers, consumer, TOPICS)
        return sum((await consumer.end_offsets(places)).values())


async def rewind(servers: str) -> None:
    """Make the group, whose members have stopped, read every topic again."""
    async with _reader(servers, group=GROUP) as consumer:
        places = await _assign(servers, consumer, TOPICS)
        start = dict.fromkeys(places, OffsetAndMetadata(0, ""))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                await consumer.commit(start)
            except KafkaError as error:
                # A member that was stopped counts as one until its session ends.
                if time.monotonic() > deadline:
                    raise StartError(f"the group is not free: {error!r}") from error
                await asyncio.sleep(1.0)
            else:
                return


def _reader(servers: str, *, group: str | None = None) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        bootstrap_servers=servers,
        group_id=group,
        enable_auto_commit=False,
        max_partition_fetch_bytes=FETCH_BYTES,
    )


async def _assign(
    servers: str, consumer: AIOKafkaConsumer, topics: Sequence[str]
) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        described = await admin.describe_topics(list(topics))
    finally:
        await admin.close()
    places = [
        TopicPartition(each["topic"], part["partition"])
        for each in described
        for part in each["partitions"]
    ]
    consumer.assign(places)
    return places
