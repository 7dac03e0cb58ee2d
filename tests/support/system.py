"""A whole running system, driven from outside: HTTP, Kafka and the mail folder."""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.structs import ConsumerRecord

from handrail.stack.local import LocalStack
from handrail.stack.run import create_app
from tests.support.factories import message

EVENTS = "conversation.events"


@dataclass
class Tenant:
    """One app in a running system, its mail going to an address of its own."""

    stack: LocalStack
    app_id: str = field(default_factory=lambda: f"t-{uuid.uuid4().hex[:8]}")
    key: str = ""

    def __post_init__(self) -> None:
        self.key = create_app(self.stack, app_id=self.app_id, name="Tenant")

    @property
    def address(self) -> str:
        return f"{self.app_id}@acme.test"

    def http(self, key: str | None = None) -> httpx.Client:
        bearer = self.key if key is None else key
        return httpx.Client(
            base_url=self.stack.origin,
            headers={"Authorization": f"Bearer {bearer}"} if bearer else {},
            timeout=20,
            trust_env=False,
        )

    def receive_mail(self) -> None:
        with self.http() as client:
            answer = client.put(
                "/notifier/v1/destinations/default",
                json={"kind": "email", "to": [self.address]},
            )
            answer.raise_for_status()

    def said(
        self, event_id: str, conversation_id: str, **changes: Any
    ) -> dict[str, Any]:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return message(
            event_id,
            app_id=self.app_id,
            conversation_id=conversation_id,
            **{"occurred_at": now, **changes},
        )

    def lane(self, conversation_id: str) -> bytes:
        return f"{self.app_id}:{conversation_id}".encode()

    def mails(self) -> list[bytes]:
        return [
            facts.with_suffix(".eml").read_bytes()
            for facts in sorted(Path(self.stack.mail_dir).glob("*.json"))
            if self.address in json.loads(facts.read_text())["rcpt_to"]
        ]


async def publish(
    bootstrap: str,
    records: Iterable[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]],
    *,
    topic: str = EVENTS,
) -> list[tuple[int, int]]:
    """Publish (key, value, headers) and return where each stands."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        max_request_size=64_000_000,
        compression_type="gzip",
    )
    await producer.start()
    try:
        placed = []
        for key, value, headers in records:
            sent = await producer.send_and_wait(topic, value, key=key, headers=headers)
            placed.append((sent.partition, sent.offset))
        return placed
    finally:
        await producer.stop()


async def read_all(bootstrap: str, topic: str) -> list[ConsumerRecord[Any, Any]]:
    """Return every record of *topic*, as it stands now."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        max_partition_fetch_bytes=32_000_000,
        fetch_max_bytes=64_000_000,
        check_crcs=False,
    )
    await consumer.start()
    try:
        parts = [
            TopicPartition(topic, number)
            for number in consumer.partitions_for_topic(topic)
            or await _partitions(consumer, topic)
        ]
        consumer.assign(parts)
        await consumer.seek_to_beginning(*parts)
        ends = await consumer.end_offsets(parts)
        found: list[ConsumerRecord[Any, Any]] = []
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += records
        return found
    finally:
        await consumer.stop()


async def _partitions(consumer: Any, topic: str) -> set[int]:
    await consumer._client.set_topics([topic])
    found: set[int] = consumer.partitions_for_topic(topic)
    return found


async def ends(bootstrap: str, topics: Iterable[str]) -> dict[str, int]:
    """Return how many records each of *topics* has had."""
    return {topic: len(await read_all(bootstrap, topic)) for topic in topics}


async def until(
    look: Callable[[], Awaitable[Any]],
    *,
    enough: Callable[[Any], bool],
    seconds: float = 30,
) -> Any:
    """Look until it is *enough*; return the last look in any case."""
    deadline = time.monotonic() + seconds
    found = await look()
    while not enough(found) and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        found = await look()
    return found


async def replies_of(stack: LocalStack, tenant: Tenant) -> list[dict[str, Any]]:
    """Return every reply of the tenant's conversations."""
    records = await read_all(stack.kafka, "conversation.replies")
    found = [orjson.loads(record.value) for record in records]
    return [reply for reply in found if reply["app_id"] == tenant.app_id]
