"""The broker that services consume from."""

import inspect

import aiokafka
import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import Fetcher

from shared import topics
from shared.kafka.subscription import (
    FETCH_WAIT_MS,
    GATHER_BYTES,
    GATHER_PART_WAIT_MS,
    GATHER_WAIT_MS,
    PART_FETCH_WAIT_MS,
    PatientConsumer,
    build_broker,
    let_full_fetches_wait,
    subscribe,
)
from shared.settings import KafkaSettings
from tests.support.harness import Harness


def test_every_broker_named_is_a_broker_asked() -> None:
    broker = build_broker(
        KafkaSettings(bootstrap_servers="a:1,b:2,c:3"), service="resolver"
    )

    assert list(broker.specification.url) == ["a:1", "b:2", "c:3"]


async def test_a_consumer_waits_until_there_is_something(monkeypatch):
    polls = [{}, {}, {"place": ["record"]}]

    async def position(self, place):
        return 1

    async def poll(self, *partitions, **options):
        assert options == {"timeout_ms": 1, "max_records": 2}
        return polls.pop(0)

    monkeypatch.setattr(aiokafka.AIOKafkaConsumer, "getmany", poll)
    monkeypatch.setattr(aiokafka.AIOKafkaConsumer, "position", position)
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


@pytest.mark.parametrize(
    ("untaken", "least", "full", "wait"),
    [
        ({}, 1, FETCH_WAIT_MS, FETCH_WAIT_MS),
        ({"place": 1}, 1, FETCH_WAIT_MS, PART_FETCH_WAIT_MS),
        ({}, GATHER_BYTES, GATHER_WAIT_MS, GATHER_WAIT_MS),
        ({"place": 1}, GATHER_BYTES, GATHER_WAIT_MS, GATHER_PART_WAIT_MS),
    ],
)
def test_a_fetch_waits_long_at_the_broker_only_where_it_leaves_nothing_out(
    untaken: dict[str, int], least: int, full: int, wait: int
) -> None:
    fetcher = Fetcher.__new__(Fetcher)
    fetcher._records = untaken
    fetcher._fetch_min_bytes = least
    fetcher._fetch_max_wait_ms = full
    fetcher._get_actions_per_node = lambda _: fetcher._fetch_max_wait_ms

    let_full_fetches_wait(fetcher)

    assert fetcher._get_actions_per_node("assignment") == wait


def test_the_fetcher_plans_each_fetch_by_what_is_told_it() -> None:
    planning = inspect.getsource(Fetcher._get_actions_per_node)

    assert "self._fetch_max_wait_ms," in planning
    assert "in self._records" in planning
    assert "self._get_actions_per_node(assignment)" in inspect.getsource(
        Fetcher._fetch_requests_routine
    )


@pytest.fixture
async def commits(monkeypatch: pytest.MonkeyPatch):
    """A consumer that owns partitions 0 and 1, what it polls, what it commits."""
    places = [TopicPartition("t", number) for number in range(3)]
    polls: list[dict[TopicPartition, list[str]]] = []
    committed: list[dict[TopicPartition, int]] = []

    async def poll(self, *_, **__):
        return polls.pop(0)

    async def position(self, place):
        return 10 * (place.partition + 1)

    async def commit(self, offsets):
        committed.append(offsets)

    base = aiokafka.AIOKafkaConsumer
    monkeypatch.setattr(base, "getmany", poll)
    monkeypatch.setattr(base, "position", position)
    monkeypatch.setattr(base, "commit", commit)
    monkeypatch.setattr(base, "assignment", lambda _: frozenset(places[:2]))
    consumer = PatientConsumer(bootstrap_servers="a:1")
    yield consumer, places, polls, committed
    await consumer.stop()


async def test_only_partitions_of_which_records_were_taken_are_committed(commits):
    consumer, places, polls, committed = commits
    polls += [{places[0]: ["a"]}, {places[1]: ["b"]}]

    for _ in range(2):
        await consumer.getmany(timeout_ms=1, max_records=2)
        await consumer.commit()

    assert committed == [{places[0]: 10}, {places[1]: 20}]


async def test_a_batch_that_was_put_back_is_not_committed_with_the_next(commits):
    consumer, places, polls, committed = commits
    polls += [{places[0]: ["put back"]}, {places[1]: ["b"]}]

    await consumer.getmany(timeout_ms=1, max_records=2)
    await consumer.getmany(timeout_ms=1, max_records=2)
    await consumer.commit()

    assert committed == [{places[1]: 20}]


async def test_partitions_that_have_gone_are_not_committed(commits):
    consumer, places, polls, committed = commits
    polls += [{places[0]: ["a"], places[2]: ["gone"]}, {places[2]: ["gone"]}]

    for _ in range(2):
        await consumer.getmany(timeout_ms=1, max_records=2)
        await consumer.commit()

    assert committed == [{places[0]: 10}]


@pytest.mark.parametrize(
    ("gather", "wanted"), [(True, (256 * 1024, 250)), (False, (1, 500))]
)
async def test_only_a_service_that_nobody_waits_for_gathers_records(
    gather: bool, wanted: tuple[int, int]
) -> None:
    broker = build_broker(KafkaSettings(bootstrap_servers="a:1"), service="analytics")
    await broker.connect()
    subscribe(
        broker,
        Harness().start(),
        [topics.CONVERSATION_EVENTS],
        max_records=10,
        session_seconds=10,
        gather=gather,
    )

    (subscriber,) = broker.subscribers
    made = subscriber.builder(**subscriber._connection_args)
    await made.stop()

    assert (made._fetch_min_bytes, made._fetch_max_wait_ms) == wanted
