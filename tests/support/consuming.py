"""Consumer groups of a test's broker: how services join them, and setting them back."""

import asyncio
from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import (
    StickyPartitionAssignor,
)
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from handrail.stack.broker import Broker
from shared.settings import KafkaSettings

PATIENCE = 120.0
"""For a group to end or to let one in: longer than any session."""


def kafka_settings(broker: Broker, *, partitions: int = 4) -> KafkaSettings:
    """Return what a service is told of *broker*."""
    return KafkaSettings(
        bootstrap_servers=broker.bootstrap_servers,
        idempotent=broker.idempotent,
        replication=broker.nodes,
        session_seconds=broker.session_seconds,
        partitions=partitions,
    )


async def rewind(broker: Broker, group: str, topics: Iterable[str]) -> None:
    """Make *group*, whose members have stopped, read *topics* from their start."""
    if broker.kind.startswith("tansu"):
        await _rewind_as_member(broker, group, list(topics))
    else:
        await _rewind_from_outside(broker, group, topics)


async def _rewind_from_outside(
    broker: Broker, group: str, topics: Iterable[str]
) -> None:
    async with AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap_servers,
        group_id=group,
        enable_auto_commit=False,
    ) as consumer:
        places = [
            TopicPartition(topic, number)
            for topic in topics
            for number in await numbers_of(consumer, topic)
        ]
        consumer.assign(places)
        start = dict.fromkeys(places, OffsetAndMetadata(0, ""))
        async with asyncio.timeout(PATIENCE):
            while not await _committed(consumer, start):
                await asyncio.sleep(1)


async def _committed(
    consumer: AIOKafkaConsumer, offsets: dict[TopicPartition, OffsetAndMetadata]
) -> bool:
    """Commit; it is refused until the last member's session has ended."""
    try:
        await consumer.commit(offsets)
    except KafkaError:
        return False
    return True


async def _rewind_as_member(broker: Broker, group: str, topics: list[str]) -> None:
    """Do it from within: Tansu takes a commit from members only."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap_servers,
        group_id=group,
        enable_auto_commit=False,
        session_timeout_ms=broker.session_seconds * 1000,
        partition_assignment_strategy=(StickyPartitionAssignor,),
    )
    consumer.subscribe(topics)
    async with consumer, asyncio.timeout(PATIENCE):
        wanted = {
            TopicPartition(topic, number)
            for topic in topics
            for number in await numbers_of(consumer, topic)
        }
        # The members before it may be in the group until their sessions end.
        while not wanted <= consumer.assignment():
            await asyncio.sleep(0.2)
        await consumer.commit(dict.fromkeys(wanted, OffsetAndMetadata(0, "")))


async def numbers_of(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    """Return the partitions of *topic*."""
    known: set[int] | None = consumer.partitions_for_topic(topic)
    if known is None:
        await consumer._client.set_topics([topic])
        known = consumer.partitions_for_topic(topic)
    return known or set()
