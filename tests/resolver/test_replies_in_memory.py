"""Replies in memory take what their budget allows, and a slow reader loses none."""

from dataclasses import dataclass
from typing import Any

import orjson

from services.resolver.replies import Hub, StoredReply, follow
from tests.support.fakes import NOON

LANE = "acme:c-1"
BUDGET = 1_000_000


@dataclass
class Raw:
    key: bytes
    value: bytes
    offset: int


def raw(n: int, *, size: int = 50_000, lane: str = LANE) -> Raw:
    app_id, conversation_id = lane.split(":")
    body: dict[str, Any] = {
        "type": "answer", "app_id": app_id, "conversation_id": conversation_id,
        "occurred_at": NOON.isoformat(), "reply_id": f"r-{n}", "in_reply_to": "e-1",
        "text": "x" * size, "sources": [],
    }  # fmt: skip
    return Raw(lane.encode(), orjson.dumps(body), n)


class FakeReplies:
    def __init__(self) -> None:
        self.stored: list[StoredReply] = []

    async def add(self, replies: Any) -> None:
        self.stored += replies

    async def of(self, lane: str) -> list[StoredReply]:
        return [each for each in self.stored if each.lane == lane]


def stored(record: Raw) -> StoredReply:
    reply_id = orjson.loads(record.value)["reply_id"]
    return StoredReply(LANE, reply_id, "answer", record.offset, record.value)


def test_replies_seen_lately_stay_within_their_budget() -> None:
    hub = Hub(BUDGET)

    for n in range(100):
        hub.take(raw(n))
        assert hub.kept_bytes <= BUDGET

    lately = [each.reply_id for each in hub.recent(LANE)]
    assert lately == [f"r-{n}" for n in range(100 - len(lately), 100)]
    assert 5 < len(lately) < 10


def test_readers_that_are_behind_stay_within_the_budget_together() -> None:
    hub = Hub(BUDGET)
    listeners = [hub.listen(f"acme:c-{n}") for n in range(10)]

    for round_ in range(20):
        for n in range(10):
            hub.take(raw(round_, lane=f"acme:c-{n}"))
            assert hub.kept_bytes <= BUDGET

    assert any(each.cut_off for each in listeners)
    for n, each in enumerate(listeners):
        hub.leave(f"acme:c-{n}", each)
    assert hub.kept_bytes <= BUDGET // 2


def test_the_reader_that_is_furthest_behind_is_cut_off_first() -> None:
    hub = Hub(BUDGET)
    slow, quick = hub.listen("acme:slow"), hub.listen("acme:quick")

    for n in range(30):
        hub.take(raw(n, lane="acme:slow"))
        if n == 0:
            hub.take(raw(n, lane="acme:quick"))

    assert slow.cut_off
    assert not quick.cut_off


async def test_a_reader_that_was_cut_off_resumes_without_a_gap() -> None:
    hub, replies = Hub(BUDGET), FakeReplies()
    reading = follow(LANE, last_id=None, replies=replies, hub=hub, reread_seconds=5)
    first = raw(0)
    await replies.add([stored(first)])
    got = [await anext(reading)]

    for n in range(1, 40):  # while the reader is busy with the first
        record = raw(n)
        hub.take(record)
        await replies.add([stored(record)])
    got += [each async for each in reading]
    last = got[-1]
    assert last is not None
    resumed = follow(
        LANE, last_id=last.reply_id, replies=replies, hub=hub, reread_seconds=5
    )
    got += [await anext(resumed) for _ in range(40 - len(got))]
    await resumed.aclose()

    assert [each.reply_id for each in got if each] == [f"r-{n}" for n in range(40)]
