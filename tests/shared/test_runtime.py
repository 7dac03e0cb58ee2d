"""The runtime loses nothing, repeats nothing, and delays nobody."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from shared import topics
from shared.errors import Transient
from shared.kafka.deciding.worker import DecisionWorker
from shared.kafka.working.deferred import Deferred
from shared.kafka.working.intake import Decoder
from shared.kafka.working.parking import PARKED_SCHEDULE, ParkingLot, Place
from shared.kafka.working.runtime import Runtime
from tests.support.counting import Counting, Counts
from tests.support.factories import message, raw
from tests.support.fakes import (
    FakeApps,
    FakeBatch,
    FakeClock,
    FakeLedger,
    FakeParkedStore,
    FakePublisher,
    FakeWatermarks,
    RawRecord,
    app,
)

REPLIES = topics.CONVERSATION_REPLIES.name
DEAD = topics.CONVERSATION_EVENTS.dead_letter


@dataclass
class House:
    """A runtime and everything it touches, as one process after another sees it."""

    verb: Counting = field(default_factory=Counting)
    clock: FakeClock = field(default_factory=FakeClock)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    apps: FakeApps = field(default_factory=lambda: FakeApps({"acme": app()}))
    parked: FakeParkedStore = field(default_factory=FakeParkedStore)
    marks: FakeWatermarks = field(default_factory=FakeWatermarks)

    def start(self) -> Runtime:
        worker = DecisionWorker(
            self.verb,
            states=Counts(),
            ledger=self.ledger,
            clock=self.clock,
            on_unexpected=lambda *_: None,
        )
        return Runtime(
            service="test",
            decoder=Decoder(
                [topics.CONVERSATION_EVENTS],
                apps=self.apps,
                max_event_bytes=1_000_000,
                now=self.clock.now,
            ),
            worker=worker,
            publisher=self.publisher,
            apps=self.apps,
            lot=ParkingLot(self.parked, scale=1),
            watermarks=self.marks,
            clock=self.clock,
            order={},
        )

    @property
    def answers(self) -> list[bytes]:
        return [each.value for each in self.publisher.on(REPLIES)]

    @property
    def dead_reasons(self) -> list[str]:
        return [
            dict(each.headers)["reason"].decode() for each in self.publisher.on(DEAD)
        ]


def said(
    event_id: str, text: str = "hi", *, offset: int, lane: str = "c-42"
) -> RawRecord:
    return raw(
        message(event_id, conversation_id=lane, message={"role": "user", "text": text}),
        offset=offset,
    )


async def run(runtime: Runtime, *raws: RawRecord) -> FakeBatch:
    batch = FakeBatch(raws)
    await runtime.on_batch(batch)
    return batch


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.kafka.working.rounds.BRIEF_WAITS", (0.0, 0.0))
    monkeypatch.setattr("shared.kafka.working.runtime.LONGEST_PAUSE", 0.0)


async def test_a_batch_is_worked_published_and_acknowledged() -> None:
    house = House()

    batch = await run(house.start(), said("e1", offset=0), said("e2", offset=1))

    assert house.answers == [b"e1 1", b"e2 2"]
    assert (batch.acks, batch.nacks) == (1, 0)


async def test_poison_reaches_the_dead_letters_and_its_neighbours_pass() -> None:
    house = House()
    bad = raw(b"\xff not json", offset=1)

    batch = await run(house.start(), said("e1", offset=0), bad, said("e2", offset=2))

    assert house.answers == [b"e1 1", b"e2 2"]
    assert house.dead_reasons == ["not_json"]
    letter = house.publisher.on(DEAD)[0]
    assert letter.value == bad.value
    headers = dict(letter.headers)
    assert headers["consumer"] == b"test"
    assert headers["attempts"] == b"1"
    assert headers["original_offset"] == b"1"
    assert {"error", "first_failed_at"} <= set(headers)
    assert batch.acks == 1


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        pytest.param(raw(message(app_id="nobody")), "unknown_app", id="unknown tenant"),
        pytest.param(raw(message(app_id="gone")), "deleted_app", id="deleted tenant"),
        pytest.param(raw(message(), key=b"other:key"), "wrong_key", id="wrong key"),
        pytest.param(raw(message(), value=None), "empty", id="tombstone"),
        pytest.param(
            raw(message(), headers=[("x", b"y")] * 1000), "headers_too_large", id="bomb"
        ),
        pytest.param(
            raw(message(message={"role": "robot", "text": "x"})), "invalid", id="role"
        ),
    ],
)
async def test_a_record_nobody_can_work_says_why(
    record: RawRecord, reason: str
) -> None:
    house = House(apps=FakeApps({"acme": app(), "gone": app("gone", status="deleted")}))

    await run(house.start(), record)

    assert house.dead_reasons == [reason]


async def test_an_app_made_a_moment_ago_is_known() -> None:
    house = House(apps=FakeApps(late={"acme": app()}))

    await run(house.start(), said("e1", offset=0))

    assert house.answers == [b"e1 1"]
    assert house.dead_reasons == []


async def test_a_record_without_a_key_is_worked() -> None:
    house = House()

    await run(house.start(), raw(message("e1"), key=None))

    assert house.answers == [b"e1 1"]


async def test_a_crash_before_the_acknowledgement_repeats_the_same_bytes() -> None:
    house = House(publisher=FakePublisher(failing=1))
    records = [said("e1", offset=0), said("e2", offset=1)]

    crashed = await run(house.start(), *records)
    again = await run(house.start(), *records)

    assert (crashed.acks, crashed.nacks) == (0, 1)
    assert house.answers == [b"e1 1", b"e2 2"]
    assert again.acks == 1


async def test_replaying_the_topic_from_its_start_changes_nothing() -> None:
    house = House()
    records = [said("e1", offset=0), raw(b"poison", offset=1), said("e2", offset=2)]
    await run(house.start(), *records)
    before = list(house.publisher.published)

    batch = await run(house.start(), *records)

    assert house.publisher.published == before
    assert batch.acks == 1


async def test_a_failing_record_parks_its_lane_and_no_other() -> None:
    house = House()
    runtime = house.start()

    await run(
        runtime,
        said("a1", "later", offset=0, lane="a"),
        said("a2", offset=1, lane="a"),
        said("b1", offset=2, lane="b"),
    )
    await run(runtime, said("a3", offset=3, lane="a"))

    assert house.answers == [b"b1 1"]
    assert len(house.parked.records) == 3


async def test_a_parked_lane_goes_on_in_order_once_it_heals() -> None:
    house = House()
    runtime = house.start()
    await run(runtime, said("a1", "later", offset=0), said("a2", offset=1))
    house.verb.heal = True

    await Deferred(runtime).retry_parked()
    await run(runtime, said("a3", offset=2))

    assert house.answers == [b"a1 1", b"a2 2", b"a3 3"]
    assert house.parked.records == {}


async def test_a_parked_lane_survives_the_process() -> None:
    house = House()
    await run(house.start(), said("a1", "later", offset=0))
    house.verb.heal = True

    successor = house.start()
    await run(successor, said("a2", offset=1))
    await Deferred(successor).retry_parked()

    assert house.answers == [b"a1 1", b"a2 2"]


async def test_what_never_heals_ends_as_a_dead_letter_and_frees_its_lane() -> None:
    house = House()
    runtime = house.start()
    await run(runtime, said("a1", "later", offset=0), said("a2", offset=1))
    deferred = Deferred(runtime)

    for _ in range(len(PARKED_SCHEDULE.waits) + 1):
        house.clock.forward(hours=2)
        await deferred.retry_parked()

    assert house.dead_reasons == ["retries_exhausted"]
    assert house.answers == [b"a2 1"]
    headers = dict(house.publisher.on(DEAD)[0].headers)
    assert headers["attempts"] == str(len(PARKED_SCHEDULE.waits) + 1).encode()


async def test_a_permanent_failure_lets_its_lane_go_on_at_once() -> None:
    house = House()

    await run(house.start(), said("a1", "never", offset=0), said("a2", offset=1))

    assert house.dead_reasons == ["never_works"]
    assert house.answers == [b"a2 1"]


async def test_nothing_is_consumed_while_nearly_everything_fails() -> None:
    house = House()
    runtime = house.start()
    records = [said(f"e{n}", "later", offset=n, lane=f"c{n}") for n in range(30)]

    runtime._breaker.opened = -10  # the pause is not what this shows
    batch = await run(runtime, *records)

    assert (batch.acks, batch.nacks) == (0, 1)
    assert house.parked.records == {}
    assert runtime.paused_reason == "not_yet"

    house.verb.heal = True
    await run(runtime, *records)

    assert len(house.answers) == 30
    assert runtime.paused_reason == ""


async def test_a_store_that_is_down_puts_the_batch_back() -> None:
    house = House(ledger=FakeLedger(failing=[Transient("mongo_unavailable")]))
    runtime = house.start()

    down = await run(runtime, said("e1", offset=0))
    up = await run(runtime, said("e1", offset=0))

    assert (down.acks, down.nacks) == (0, 1)
    assert up.acks == 1
    assert house.answers == [b"e1 1"]


class LostBatch(FakeBatch):
    """A batch whose partitions went to somebody else before it was acknowledged."""

    async def ack(self) -> None:
        raise RuntimeError("commit failed")


class SlowWatermarks(FakeWatermarks):
    """Watermarks that take longer than a commit takes to fail."""

    async def advance(self, marks: dict[Place, int]) -> None:
        await asyncio.sleep(0.01)
        await super().advance(marks)


async def test_a_commit_that_fails_is_told_after_the_watermark_stands() -> None:
    house = House(marks=SlowWatermarks())
    runtime = house.start()
    batch = LostBatch([said("e1", offset=0)])

    await runtime.on_batch(batch)
    marks = list(house.marks.marks.values())
    again = await run(runtime, said("e1", offset=0))

    assert batch.nacks == 1
    assert marks == [1]
    assert again.acks == 1
    assert house.answers == [b"e1 1"]


async def test_a_watermark_that_fails_repeats_the_same_bytes() -> None:
    house = House()
    runtime = house.start()
    failing = [Transient("mongo_unavailable")]
    advance = house.marks.advance

    async def advance_but_once(marks: dict[Place, int]) -> None:
        if failing:
            raise failing.pop()
        await advance(marks)

    house.marks.advance = advance_but_once  # type: ignore[method-assign]
    down = await run(runtime, said("e1", offset=0))
    up = await run(runtime, said("e1", offset=0))

    assert (down.nacks, up.acks) == (1, 1)
    assert set(house.answers) == {b"e1 1"}
    assert len(house.ledger.entries) == 1


async def test_a_dead_letter_larger_than_its_topic_is_cut() -> None:
    house = House()
    huge: Any = b'{"a":"' + b"x" * 20_000_000 + b'"}'

    await run(house.start(), raw(huge, offset=0))

    (letter,) = house.publisher.on(DEAD)
    assert house.dead_reasons == ["too_large"]
    assert len(letter.value) < 9_000_000
    assert dict(letter.headers)["original_bytes"] == str(len(huge)).encode()
