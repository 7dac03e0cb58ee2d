"""Publishing against a broker that fails batches and holds producers to their order."""

import asyncio
import contextlib

import pytest
from aiokafka.errors import LeaderNotAvailableError, UnknownError
from aiokafka.record.default_records import DefaultRecordBatch

from shared.errors import Transient
from shared.kafka.producing.batches import Chunk
from shared.kafka.producing.progress import FORGET_SECONDS, Progress
from shared.kafka.publisher import STUCK_SECONDS, KafkaPublisher, Patience
from shared.kafka.records import Outgoing
from shared.settings import KafkaSettings
from shared.topics.catalogue import (
    CATALOGUE,
    codec_of,
)
from tests.support.fake_cluster import FakeCluster

TOPIC = "conversation.replies"
DEAD = f"{TOPIC}.dead-letter"
PLACE = (TOPIC, 0)
SHORT = Patience(batch=0.05, request=0.05, start=0.05, again=0.04)


def record(value: bytes, **facts) -> Outgoing:
    return Outgoing(TOPIC, b"acme:c-1", value, [("ce_id", value[:8])], **facts)


@contextlib.asynccontextmanager
async def publishing(cluster: FakeCluster, patience: Patience = Patience()):  # noqa: B008 - frozen
    publisher = KafkaPublisher(
        KafkaSettings(),
        client_id="test",
        service="resolver",
        patience=patience,
        make=cluster.make,
    )
    await publisher.start()
    try:
        yield publisher
    finally:
        await publisher.stop()


async def test_a_failed_batch_is_published_again_by_a_new_producer():
    cluster = FakeCluster(failing={PLACE: [UnknownError()]})
    async with publishing(cluster) as publisher:
        await publisher.publish([record(b"1"), record(b"2")])
        await publisher.publish([record(b"3")])

    assert cluster.values(TOPIC) == [b"1", b"2", b"3"]
    assert len(cluster.made) == 2


async def test_a_batch_that_outlived_its_deadline_wedges_nothing_behind_it():
    cluster = FakeCluster(failing={PLACE: [LeaderNotAvailableError()] * 3})
    async with publishing(cluster) as publisher:
        with pytest.raises(Transient, match="LeaderNotAvailable"):
            await publisher.publish([record(b"1")])
        await publisher.publish([record(b"1")])
        await publisher.publish([record(b"2")])

    assert cluster.values(TOPIC) == [b"1", b"2"]


async def test_one_record_too_large_is_set_aside_and_its_neighbours_go_on():
    cluster = FakeCluster(max_bytes={TOPIC: 100})
    values = [b"a", b"b", b"x" * 200, b"c", b"d"]
    async with publishing(cluster) as publisher:
        await publisher.publish([record(value) for value in values])
        await publisher.publish([record(b"e")])

    (letter,) = [
        each for place, log in cluster.log.items() if place[0] == DEAD for each in log
    ]
    headers = {name: value.decode() for name, value in letter.headers}

    assert cluster.values(TOPIC) == [b"a", b"b", b"c", b"d", b"e"]
    assert letter.value == b"x" * 200
    assert headers["reason"] == "output_too_large"
    assert headers["consumer"] == "resolver"
    assert headers["original_topic"] == TOPIC
    assert "MessageSizeTooLarge" in headers["error"]
    assert "original_bytes" not in headers


async def test_a_dead_letter_that_is_too_large_itself_is_cut_and_says_so():
    cluster = FakeCluster(max_bytes={TOPIC: 100, DEAD: 500})
    async with publishing(cluster) as publisher:
        await publisher.publish([record(b"x" * 4000)])

    (letter,) = cluster.log[DEAD, 0]

    assert 0 < len(letter.value) <= 500
    assert dict(letter.headers)["original_bytes"] == b"4000"


async def test_a_dead_letter_that_is_never_taken_is_said_instead_of_lost():
    cluster = FakeCluster(max_bytes={TOPIC: 100, DEAD: -1})
    async with publishing(cluster) as publisher:
        with pytest.raises(Transient) as caught:
            await publisher.publish([record(b"x" * 4000)])

    assert caught.value.reason == "dead_letter_refused"


async def test_the_order_of_a_partition_holds_where_its_first_batch_fails():
    cluster = FakeCluster(failing={PLACE: [UnknownError()]})
    large = [bytes([65 + number]) * 300_000 for number in range(5)]
    async with publishing(cluster) as publisher:
        await publisher.publish([record(value) for value in large])

    assert [value[:1] for value in cluster.values(TOPIC)] == [
        b"A",
        b"B",
        b"C",
        b"D",
        b"E",
    ]


async def test_who_publishes_beside_a_failure_is_not_harmed_by_the_replacement():
    cluster = FakeCluster(partitions=8)
    cluster.held = {(TOPIC, number) for number in range(8)}
    cluster.failing = {(TOPIC, 3): [UnknownError()]}
    async with publishing(cluster) as publisher:
        tasks = [
            asyncio.create_task(publisher.publish([record(b"%d" % n, partition=n % 8)]))
            for n in range(24)
        ]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        cluster.release((TOPIC, 3))
        for _ in range(5):
            await asyncio.sleep(0)
        late = asyncio.create_task(publisher.publish([record(b"late", partition=0)]))
        await asyncio.sleep(0)
        for number in range(8):
            cluster.release((TOPIC, number))
        await asyncio.gather(*tasks, late)

    written = {value for number in range(8) for value in cluster.values(TOPIC, number)}

    assert written == {b"late", *(b"%d" % n for n in range(24))}
    assert len(cluster.made) == 2
    assert {each.ended for each in cluster.made} == {"stopped"}


