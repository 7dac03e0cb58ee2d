"""`python -m shared.topics create` waits for a Kafka that is starting."""

import pytest
from aiokafka.errors import KafkaConnectionError

from shared.kafka.provision import Provisioned
from shared.topics.__main__ import attempts

MADE = [Provisioned("a", "created")]
TOO_FEW = [Provisioned("a", "failed", "INVALID_REPLICATION_FACTOR")]


def told(*answers):
    """Return what gives each answer in turn, and how often it was asked."""
    asked = []

    def make():
        asked.append(1)
        answer = answers[len(asked) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return make, asked


def test_it_asks_again_until_enough_brokers_are_there():
    make, asked = told(KafkaConnectionError("starting"), TOO_FEW, MADE)

    assert attempts(make, 60, pause=lambda _: None) == MADE
    assert len(asked) == 3


def test_without_a_wait_it_asks_once_and_says_what_failed():
    make, asked = told(TOO_FEW)

    assert attempts(make, 0) == TOO_FEW
    assert len(asked) == 1


def test_a_kafka_that_stays_away_is_an_error():
    make, _ = told(KafkaConnectionError("away"))

    with pytest.raises(KafkaConnectionError):
        attempts(make, 0)
