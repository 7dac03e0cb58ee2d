"""The ground of a benchmark: servers, topics, one app, and a way to fill a topic."""

import asyncio
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiokafka import AIOKafkaProducer

from benchmarks.bare import compression_of
from handrail.stack import processes
from handrail.stack.broker import Broker, start_broker
from handrail.stack.mongod import Mongod
from shared import topics
from shared.events import AppKey, AppSettings, Scope
from shared.kafka.provision import provision
from shared.kafka.publisher import KafkaPublisher
from shared.kafka.records import outgoing
from shared.settings import KafkaSettings
from shared.web.auth import NewKey, new_key

APP = "bench"
PARTITIONS = 12


@dataclass
class Ground:
    """Everything a benchmark runs on."""

    broker: Broker
    mongod: Mongod
    key: NewKey = field(default_factory=new_key)

    @property
    def kafka(self) -> KafkaSettings:
        return KafkaSettings(
            bootstrap_servers=self.broker.bootstrap_servers,
            idempotent=self.broker.idempotent,
            partitions=PARTITIONS,
            replication=self.broker.nodes,
        )

    def environment(self, **more: str) -> dict[str, str]:
        """Return what a service process is configured by."""
        return {
            **os.environ,
            "HANDRAIL_KAFKA_BOOTSTRAP_SERVERS": self.broker.bootstrap_servers,
            "HANDRAIL_KAFKA_IDEMPOTENT": str(self.broker.idempotent).lower(),
            "HANDRAIL_KAFKA_PARTITIONS": str(PARTITIONS),
            "HANDRAIL_KAFKA_REPLICATION": str(self.broker.nodes),
            "HANDRAIL_MONGO_URL": self.mongod.url,
            "HANDRAIL_ADMIN_KEY": "bench-admin-key",
            "HANDRAIL_LOG_FORMAT": "console",
            **more,
        }

    async def prepare(self) -> None:
        """Create the topics and the app."""
        await provision(self.kafka)
        key = AppKey(
            key_id=self.key.key_id,
            hash=self.key.hash,
            scopes=list(Scope),
            created_at=datetime.now(UTC),
        )
        settings = AppSettings(app_id=APP, updated_at=datetime.now(UTC), keys=[key])
        publisher = KafkaPublisher(self.kafka, client_id="bench")
        await publisher.start()
        await publisher.publish(
            [outgoing(topics.APP_SETTINGS, settings, source="bench")]
        )
        await publisher.stop()


@contextmanager
def ground() -> Iterator[Ground]:
    """Start the servers; stop them at the end."""
    broker = start_broker("auto", int(os.environ.get("NODES", "1")))
    try:
        mongod = Mongod()
        try:
            yield Ground(broker, mongod)
        finally:
            mongod.stop()
    finally:
        broker.stop()


async def fill(
    settings: KafkaSettings, topic: str, records: Iterator[tuple[bytes, bytes]]
) -> int:
    """Produce *records* (key, value) to *topic* and return how many there were."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers,
        compression_type=compression_of(topic),
        linger_ms=5,
        max_batch_size=128 * 1024,
    )
    await producer.start()
    pending: list[asyncio.Future[object]] = []
    sent = 0
    for key, value in records:
        pending.append(await producer.send(topic, value, key=key))
        sent += 1
        if len(pending) == 5000:
            await asyncio.gather(*pending)
            pending.clear()
    await asyncio.gather(*pending)
    await producer.stop()
    return sent


@contextmanager
def service(
    name: str, environment: dict[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run one service as a process of its own, as in production."""
    log = processes.BUILD / "logs" / f"bench-{name}.log"
    process = processes.spawn(
        [sys.executable, "-m", f"services.{name}"], log=log, environment=environment
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def service_ports(*names: str) -> dict[str, str]:
    """Return environment that gives each service a free port on loopback."""
    found: dict[str, str] = {}
    for name in names:
        found[f"{name.upper()}_HTTP_HOST"] = processes.LOOPBACK
        found[f"{name.upper()}_HTTP_PORT"] = str(processes.free_port())
    return found


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process, MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def cpu_seconds(pid: int) -> float:
    """Return the CPU time a process has used, user and system, s."""
    # After the name, which may hold spaces: utime and stime are fields 14 and 15.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    models = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
