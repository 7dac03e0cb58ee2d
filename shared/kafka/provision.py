"""Create every topic of the catalogue, idempotently, and say what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from shared.kafka.connection import connection
from shared.settings import KafkaSettings
from shared.topics.catalogue import (
    CATALOGUE,
)
from shared.topics.topic import (
    DEAD_LETTER_BYTES,
    DEAD_LETTER_PARTITIONS,
    DEAD_LETTER_RETENTION,
    Topic,
)

log = structlog.get_logger()

EXISTS = 36
"""Kafka's error code TOPIC_ALREADY_EXISTS."""
MIN_COPIES_FOR_QUORUM = 3


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What became of one topic: `created`, `exists`, `differs` or `failed`."""

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
        found = await compare(admin, [new for new in wanted if new.name in present])
        if not missing:
            return found
        response = await admin.create_topics(missing)
        return found + [_outcome(*error[:2]) for error in response.topic_errors]
    finally:
        await admin.close()


async def compare(
    admin: AIOKafkaAdminClient, wanted: Sequence[NewTopic]
) -> list[Provisioned]:
    """Return for each topic, all of which exist, whether it is as it was wanted.

    *detail* names each difference: what is there, then what is wanted.
    """
    names = [new.name for new in wanted]
    if not names:
        return []
    described = {each["topic"]: each for each in await admin.describe_topics(names)}
    configs = await _configs(admin, names)
    return [
        _compared(new, described[new.name]["partitions"], configs.get(new.name, {}))
        for new in wanted
        if new.name in described
    ]


async def _configs(
    admin: AIOKafkaAdminClient, names: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Return the settings of each topic; none of those the broker does not tell."""
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found: dict[str, dict[str, str]] = {}
    try:
        answers = await admin.describe_configs(asked)
    except (KafkaError, OSError, ValueError) as error:
        log.info("the broker does not tell its topics' settings", error=repr(error))
        return found
    for answer in answers:
        for _code, _message, _kind, name, entries in answer.resources:
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found


def _compared(
    wanted: NewTopic, partitions: Sequence[dict[str, Any]], configs: dict[str, str]
) -> Provisioned:
    copies = min((len(each["replicas"]) for each in partitions), default=0)
    pairs = [
        ("partitions", str(len(partitions)), str(wanted.num_partitions)),
        ("copies", str(copies), str(wanted.replication_factor)),
        *(
            (name, configs[name], value)
            for name, value in sorted(wanted.topic_configs.items())
            if name in configs
        ),
    ]
    differing = [f"{name} {is_} not {want}" for name, is_, want in pairs if is_ != want]
    if not differing:
        return Provisioned(wanted.name, "exists")
    return Provisioned(wanted.name, "differs", ", ".join(differing))


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
