"""Parked records on real servers: a restart without traffic, and a rebalance."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from prometheus_client import REGISTRY

from handrail.stack.broker import Broker
from shared.clock import SystemClock
from shared.events import MessageReceived
from shared.kafka.deciding.worker import DecisionWorker
from shared.kafka.subscription import build_broker, subscribe
from shared.kafka.working.background import every
from shared.kafka.working.deferred import Deferred
from shared.kafka.working.intake import Decoder
from shared.kafka.working.parking import ParkingLot
from shared.kafka.working.runtime import Runtime
from shared.mongo.connect import connect, database_of
from shared.mongo.ledger import MongoLedger
from shared.mongo.parking import MongoParking
from shared.mongo.positions import MongoWatermarks
from shared.topics import Topic
from tests.support.consuming import kafka_settings
from tests.support.counting import Counting, Counts
from tests.support.factories import message
from tests.support.fakes import FakeApps, FakePublisher, app
from tests.support.system import until

pytestmark = pytest.mark.integration
PARTITIONS = 4


@dataclass
class World:
    """A topic, a database and a service of its own, on the session's servers."""

    kafka: Broker
    mongo_url: str
    name: str = field(default_factory=lambda: f"parking-{uuid.uuid4().hex[:8]}")
    verb: Counting = field(default_factory=Counting)
    publisher: FakePublisher = field(default_factory=FakePublisher)

    def __post_init__(self) -> None:
        self.database = database_of(connect(self.mongo_url), self.name)
        self.parking = MongoParking(self.database, service=self.name, cluster="k")

    @property
    def answers(self) -> list[bytes]:
        return [each.value for each in self.publisher.published]

    async def prepare(self) -> None:
        await self.parking.prepare()
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap_servers)
        await admin.start()
        await admin.create_topics([NewTopic(self.name, PARTITIONS, 1)])
        await admin.close()

    async def say(self, *events: tuple[str, str, str, int]) -> None:
        """Publish (event id, text, conversation, partition)."""
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap_servers)
        async with producer:
            for event_id, text, lane, partition in events:
                event = message(
                    event_id,
                    conversation_id=lane,
                    message={"role": "user", "text": text},
                )
                await producer.send_and_wait(
                    self.name,
                    orjson.dumps(event),
                    key=f"acme:{lane}".encode(),
                    partition=partition,
                )

    async def parked(self) -> int:
        return sum((await self.parking.count()).values())

    @asynccontextmanager
    async def instance(self) -> AsyncIterator[Runtime]:
        """Run one instance of the service."""
        settings = kafka_settings(self.kafka)
        topic = Topic(self.name, "", (MessageReceived,), (), (), ours=False)
        apps, clock = FakeApps({"acme": app(), "beta": app("beta")}), SystemClock()
        ledger = MongoLedger(self.database, service=self.name)
        await ledger.prepare()
        runtime = Runtime(
            service=self.name,
            decoder=Decoder(
                [topic], apps=apps, max_event_bytes=1_000_000, now=clock.now
            ),
            worker=DecisionWorker(
                self.verb,
                states=Counts(),
                ledger=ledger,
                clock=clock,
                on_unexpected=lambda *_: None,
            ),
            publisher=self.publisher,
            apps=apps,
            lot=ParkingLot(self.parking, scale=0.05, max_bytes=1_000_000),
            watermarks=MongoWatermarks(self.database, service=self.name, cluster="k"),
            clock=clock,
            order={},
        )
        broker = build_broker(settings, service=self.name)
        subscribe(
            broker,
            runtime,
            [topic],
            max_records=100,
            session_seconds=settings.session_seconds,
        )
        await broker.start()
        retries = asyncio.create_task(
            every(0.1, Deferred(runtime).retry_parked, name="parked")
        )
        try:
            yield runtime
        finally:
            retries.cancel()
            await broker.stop()


@pytest.fixture
async def world(kafka: Broker, mongo_url: str) -> AsyncIterator[World]:
    made = World(kafka, mongo_url)
    await made.prepare()
    yield made
    await made.database.client.drop_database(made.name)
    made.database.client.close()


def gauge(service: str) -> float | None:
    return REGISTRY.get_sample_value("handrail_parked_records", {"service": service})


async def reach(look: Any, wanted: Any) -> Any:
    async def looked() -> Any:
        found = look()
        return await found if asyncio.iscoroutine(found) else found

    return await until(looked, enough=lambda found: found == wanted, seconds=90)


async def test_a_restart_retries_what_was_parked_without_new_traffic(
    world: World,
) -> None:
    await world.say(("a1", "later", "a", 0), ("a2", "hi", "a", 0), ("b1", "hi", "b", 1))
    async with world.instance():
        assert await reach(lambda: world.answers, [b"b1 1"]) == [b"b1 1"]
        assert await reach(world.parked, 2) == 2
    REGISTRY._names_to_collectors["handrail_parked_records"].clear()

    async with world.instance():
        counted = await reach(lambda: gauge(world.name), 2)
        world.verb.heal = True
        answers = await reach(lambda: world.answers, [b"b1 1", b"a1 1", b"a2 2"])
        left = await reach(lambda: gauge(world.name), 0)

    assert counted == 2
    assert answers == [b"b1 1", b"a1 1", b"a2 2"]
    assert left == 0
    assert await world.parked() == 0


async def test_a_rebalance_with_two_parked_lanes_leaves_both_retried(
    world: World,
) -> None:
    lanes = [(f"{lane}1", "later", lane, part) for part, lane in enumerate("abcd")]
    async with world.instance() as first:
        await world.say(*lanes)
        assert await reach(world.parked, 4) == 4
        async with world.instance() as second:
            shares = await reach(
                lambda: sorted(
                    (len(each.assignment.owned), each.assignment.is_loaded)
                    for each in (first, second)
                ),
                [(2, True), (2, True)],
            )
            world.verb.fails_only = {"c1", "d1"}
            some = await reach(world.parked, 2)
        # The second has left: what it held comes back.
        await reach(lambda: len(first.assignment.owned), PARTITIONS)
        world.verb.fails_only = set()
        left = await reach(world.parked, 0)

    assert shares == [(2, True), (2, True)]
    assert (some, left) == (2, 0)
    assert sorted(world.answers) == [b"a1 1", b"b1 1", b"c1 1", b"d1 1"]
