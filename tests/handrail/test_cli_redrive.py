"""Redrive on a real broker: once, in full, and only what was asked for."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from handrail.cli.dead_letters.redrive import Wish, run
from handrail.cli.dead_letters.show import peek
from shared.kafka.dead_letters import dead_letter
from shared.settings import KafkaSettings
from shared.topics import Topic

pytestmark = pytest.mark.integration

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def settings(kafka):
    return KafkaSettings(
        bootstrap_servers=kafka.bootstrap_servers,
        idempotent=kafka.idempotent,
        replication=1,
    )


@pytest.fixture
async def topic(settings):
    """A topic of this test's own, with its dead letters in one partition."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    made = Topic(name, "", (), (), ())
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(name, 1, 1), NewTopic(made.dead_letter, 1, 1)])
    yield made
    await admin.close()


@pytest.fixture
async def bury(settings, topic):
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers)
    await producer.start()
    count = 0

    async def bury(value, *, reason="storage", consumer="resolver", offset=None):
        nonlocal count
        count += 1
        raw = SimpleNamespace(
            topic=topic.name,
            partition=0,
            offset=count if offset is None else offset,
            key=b"acme:c-1",
            value=value,
            headers=[("traceparent", b"00-1")],
        )
        letter = dead_letter(
            raw,
            reason=reason,
            error="it broke",
            attempts=3,
            consumer=consumer,
            first_failed_at=NOW,
        )
        await producer.send_and_wait(
            letter.topic, letter.value, key=letter.key, headers=letter.headers
        )

    yield bury
    await producer.stop()


@pytest.fixture
def arrived(settings, topic):
    async def arrived():
        place = TopicPartition(topic.name, 0)
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.bootstrap_servers, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            consumer.assign([place])
            end = (await consumer.end_offsets([place]))[place]
            found = []
            while len(found) < end:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    found += records
            return found
        finally:
            await consumer.stop()

    return arrived


async def test_letters_are_published_as_they_were_and_only_once(
    settings, topic, bury, arrived
):
    await bury(b"one")
    await bury(b"\xff\x00 two")

    first = await run(settings, topic, Wish())
    again = await run(settings, topic, Wish())

    got = await arrived()
    assert [each.value for each in got] == [b"one", b"\xff\x00 two"]
    assert {each.key for each in got} == {b"acme:c-1"}
    assert got[0].headers == (("traceparent", b"00-1"), ("redriven", b"1"))
    assert first.redriven == {"storage": 2}
    assert not again.redriven


async def test_a_dry_run_counts_and_changes_nothing(settings, topic, bury, arrived):
    await bury(b"one")

    dry = await run(settings, topic, Wish(dry_run=True))
    wet = await run(settings, topic, Wish())

    assert dry.redriven == wet.redriven == {"storage": 1}
    assert len(await arrived()) == 1


async def test_other_reasons_stay_for_another_time(
    settings, topic, bury, arrived, kafka
):
    if kafka.kind == "tansu-embedded":
        pytest.skip("the embedded broker forgets the metadata of a commit")
    for reason in ("not_json", "storage", "not_json", "storage"):
        await bury(reason.encode(), reason=reason)

    some = await run(settings, topic, Wish(reason="storage"))
    same = await run(settings, topic, Wish(reason="storage"))
    waiting = await peek(settings, topic)
    rest = await run(settings, topic, Wish())

    assert (some.redriven, some.left) == ({"storage": 2}, {"not_json": 2})
    assert not same.redriven
    assert [each.reason for each in waiting] == ["not_json", "not_json"]
    assert rest.redriven == {"not_json": 2}
    assert len(await arrived()) == 4


async def test_a_limit_stops_and_the_next_run_goes_on(settings, topic, bury, arrived):
    for number in range(5):
        await bury(str(number).encode())

    await run(settings, topic, Wish(limit=2))
    assert [each.value for each in await arrived()] == [b"0", b"1"]

    await run(settings, topic, Wish())
    assert [each.value for each in await arrived()] == [b"0", b"1", b"2", b"3", b"4"]


async def test_one_record_given_up_by_two_consumers_is_published_once(
    settings, topic, bury, arrived
):
    await bury(b"same", consumer="resolver", offset=9)
    await bury(b"same", consumer="escalator", offset=9)

    outcome = await run(settings, topic, Wish())

    assert (outcome.redriven, outcome.repeated) == ({"storage": 1}, {"storage": 1})
    assert len(await arrived()) == 1
    assert await peek(settings, topic) == []


async def test_given_up_letters_are_not_published(settings, topic, bury, arrived):
    await bury(b"poison", reason="not_json")
    await bury(b"fine")

    await run(settings, topic, Wish(reason="not_json", skip=True))
    await run(settings, topic, Wish())

    assert [each.value for each in await arrived()] == [b"fine"]
    assert len(await peek(settings, topic, everything=True)) == 2


async def test_progress_is_told_up_to_the_end(settings, topic, bury):
    await bury(b"one")
    await bury(b"two")
    told = []

    await run(settings, topic, Wish(), lambda done, total: told.append((done, total)))

    assert told == [(1, 2), (2, 2)]
