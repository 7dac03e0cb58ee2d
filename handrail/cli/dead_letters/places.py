"""Where a topic's partitions are, and how far they reach."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.kafka.connection import connection
from shared.settings import KafkaSettings


@asynccontextmanager
async def administering(settings: KafkaSettings) -> AsyncIterator[AIOKafkaAdminClient]:
    """Connect an admin client for the length of the block."""
    admin = AIOKafkaAdminClient(client_id="handrail", **connection(settings))
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def partitions_of(
    admin: AIOKafkaAdminClient, names: Iterable[str]
) -> dict[str, list[TopicPartition]]:
    """Return the partitions of those topics that exist."""
    present = set(await admin.list_topics())
    wanted = [name for name in names if name in present]
    if not wanted:
        return {}
    return {
        each["topic"]: sorted(
            TopicPartition(each["topic"], part["partition"])
            for part in each["partitions"]
        )
        for each in await admin.describe_topics(wanted)
    }


async def ends_of(
    consumer: AIOKafkaConsumer, places: list[TopicPartition]
) -> dict[TopicPartition, int]:
    """Return the end offset of each partition."""
    return dict(await consumer.end_offsets(places)) if places else {}
