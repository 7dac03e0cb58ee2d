"""Choose and start a broker: Apache Kafka, the embedded one, or the one named."""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, Protocol

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from handrail.stack.java import java_available
from handrail.stack.kafka import ApacheKafka
from handrail.stack.processes import StartError
from handrail.stack.tansu import EmbeddedBroker

Kind = Literal["apache", "embedded", "auto"]
"""``auto`` is Apache Kafka where Java 17 and Maven are, the embedded one elsewhere."""

SERVERS_VARIABLE = "HANDRAIL_KAFKA_BOOTSTRAP_SERVERS"
"""When it is set, those servers are used and none is started."""


class Broker(Protocol):
    """Something that speaks the Kafka protocol, and what clients must know of it."""

    @property
    def bootstrap_servers(self) -> str:
        """Addresses, as clients take them."""
        ...

    @property
    def kind(self) -> str:
        """What it is, for reports: ``apache-kafka-4.3.0``, ``tansu-embedded``."""
        ...

    @property
    def idempotent(self) -> bool:
        """Whether it accepts the idempotent producer."""
        ...

    @property
    def session_seconds(self) -> int:
        """How long a consumer may be silent before the group goes on without it."""
        ...

    @property
    def nodes(self) -> int:
        """How many brokers: the replication factor that topics can have."""
        ...

    def stop(self) -> None:
        """Stop what was started."""
        ...


@dataclass(frozen=True)
class NamedBroker:
    """Servers that somebody else runs."""

    bootstrap_servers: str
    idempotent: bool = True
    nodes: int = 1
    kind: str = "named-servers"
    session_seconds: int = 30

    def stop(self) -> None:
        """Leave them alone: they are not ours."""


def choose_kind(wanted: str) -> Literal["apache", "embedded"]:
    """Resolve ``auto``; refuse Apache Kafka, with the reason, where it cannot run."""
    if wanted not in {"apache", "embedded", "auto"}:
        raise StartError(f"BROKER is apache, embedded or auto, not {wanted!r}")
    if wanted == "embedded":
        return "embedded"
    java = java_available()
    if java:
        return "apache"
    if wanted == "apache":
        raise StartError(f"Apache Kafka cannot run here: {java.reason}")
    return "embedded"


def named_broker() -> NamedBroker | None:
    """Return the servers that the environment names, if it does."""
    servers = os.environ.get(SERVERS_VARIABLE)
    if not servers:
        return None
    return NamedBroker(
        bootstrap_servers=servers,
        idempotent=os.environ.get("HANDRAIL_KAFKA_IDEMPOTENT", "true") == "true",
        nodes=int(os.environ.get("HANDRAIL_KAFKA_REPLICATION", "1")),
        session_seconds=int(os.environ.get("HANDRAIL_KAFKA_SESSION_SECONDS", "30")),
    )


def start_broker(kind: Kind = "auto", nodes: int = 1) -> Broker:
    """Start a broker, or take the one the environment names; wait until it works."""
    broker: Broker | None = named_broker()
    if broker is None:
        if choose_kind(kind) == "apache":
            broker = ApacheKafka(nodes)
        elif nodes == 1:
            broker = EmbeddedBroker()
        else:
            raise StartError(f"the embedded broker has one node, not {nodes}")
    try:
        await_members(broker)
    except BaseException:
        broker.stop()
        raise
    return broker


def await_members(broker: Broker, *, patience: float = 30.0) -> None:
    """Wait until every node is a member: an open port alone does not say so."""
    # A thread of its own, because the caller may have a running event loop.
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, _await_members(broker, patience)).result()


async def _await_members(broker: Broker, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            found = await _members(broker.bootstrap_servers)
        except (KafkaError, OSError) as error:
            found, cause = 0, f": {error}"
        else:
            cause = ""
        if found >= broker.nodes:
            return
        if time.monotonic() > deadline:
            raise StartError(
                f"{broker.bootstrap_servers} has {found} of {broker.nodes} nodes{cause}"
            )
        await asyncio.sleep(0.1)


async def _members(servers: str) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=5_000)
    await admin.start()
    try:
        return len((await admin.describe_cluster())["brokers"])
    finally:
        await admin.close()
