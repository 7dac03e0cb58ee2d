"""The broker that services consume from."""

from shared.kafka.subscription import build_broker
from shared.settings import KafkaSettings


def test_every_broker_named_is_a_broker_asked() -> None:
    broker = build_broker(
        KafkaSettings(bootstrap_servers="a:1,b:2,c:3"), service="resolver"
    )

    assert list(broker.specification.url) == ["a:1", "b:2", "c:3"]
