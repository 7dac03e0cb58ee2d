"""Topics as they are against topics as they should be."""

from types import SimpleNamespace

import pytest
from aiokafka.errors import KafkaError

from handrail.cli.checks import verdicts
from handrail.cli.checks.verdicts import Level
from shared.kafka.provision import Provisioned, compare, new_topics
from shared.settings import KafkaSettings
from shared.topics.catalogue import (
    CONVERSATION_EVENTS,
    CONVERSATION_UNRESOLVED,
)

SETTINGS = KafkaSettings(partitions=24, replication=3)
NAME = CONVERSATION_EVENTS.name


class FakeAdmin:
    """A broker whose topics are as wanted, but for *changes*."""

    def __init__(self, wanted, *, telling=True, partitions=None, copies=3, **configs):
        self.wanted = {new.name: new for new in wanted}
        self.telling = telling
        self.partitions = partitions
        self.copies = copies
        self.changes = {
            name.replace("_", "."): value for name, value in configs.items()
        }

    async def describe_topics(self, names):
        return [
            {
                "topic": name,
                "partitions": [{"replicas": list(range(self.copies))}]
                * (self.partitions or self.wanted[name].num_partitions),
            }
            for name in names
        ]

    async def describe_configs(self, asked):
        if not self.telling:
            raise KafkaError("not supported")
        resources = [
            (0, None, 2, each.name, [*self._entries(each.name), ("unclean", "false")])
            for each in asked
        ]
        return [SimpleNamespace(resources=resources)]

    def _entries(self, name):
        return list({**self.wanted[name].topic_configs, **self.changes}.items())


def wanted():
    return new_topics(CONVERSATION_EVENTS, SETTINGS)[:1]


async def test_a_topic_as_it_was_wanted_only_exists():
    assert await compare(FakeAdmin(wanted()), wanted()) == [Provisioned(NAME, "exists")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"partitions": 6}, "partitions 6 not 24"),
        ({"copies": 1}, "copies 1 not 3"),
        ({"max_message_bytes": "1000"}, "max.message.bytes 1000 not 1114112"),
        ({"retention_ms": "-1"}, "retention.ms -1 not 604800000"),
        ({"cleanup_policy": "compact"}, "cleanup.policy compact not delete"),
        ({"min_insync_replicas": "1"}, "min.insync.replicas 1 not 2"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
async def test_what_differs_is_named_with_what_is_and_what_should_be(changes, said):
    found = await compare(FakeAdmin(wanted(), **changes), wanted())

    assert found == [Provisioned(NAME, "differs", said)]


async def test_all_differences_of_a_topic_are_named_together():
    admin = FakeAdmin(wanted(), partitions=1, copies=1, retention_ms="5")

    (found,) = await compare(admin, wanted())

    assert found.detail == (
        "partitions 1 not 24, copies 1 not 3, retention.ms 5 not 604800000"
    )


async def test_a_broker_that_does_not_tell_settings_is_compared_by_the_rest():
    silent = FakeAdmin(wanted(), telling=False, max_message_bytes="1")
    fewer = FakeAdmin(wanted(), telling=False, partitions=2)

    assert (await compare(silent, wanted()))[0].outcome == "exists"
    assert (await compare(fewer, wanted()))[0].detail == "partitions 2 not 24"


def test_the_doctor_warns_of_each_topic_that_differs_and_of_no_other():
    lines = verdicts.settings(
        [
            Provisioned(NAME, "exists"),
            Provisioned(
                CONVERSATION_UNRESOLVED.name, "differs", "retention.ms 5 not 6"
            ),
        ]
    )

    assert [(line.level, line.what) for line in lines] == [
        (Level.WARN, CONVERSATION_UNRESOLVED.name)
    ]
    assert "retention.ms 5 not 6" in lines[0].detail
