"""What `make test` says about the broker it runs on."""

import pytest

from handrail.stack.processes import StartError
from tests.support import suite


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in ("CI", "HANDRAIL_KAFKA_BOOTSTRAP_SERVERS", "HANDRAIL_TEST_NODES"):
        monkeypatch.delenv(name, raising=False)


def test_ci_demands_apache_kafka(monkeypatch, tmp_path):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("HANDRAIL_TEST_BROKER", "auto")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(StartError, match="Apache Kafka cannot run here"):
        suite.title()


def test_without_java_the_title_says_that_it_is_not_apache_kafka(monkeypatch, tmp_path):
    monkeypatch.setenv("HANDRAIL_TEST_BROKER", "auto")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert suite.title().endswith("not Apache Kafka")


def test_named_servers_are_named_in_the_title(monkeypatch):
    monkeypatch.setenv("HANDRAIL_KAFKA_BOOTSTRAP_SERVERS", "kafka-1:9092")

    assert suite.title() == "the servers named: kafka-1:9092"
