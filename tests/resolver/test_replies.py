"""Replies are stored once, passed on live, and resumed without a gap or a repeat."""

import asyncio

import pytest

from services.resolver.replies import (
    QUEUE_REPLIES,
    Hub,
    RouterWorker,
    StoredReply,
    after,
    follow,
    history,
)
from shared.errors import Transient
from shared.events import Answer
from shared.kafka.records import Done, Failed, LaneResult, Record
from tests.support.fakes import NOON, RawRecord

LANE = "acme:c-42"


def answer(number):
    return Answer(
        app_id="acme",
        conversation_id="c-42",
        occurred_at=NOON,
        reply_id=f"r-{number}",
        in_reply_to="e-1",
        text=f"answer {number}",
    )


def raw_reply(number, lane=LANE):
    return RawRecord(
        "conversation.replies",
        0,
        number,
        lane.encode(),
        answer(number).model_dump_json().encode(),
    )


def stored(number):
    raw = raw_reply(number)
    return StoredReply(LANE, f"r-{number}", "answer", number, raw.value)


def record(topic, offset, event=None):
    return Record(
        topic=topic,
        partition=0,
        offset=offset,
        value=b"{}",
        event=event,
        lane=LANE,
        source_id=f"{topic}-{offset}",
    )


class FakeReplies:
    def __init__(self, *replies):
        self.kept = list(replies)
        self.failing = None

    async def add(self, replies):
        if self.failing:
            raise self.failing
        known = {each.reply_id for each in self.kept}
        self.kept += [each for each in replies if each.reply_id not in known]

    async def of(self, lane):
        return sorted(
            (each for each in self.kept if each.lane == lane), key=lambda r: r.offset
        )


class FakeDecisions:
    def __init__(self, *, fail_at=None):
        self.fail_at = fail_at
        self.seen = []

    async def work(self, lanes):
        results = []
        for lane in lanes:
            result = LaneResult()
            for each in lane:
                if each.offset == self.fail_at:
                    result.failed = Failed(Transient("later"))
                    break
                self.seen.append(each.offset)
                result.done.append(Done(f"decided {each.offset}"))
            results.append(result)
        return results


def reasons(result):
    return [each.reason for each in result.done]


async def test_replies_are_stored_and_all_else_is_decided_in_its_order():
    replies, decisions = FakeReplies(), FakeDecisions()
    lane = [
        record("conversation.events", 1),
        record("conversation.replies", 2, answer(2)),
        record("conversation.events", 3),
    ]
    only_replies = [record("conversation.replies", 4, answer(4))]

    first, second = await RouterWorker(decisions, replies).work([lane, only_replies])

    assert reasons(first) == ["decided 1", "reply_stored", "decided 3"]
    assert reasons(second) == ["reply_stored"]
    assert [each.reply_id for each in replies.kept] == ["r-2", "r-4"]
    assert decisions.seen == [1, 3]


async def test_a_lane_stops_where_its_decision_stopped():
    lane = [
        record("conversation.replies", 1, answer(1)),
        record("conversation.events", 2),
        record("conversation.replies", 3, answer(3)),
    ]

    (result,) = await RouterWorker(FakeDecisions(fail_at=2), FakeReplies()).work([lane])

    assert reasons(result) == ["reply_stored"]
    assert result.failed is not None


async def test_nothing_is_acknowledged_when_replies_cannot_be_stored():
    replies = FakeReplies()
    replies.failing = Transient("mongo_unavailable")

    with pytest.raises(Transient):
        await RouterWorker(FakeDecisions(), replies).work(
            [[record("conversation.replies", 1, answer(1))]]
        )


async def test_what_is_not_stored_yet_is_bridged_and_nothing_comes_twice():
    hub = Hub()
    for number in (2, 3):
        hub.take(raw_reply(number))
    hub.take(raw_reply(9, lane="acme:other"))

    found = await history(LANE, replies=FakeReplies(stored(1), stored(2)), hub=hub)

    assert [each.reply_id for each in found] == ["r-1", "r-2", "r-3"]
    assert [each.reply_id for each in after(found, "r-2")] == ["r-3"]
    assert after(found, "never heard of") == found


async def collect(stream, count):
    found = []
    async for each in stream:
        if each is not None:
            found.append(each.reply_id)
        if len(found) == count:
            break
    await stream.aclose()
    return found


async def test_a_stream_begins_with_the_history_and_goes_on_live():
    hub = Hub()
    stream = follow(
        LANE, last_id=None, replies=FakeReplies(stored(1)), hub=hub, reread_seconds=5
    )
    task = asyncio.create_task(collect(stream, 3))
    await asyncio.sleep(0.01)
    for number in (1, 2, 2, 3):
        hub.take(raw_reply(number))

    assert await task == ["r-1", "r-2", "r-3"]
    assert hub._listeners == {}


async def test_a_stream_resumes_after_the_last_id_it_had():
    stream = follow(
        LANE,
        last_id="r-1",
        replies=FakeReplies(stored(1), stored(2)),
        hub=Hub(),
        reread_seconds=5,
    )

    assert await collect(stream, 1) == ["r-2"]


async def test_what_was_stored_late_is_found_at_the_next_heartbeat():
    replies = FakeReplies()
    stream = follow(LANE, last_id=None, replies=replies, hub=Hub(), reread_seconds=0.02)
    task = asyncio.create_task(collect(stream, 1))
    await asyncio.sleep(0.01)
    await replies.add([stored(7)])

    assert await task == ["r-7"]


async def test_a_reader_too_slow_is_cut_off_with_nothing_left_out_before():
    hub = Hub()
    stream = follow(
        LANE, last_id=None, replies=FakeReplies(), hub=hub, reread_seconds=0.02
    )
    assert await anext(stream) is None
    for number in range(QUEUE_REPLIES + 2):
        hub.take(raw_reply(number))

    read = [each async for each in stream if each is not None]

    assert [each.offset for each in read] == list(range(QUEUE_REPLIES + 2))
    assert hub._listeners == {}


def test_a_reply_that_cannot_be_read_is_passed_over():
    hub = Hub()
    hub.take(RawRecord("conversation.replies", 0, 1, LANE.encode(), b"{}"))
    hub.take(raw_reply(2))

    assert [each.reply_id for each in hub.recent(LANE)] == ["r-2"]
