"""Create every topic of the catalogue, idempotently, and say what differs."""

from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code

from shared.kafka.connection import connection
from shared.settings import KafkaSettings
from shared.topics.catalogue import (
    CATALOGUE,
    DEAD_LETTER_BYTES,
    DEAD_LETTER_PARTITIONS,
    DEAD_LETTER_RETENTION,
    Topic,
)

EXISTS = 36
"""Kafka's error code TOPIC_ALREADY_EXISTS."""
MIN_COPIES_FOR_QUORUM = 3


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What became of one topic: `created`, `exists` or `failed`."""

    name: str
    outcome: str
    detail: str = ""


async def provision(settings: KafkaSettings) -> list[Provisioned]:
    """Create what is missing. Raises KafkaError when no broker answers."""
    admin = AIOKafkaAdminClient(client_id="handrail-topics", **connection(settings))
    await admin.start()
    try:
        wanted = [new for topic in CATALOGUE for new in new_topics(topic, settings)]
        # Tansu says that a topic exists by failing the request's other topics too,
        # so what is already there is left out.
        present = set(await admin.list_topics())
        missing = [new for new in wanted if new.name not in present]
        found = [
            Provisioned(new.name, "exists") for new in wanted if new.name in present
        ]
        if not missing:
            return found
        response = await admin.create_topics(missing)
        return found + [_outcome(*error[:2]) for error in response.topic_errors]
    finally:
        await admin.close()


async def cluster_id(settings: KafkaSettings) -> str:
    """Return the id of the Kafka cluster. Raises KafkaError when no broker answers."""
    admin = AIOKafkaAdminClient(client_id="handrail-cluster", **connection(settings))
    await admin.start()
    try:
        found = await admin.describe_cluster()
    finally:
        await admin.close()
    return str(found.get("cluster_id") or "")


def _outcome(name: str, code: int) -> Provisioned:
    if code == 0:
        return Provisioned(name, "created")
    if code == EXISTS:
        return Provisioned(name, "exists")
    return Provisioned(name, "failed", for_code(code).__name__)


def new_topics(topic: Topic, settings: KafkaSettings) -> list[NewTopic]:
    """Return *topic* and its dead-letter topic as the broker wants them."""
    copies = settings.replication
    quorum = {"min.insync.replicas": "2"} if copies >= MIN_COPIES_FOR_QUORUM else {}
    retention = topic.retention
    return [
        NewTopic(
            topic.name,
            topic.partitions or settings.partitions,
            copies,
            topic_configs={
                "cleanup.policy": topic.cleanup,
                "max.message.bytes": str(topic.max_bytes + 64 * 1024),
                "retention.ms": str(
                    -1 if retention is None else int(retention.total_seconds() * 1000)
                ),
                **quorum,
            },
        ),
        NewTopic(
            topic.dead_letter,
            DEAD_LETTER_PARTITIONS,
            copies,
            topic_configs={
                "max.message.bytes": str(DEAD_LETTER_BYTES + 64 * 1024),
                "retention.ms": str(int(DEAD_LETTER_RETENTION.total_seconds() * 1000)),
                **quorum,
            },
        ),
    ]
