"""The broker that services consume from."""

import inspect

import aiokafka
from aiokafka.consumer.fetcher import Fetcher

from shared.kafka.subscription import (
    BUSY_FETCH_WAIT_MS,
    FETCH_WAIT_MS,
    PatientConsumer,
    build_broker,
)
from shared.settings import KafkaSettings


def test_every_broker_named_is_a_broker_asked() -> None:
    broker = build_broker(
        KafkaSettings(bootstrap_servers="a:1,b:2,c:3"), service="resolver"
    )

    assert list(broker.specification.url) == ["a:1", "b:2", "c:3"]


async def test_a_consumer_waits_until_there_is_something(monkeypatch):
    polls = [{}, {}, {"place": ["record"]}]

    async def poll(self, *partitions, **options):
        assert options == {"timeout_ms": 1, "max_records": 2}
        return polls.pop(0)

    monkeypatch.setattr(aiokafka.AIOKafkaConsumer, "getmany", poll)
    consumer = PatientConsumer(bootstrap_servers="a:1")

    found = await consumer.getmany(timeout_ms=1, max_records=2)
    await consumer.stop()

    assert found == {"place": ["record"]}
    assert not polls


async def test_what_a_service_reads_with_waits_for_records():
    broker = build_broker(KafkaSettings(bootstrap_servers="a:1"), service="resolver")

    await broker.connect()
    made = broker.config.broker_config.builder(group_id="resolver")
    await made.stop()

    assert isinstance(made, PatientConsumer)


async def test_fetches_wait_long_at_the_broker_only_while_nothing_is_worked(
    monkeypatch,
):
    consumer = PatientConsumer(bootstrap_servers="a:1")
    fetcher = Fetcher.__new__(Fetcher)
    waits = []

    async def poll(self, *partitions, **options):
        waits.append(fetcher._fetch_max_wait_ms)
        return {"place": ["record"]}

    monkeypatch.setattr(aiokafka.AIOKafkaConsumer, "getmany", poll)
    consumer._fetcher = fetcher

    await consumer.getmany(timeout_ms=1, max_records=2)
    waits.append(fetcher._fetch_max_wait_ms)
    consumer._fetcher = None
    await consumer.stop()

    assert waits == [FETCH_WAIT_MS, BUSY_FETCH_WAIT_MS]


def test_the_fetcher_reads_for_every_fetch_how_long_it_waits() -> None:
    assert "self._fetch_max_wait_ms," in inspect.getsource(
        Fetcher._get_actions_per_node
    )