async def test_a_batch_that_fails_after_its_publisher_was_cancelled_wedges_nothing():
    cluster = FakeCluster(held={PLACE}, failing={PLACE: [UnknownError()]})
    async with publishing(cluster) as publisher:
        task = asyncio.create_task(publisher.publish([record(b"1")]))
        await asyncio.sleep(0.001)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        cluster.release(PLACE)
        await publisher.publish([record(b"1")])
        await publisher.publish([record(b"2")])

    assert cluster.values(TOPIC) == [b"1", b"2"]


async def test_a_publisher_cancelled_while_it_replaces_the_producer_leaves_no_trace():
    cluster = FakeCluster(failing={PLACE: [UnknownError()]})
    async with publishing(cluster) as publisher:
        task = asyncio.create_task(publisher.publish([record(b"1")]))
        while len(cluster.made) < 2:
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await publisher.publish([record(b"1")])

    assert cluster.values(TOPIC) == [b"1"]
    assert cluster.made[1].ended == "abandoned"


async def test_what_is_never_answered_is_given_up_and_its_producer_too():
    cluster = FakeCluster(held={PLACE})
    async with publishing(cluster, SHORT) as publisher:
        with pytest.raises(Transient, match="Timeout"):
            await publisher.publish([record(b"1")])
        cluster.held.clear()
        await publisher.publish([record(b"1")])

    assert cluster.values(TOPIC) == [b"1"]
    assert cluster.made[0].ended == "abandoned"


async def test_while_no_producer_can_be_made_readiness_says_so_and_liveness_holds():
    cluster = FakeCluster(failing={PLACE: [UnknownError()]})
    async with publishing(cluster) as publisher:
        cluster.down = True
        with pytest.raises(Transient):
            await publisher.publish([record(b"1")])
        during = (publisher.stuck, publisher.waiting_reason)
        cluster.down = False
        await publisher.publish([record(b"1")])
        after = publisher.waiting_reason

    assert during[0] is False
    assert "nobody answers" in during[1]
    assert after == ""
    assert cluster.values(TOPIC) == [b"1"]


async def test_nothing_is_published_before_the_start_and_after_the_stop():
    cluster = FakeCluster()
    publisher = KafkaPublisher(KafkaSettings(), client_id="test", make=cluster.make)
    with pytest.raises(Transient):
        await publisher.publish([record(b"1")])
    await publisher.start()
    await publisher.stop()
    with pytest.raises(Transient):
        await publisher.publish([record(b"1")])

    assert cluster.log == {}


class Seconds:
    """A monotonic clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_partition_without_acknowledgement_is_seen_beside_others_that_have_them():
    seconds = Seconds()
    progress = Progress(seconds)
    for _ in range(30):
        progress.began(PLACE)
        progress.failed(PLACE, UnknownError())
        progress.began((TOPIC, 1))
        progress.acknowledged((TOPIC, 1))
        seconds.now += 10

    assert progress.seconds_without() > STUCK_SECONDS
    assert "conversation.replies/0: UnknownError" in progress.reason()
    assert not progress.broker_refuses()


def test_a_partition_whose_broker_says_wait_needs_no_restart():
    progress = Progress(Seconds())
    progress.began(PLACE)
    progress.failed(PLACE, LeaderNotAvailableError())

    assert progress.broker_refuses()


def test_an_acknowledgement_ends_the_wait_and_begins_it_again_for_others():
    seconds = Seconds()
    progress = Progress(seconds)
    progress.began(PLACE)
    progress.began(PLACE)
    seconds.now += 100
    progress.acknowledged(PLACE)
    between = progress.seconds_without()
    seconds.now += 5
    waiting = progress.seconds_without()
    progress.acknowledged(PLACE)

    assert (between, waiting, progress.seconds_without()) == (0, 5, 0)


def test_what_nobody_tries_any_more_is_not_waited_for():
    seconds = Seconds()
    progress = Progress(seconds)
    progress.began(PLACE)
    progress.failed(PLACE, UnknownError())
    seconds.now += FORGET_SECONDS + 1

    assert progress.seconds_without() == 0


NO_LIBRARY = {0x00: "none", 0x01: "gzip"}
"""Codecs of a record batch that the Python standard library reads."""


@pytest.mark.parametrize("topic", CATALOGUE, ids=lambda topic: topic.name)
@pytest.mark.parametrize("dead", [False, True], ids=["events", "dead-letters"])
def test_every_topic_is_read_without_a_library_for_its_codec(topic, dead):
    name = topic.dead_letter if dead else topic.name
    chunk = Chunk((name, 0))
    chunk.add(Outgoing(name, b"k", b"v" * 2000, []))
    batch = DefaultRecordBatch(bytes(chunk.batch()._build()))

    assert NO_LIBRARY[batch.compression_type] == codec_of(name)
    assert [each.value for each in batch] == [b"v" * 2000]
