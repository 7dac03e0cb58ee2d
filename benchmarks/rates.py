"""How many events a second each service works, as a process of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from benchmarks.ground import (
    APP,
    Ground,
    cpu_seconds,
    memory_mb,
    service,
    service_ports,
)
from shared.mongo.connect import connect, database_of
from shared.settings import KafkaSettings

PATIENCE = 240.0
"""Seconds after which a service that does not finish is reported as stuck."""


@dataclass(frozen=True)
class Measured:
    """One service's figures."""

    events_per_s: float
    memory_mb: float
    cpu_us: float = 0.0
    """CPU time of its process, an event."""


class StuckError(RuntimeError):
    """A service did not work what it was given in time."""


async def measure(
    ground: Ground, name: str, topics: Sequence[str], **environment: str
) -> Measured:
    """Run service *name* until its group has committed all of *topics*.

    The rate is taken from a tenth on, when process start and group join are over.
    """
    total = await _ends(ground.kafka, topics)
    given = ground.environment(**service_ports(name), **environment)
    with service(name, given) as process:
        admin = AIOKafkaAdminClient(bootstrap_servers=ground.kafka.bootstrap_servers)
        await admin.start()
        try:
            began, cpu, first, done = 0.0, 0.0, 0, 0
            deadline = perf_counter() + PATIENCE
            while done < total:
                if perf_counter() > deadline or process.poll() is not None:
                    log = f"build/logs/bench-{name}.log"
                    raise StuckError(f"{name} worked {done} of {total}: see {log}")
                await asyncio.sleep(0.02)
                done = await _committed(admin, name, topics)
                if not began and done >= total / 10:
                    began, first = perf_counter(), done
                    cpu = cpu_seconds(process.pid)
            took = perf_counter() - began
            cpu = cpu_seconds(process.pid) - cpu
        finally:
            await admin.close()
        counted = total - first
        return Measured(counted / took, memory_mb(process.pid), cpu / counted * 1e6)


async def _ends(settings: KafkaSettings, topics: Sequence[str]) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap_servers)
    await consumer.start()
    places = [
        TopicPartition(topic, partition)
        for topic in topics
        for partition in range(settings.partitions)
    ]
    ends = await consumer.end_offsets(places)
    await consumer.stop()
    return sum(ends.values())


async def _committed(
    admin: AIOKafkaAdminClient, group: str, topics: Sequence[str]
) -> int:
    offsets = await admin.list_consumer_group_offsets(group)
    return sum(
        max(0, offset.offset)
        for place, offset in offsets.items()
        if place.topic in topics
    )


async def counted_exactly(ground: Ground, expected: int) -> bool:
    """Return whether analytics' counters say *expected* unresolved requests."""
    client = connect(ground.mongod.url)
    database = database_of(client, "handrail")
    rows = (
        await database["analytics_counters"]
        .find({"app_id": APP, "step": "hour", "value": "unresolved"})
        .to_list(None)
    )
    facts = await database["analytics_requests"].count_documents({"app_id": APP})
    client.close()
    counted = sum(int(row["n"]) for row in rows)
    return counted == expected and facts == expected


async def measure_notifier(
    ground: Ground,
    *,
    expected: int,
    destination: dict[str, object],
    **environment: str,
) -> Measured:
    """Return the notifier's rate from its first to its last delivery."""
    ports = service_ports("notifier")
    url = f"http://127.0.0.1:{ports['NOTIFIER_HTTP_PORT']}"
    client = connect(ground.mongod.url)
    deliveries = database_of(client, "handrail")["notifier_deliveries"]
    with service("notifier", ground.environment(**ports, **environment)) as process:
        await _give_destination(url, ground.key.key, destination)
        began, cpu, first, done = 0.0, 0.0, 0, 0
        deadline = perf_counter() + PATIENCE
        while done < expected:
            if perf_counter() > deadline or process.poll() is not None:
                raise StuckError(f"notifier delivered {done} of {expected}")
            await asyncio.sleep(0.05)
            done = await deliveries.count_documents({"status": "delivered"})
            if not began and done >= expected / 10:
                began, first = perf_counter(), done
                cpu = cpu_seconds(process.pid)
        took, counted = perf_counter() - began, expected - first
        cpu = cpu_seconds(process.pid) - cpu
        memory = memory_mb(process.pid)
        found = Measured(counted / took, memory, cpu / counted * 1e6)
    client.close()
    return found


async def _give_destination(url: str, key: str, destination: dict[str, object]) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        for _ in range(300):
            try:
                answer = await client.put(
                    "/v1/destinations/default",
                    json=destination,
                    headers={"Authorization": f"Bearer {key}"},
                )
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            answer.raise_for_status()
            return
    raise StuckError("the notifier did not start")
