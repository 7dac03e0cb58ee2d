"""The broker that services consume from."""

import aiokafka

from shared.kafka.subscription import PatientConsumer, build_broker
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
