"""What is done to the brokers, each fault ended and healed before the next."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from handrail.stack.kafka import ApacheKafka
from handrail.stack.processes import ROOT, StartError
from handrail.storm.account import OPENED, REPLIES
from shared.kafka.provision import new_topics
from shared.settings import KafkaSettings
from shared.topics.catalogue import (
    BY_NAME,
)

LIMITS = {OPENED: 60_000, REPLIES: 1_500}
"""`max.message.bytes` while the broker refuses: less than a large packet, and less than
a batch of several replies, but more than one reply."""
LIMIT = "max.message.bytes"
TOO_LARGE = "output_too_large"
"""The reason of the dead letters."""
REQUEST_MS = 10_000
HEAL_SECONDS = 180.0
"""For all replicas to be in sync again."""


@dataclass
class Fault:
    """One fault, by the seconds of the run."""

    what: str
    began: float
    ended: float | None = None
    healed: float | None = None
    """When every replica was in sync again."""


@dataclass
class Faults:
    """Does them, one after the other."""

    cluster: ApacheKafka
    environment: Mapping[str, str]
    """What the services are configured by: for the operator's command."""
    report: Callable[[str], None]
    begun: float = field(default_factory=time.monotonic)
    done: list[Fault] = field(default_factory=list)
    redriven: list[str] = field(default_factory=list)
    """What the operator's command said of the dead letters."""

    async def kill(self, node: int, *, down_seconds: float) -> None:
        """Kill one broker, start it again after *down_seconds*, wait for it to follow.

        Raises StartError where it does not.
        """
        with self._noted(f"broker {node} killed") as fault:
            await asyncio.to_thread(self.cluster.kill, node)
            await asyncio.sleep(down_seconds)
            await self._restart(node)
            fault.ended = self._now()
            await self._healed(fault)

    async def lose_leaders(self, *, seconds: float) -> None:
        """Kill one broker and freeze another: no partition takes a record meanwhile."""
        with self._noted("two brokers of three lost") as fault:
            self.cluster.freeze(2)
            await asyncio.to_thread(self.cluster.kill, 3)
            try:
                await asyncio.sleep(seconds)
            finally:
                self.cluster.thaw(2)
            await self._restart(3)
            fault.ended = self._now()
            await self._healed(fault)

    async def refuse_large(self, meanwhile: Callable[[], Any]) -> None:
        """Have the brokers call batches too large until *meanwhile* (async) is done.

        What went to the dead-letter topics with that reason is redriven then.
        """
        with self._noted("MESSAGE_TOO_LARGE") as fault:
            await self._limit(LIMITS)
            try:
                await meanwhile()
            finally:
                await self._limit({})
            fault.ended = self._now()
            for topic in LIMITS:
                self.redriven.append(await asyncio.to_thread(self._redrive, topic))
            fault.healed = self._now()

    async def _restart(self, node: int) -> None:
        await asyncio.to_thread(self.cluster.restart, node, patience=HEAL_SECONDS)

    def _now(self) -> float:
        return round(time.monotonic() - self.begun, 1)

    @contextmanager
    def _noted(self, what: str) -> Iterator[Fault]:
        fault = Fault(what, self._now())
        self.done.append(fault)
        self.report(what)
        yield fault
        self.report(f"{what}: healed")

    async def _healed(self, fault: Fault) -> None:
        deadline = time.monotonic() + HEAL_SECONDS
        behind: str = "no broker answers"
        while time.monotonic() < deadline:
            try:
                behind = await self._behind()
            except (KafkaError, OSError) as error:
                behind = repr(error)
            if not behind:
                fault.healed = self._now()
                return
            await asyncio.sleep(1)
        raise StartError(f"{fault.what}: not in sync after {HEAL_SECONDS} s: {behind}")

    async def _behind(self) -> str:
        """Name partitions that have fewer replicas in sync than brokers; or none."""
        admin = await self._admin()
        try:
            found = await admin.describe_topics(list(BY_NAME))
        finally:
            await admin.close()
        behind = [
            f"{topic['topic']}/{each['partition']}"
            for topic in found
            for each in topic["partitions"]
            if len(each["isr"]) < self.cluster.nodes
        ]
        return ", ".join(behind[:5])

    async def _limit(self, limits: Mapping[str, int]) -> None:
        """Set the topics' limits; those that are not named get their own again."""
        settings = KafkaSettings(
            bootstrap_servers=self.cluster.bootstrap_servers,
            replication=self.cluster.nodes,
        )
        resources = []
        for topic in LIMITS:
            # The request replaces all of a topic's settings, so all are given.
            wanted = dict(new_topics(BY_NAME[topic], settings)[0].topic_configs)
            if topic in limits:
                wanted[LIMIT] = str(limits[topic])
            resources.append(ConfigResource(ConfigResourceType.TOPIC, topic, wanted))
        admin = await self._admin()
        try:
            for answer in await admin.alter_configs(resources):
                wrong = [each for each in answer.resources if each[0]]
                if wrong:
                    raise StartError(f"the limits were not taken: {wrong}")
        finally:
            await admin.close()

    async def _admin(self) -> AIOKafkaAdminClient:
        admin = AIOKafkaAdminClient(
            bootstrap_servers=self.cluster.bootstrap_servers,
            request_timeout_ms=REQUEST_MS,
        )
        await admin.start()
        return admin

    def _redrive(self, topic: str) -> str:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "handrail.cli", "redrive", topic),
                *("--reason", TOO_LARGE),
            ],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        said = " ".join((done.stdout + done.stderr).split())
        return f"{topic}: {said or done.returncode}"
