"""Read the topics that outsiders read, with a plain client."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from handrail.storm.account import READ, Account
from handrail.storm.plan import Json

FETCH_BYTES = 16_000_000
SECONDS = 120.0
"""For one reading of everything: brokers may still be electing."""


async def follow(servers: str, app_id: str, account: Account) -> None:
    """Note the app's records as they come, through whatever happens; never returns."""
    consumer = _consumer(servers, *READ)
    await consumer.start()
    try:
        while True:
            try:
                batches = await consumer.getmany(timeout_ms=200)
            except KafkaError:
                await asyncio.sleep(0.5)
                continue
            for topic, value in _of_app(batches, app_id):
                account.note(topic, value)
    finally:
        await consumer.stop()


async def account_of(servers: str, app_id: str) -> Account:
    """Return what the topics hold of the app now, read from their beginning."""
    account = Account()

    def note(batches: dict[TopicPartition, list[Any]]) -> None:
        for topic, value in _of_app(batches, app_id):
            account.note(topic, value)

    async with asyncio.timeout(SECONDS):
        await _read_all(servers, READ, note)
    return account


async def dead_letters(servers: str, topics: Sequence[str]) -> list[tuple[str, str]]:
    """Return topic and reason of each dead letter of *topics*, the originals' names."""
    found: list[tuple[str, str]] = []

    def note(batches: dict[TopicPartition, list[Any]]) -> None:
        for place, records in batches.items():
            for record in records:
                reason = dict(record.headers).get("reason", b"").decode()
                found.append((place.topic.removesuffix(".dead-letter"), reason))

    async with asyncio.timeout(SECONDS):
        await _read_all(servers, [f"{topic}.dead-letter" for topic in topics], note)
    return found


async def _read_all(
    servers: str,
    topics: Sequence[str],
    note: Callable[[dict[TopicPartition, list[Any]]], None],
) -> None:
    consumer = _consumer(servers, *topics)
    await consumer.start()
    try:
        # The client tells nobody when it has learned of the partitions.
        while {each.topic for each in consumer.assignment()} != set(topics):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)
        waiting = set(consumer.assignment())
        ends = await consumer.end_offsets(waiting)
        while waiting:
            with suppress(KafkaError):
                note(await consumer.getmany(timeout_ms=200))
            for place in list(waiting):
                if await consumer.position(place) >= ends[place]:
                    waiting.discard(place)
    finally:
        await consumer.stop()


def _consumer(servers: str, *topics: str) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        *topics,
        bootstrap_servers=servers,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=FETCH_BYTES,
        metadata_max_age_ms=10_000,
    )


def _of_app(
    batches: dict[TopicPartition, list[Any]], app_id: str
) -> Iterator[tuple[str, Json]]:
    for place, records in batches.items():
        for record in records:
            value = json.loads(record.value)
            if value["app_id"] == app_id:
                yield place.topic, value
