"""The brokers of the local stack."""

import asyncio
import uuid

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from handrail.stack import broker as brokers
from handrail.stack import java
from handrail.stack.broker import NamedBroker, choose_kind, start_broker
from handrail.stack.kafka import LARGEST_MESSAGE, ApacheKafka
from handrail.stack.processes import StartError


@pytest.mark.integration
async def test_a_record_comes_back_as_it_was_sent(kafka):
    topic = await make_topic(kafka)
    big = bytes(LARGEST_MESSAGE - 100_000) if kafka.kind != "tansu-embedded" else b"big"
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap_servers,
        enable_idempotence=kafka.idempotent,
        max_request_size=LARGEST_MESSAGE,
    )
    await producer.start()
    try:
        for value in (b"small", big):
            await producer.send_and_wait(topic, value, key=b"acme:c-1")
    finally:
        await producer.stop()

    got = await read(kafka, topic, 2)

    assert [(r.key, r.value) for r in got] == [
        (b"acme:c-1", b"small"),
        (b"acme:c-1", big),
    ]


@pytest.mark.integration
@pytest.mark.slow
async def test_three_nodes_lose_one_and_none_of_the_records(kafka):
    if kafka.nodes != 3 or not isinstance(kafka, ApacheKafka):
        pytest.skip("this run has one broker: make test NODES=3")
    topic = await make_topic(kafka)
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap_servers, enable_idempotence=True
    )
    await producer.start()
    try:
        await producer.send_and_wait(topic, b"0")
        await asyncio.to_thread(kafka.kill, 2)
        for number in range(1, 20):
            await producer.send_and_wait(topic, str(number).encode())
        await asyncio.to_thread(kafka.restart, 2)
        await asyncio.to_thread(brokers.await_members, kafka)
    finally:
        await producer.stop()

    got = await read(kafka, topic, 20)

    assert sorted(int(r.value) for r in got) == list(range(20))


def test_servers_that_the_environment_names_are_used(monkeypatch):
    monkeypatch.setenv("HANDRAIL_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setenv("HANDRAIL_KAFKA_IDEMPOTENT", "false")

    assert brokers.named_broker() == NamedBroker("127.0.0.1:1", idempotent=False)


def test_auto_is_the_embedded_broker_where_there_is_no_java(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert choose_kind("auto") == "embedded"
    with pytest.raises(StartError, match="no `java` on the PATH"):
        choose_kind("apache")


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        pytest.param('openjdk version "17.0.15" 2025-04-15', True, id="oldest"),
        pytest.param('openjdk version "11.0.2"', False, id="too-old"),
        pytest.param('java version "1.8.0_292"', False, id="old-numbering"),
        pytest.param("no idea", False, id="unreadable"),
    ],
)
def test_java_must_be_17_or_later(monkeypatch, tmp_path, shown, found):
    for name, text in (("java", f"echo '{shown}' >&2"), ("mvn", "true")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert bool(java.java_available()) is found


def test_unknown_kinds_and_numbers_of_nodes_are_refused(monkeypatch):
    monkeypatch.delenv("HANDRAIL_KAFKA_BOOTSTRAP_SERVERS", raising=False)
    with pytest.raises(StartError, match="apache, embedded or auto"):
        choose_kind("redpanda")
    with pytest.raises(StartError, match="1 node or 3"):
        ApacheKafka(2)
    with pytest.raises(StartError, match="one node, not 3"):
        start_broker("embedded", 3)


async def make_topic(kafka):
    topic = f"stack-test-{uuid.uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await admin.start()
    try:
        new = NewTopic(topic, num_partitions=1, replication_factor=kafka.nodes)
        await admin.create_topics([new])
    finally:
        await admin.close()
    return topic


async def read(kafka, topic, count):
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=kafka.bootstrap_servers,
        group_id=topic,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=20,
        max_partition_fetch_bytes=LARGEST_MESSAGE,
    )
    await consumer.start()
    try:
        return [await asyncio.wait_for(consumer.getone(), 30) for _ in range(count)]
    finally:
        await consumer.stop()
