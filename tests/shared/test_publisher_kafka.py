"""Publishing against Apache Kafka: what it really refuses, and what it then wants."""

import asyncio
import os
import uuid

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from handrail.stack import java
from handrail.stack.kafka import ApacheKafka
from shared.errors import Transient
from shared.kafka.publisher import KafkaPublisher, Patience
from shared.kafka.records import Outgoing
from tests.support.consuming import kafka_settings

pytestmark = pytest.mark.integration


@pytest.fixture
def apache(kafka):
    if not isinstance(kafka, ApacheKafka):
        pytest.skip("the embedded broker has no producer ids and no limits")
    return kafka


@pytest.fixture
def three_nodes():
    if not java.java_available():
        pytest.skip("needs Apache Kafka")
    cluster = ApacheKafka(3)
    yield cluster
    cluster.stop()


async def test_a_record_that_kafka_calls_too_large_wedges_nothing(apache):
    topic = await make_topic(apache, **{"max.message.bytes": "20000"})
    noise = os.urandom(100_000)
    publisher = KafkaPublisher(kafka_settings(apache), client_id="test")
    await publisher.start()
    try:
        await publisher.publish(
            [output(topic, value) for value in (b"1", b"2", noise, b"3", b"4")]
        )
        await publisher.publish([output(topic, b"5")])
    finally:
        await publisher.stop()

    got = await read(apache, topic, 5)
    (letter,) = await read(apache, f"{topic}.dead-letter", 1)

    assert [each.value for each in got] == [b"1", b"2", b"3", b"4", b"5"]
    assert letter.value == noise
    assert dict(letter.headers)["reason"] == b"output_too_large"


@pytest.mark.slow
async def test_a_leaderless_minute_wedges_nothing(three_nodes):
    topic = await make_topic(three_nodes, replicas={0: [2]})
    settings = kafka_settings(three_nodes)
    short = Patience(request=2.0, batch=6.0, again=1.0)
    publisher = KafkaPublisher(settings, client_id="test", patience=short)
    await publisher.start()
    try:
        await publisher.publish([output(topic, b"1")])
        await asyncio.to_thread(three_nodes.kill, 2)
        with pytest.raises(Transient):
            async with asyncio.timeout(60):
                await publisher.publish([output(topic, b"2")])
        await asyncio.to_thread(three_nodes.restart, 2)
        await until_published(publisher, output(topic, b"2"))
        await publisher.publish([output(topic, b"3")])
    finally:
        await publisher.stop()

    got = await read(three_nodes, topic, 3)

    assert list(dict.fromkeys(each.value for each in got)) == [b"1", b"2", b"3"]


async def until_published(publisher, record):
    """Publish as the runtime does: again, until it is taken."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await publisher.publish([record])
            except Transient:
                await asyncio.sleep(0.2)


def output(topic, value):
    return Outgoing(topic, b"acme:c-1", value, [("ce_id", b"1")])


async def make_topic(kafka, *, replicas=None, **configs):
    topic = f"publisher-{uuid.uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await admin.start()
    try:
        new = (
            NewTopic(topic, -1, -1, replica_assignments=replicas)
            if replicas
            else NewTopic(topic, 1, kafka.nodes, topic_configs=configs)
        )
        dead = NewTopic(f"{topic}.dead-letter", 1, kafka.nodes)
        answer = await admin.create_topics([new, dead])
        assert not any(error[1] for error in answer.topic_errors), answer
    finally:
        await admin.close()
    return topic


async def read(kafka, topic, count):
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=kafka.bootstrap_servers,
        group_id=topic,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        return [await asyncio.wait_for(consumer.getone(), 30) for _ in range(count)]
    finally:
        await consumer.stop()
