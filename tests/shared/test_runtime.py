"""The runtime loses nothing, repeats nothing, and delays nobody."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.errors import Transient
from shared.kafka.working.deferred import Deferred
from shared.kafka.working.parked import PARKED_SCHEDULE, Place
from tests.support.factories import message, raw
from tests.support.fakes import (
    NOON,
    FakeApps,
    FakeBatch,
    FakeLedger,
    FakePublisher,
    RawRecord,
    app,
)
from tests.support.harness import DEAD, EVENTS, Harness, run, said


async def test_a_batch_is_worked_published_and_acknowledged() -> None:
    harness = Harness()

    batch = await run(harness.start(), said("e1", offset=0), said("e2", offset=1))

    assert harness.answers == [b"e1 1", b"e2 2"]
    assert (batch.acks, batch.nacks) == (1, 0)


async def test_poison_reaches_the_dead_letters_and_its_neighbours_pass() -> None:
    harness = Harness()
    bad = raw(b"\xff not json", offset=1)

    batch = await run(harness.start(), said("e1", offset=0), bad, said("e2", offset=2))

    assert harness.answers == [b"e1 1", b"e2 2"]
    assert harness.dead_reasons == ["not_json"]
    letter = harness.publisher.on(DEAD)[0]
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
    harness = Harness(
        apps=FakeApps({"acme": app(), "gone": app("gone", status="deleted")})
    )

    await run(harness.start(), record)

    assert harness.dead_reasons == [reason]


async def test_an_app_made_a_moment_ago_is_known() -> None:
    harness = Harness(apps=FakeApps(late={"acme": app()}))

    await run(harness.start(), said("e1", offset=0))

    assert harness.answers == [b"e1 1"]
    assert harness.dead_reasons == []


async def test_a_record_without_a_key_is_worked() -> None:
    harness = Harness()

    await run(harness.start(), raw(message("e1"), key=None))

    assert harness.answers == [b"e1 1"]


async def test_a_crash_before_the_acknowledgement_repeats_the_same_bytes() -> None:
    harness = Harness(publisher=FakePublisher(failing=1))
    records = [said("e1", offset=0), said("e2", offset=1)]

    crashed = await run(harness.start(), *records)
    again = await run(harness.start(), *records)

    assert (crashed.acks, crashed.nacks) == (0, 1)
    assert harness.answers == [b"e1 1", b"e2 2"]
    assert again.acks == 1


async def test_replaying_the_topic_from_its_start_changes_nothing() -> None:
    harness = Harness()
    records = [said("e1", offset=0), raw(b"poison", offset=1), said("e2", offset=2)]
    first = harness.start()
    await run(first, *records)
    await first.stopped()
    before = list(harness.publisher.published)

    batch = await run(harness.start(), *records)

    assert harness.publisher.published == before
    assert batch.acks == 1


async def test_how_far_a_partition_was_worked_is_stored_before_it_goes() -> None:
    harness = Harness()
    runtime = harness.start()
    await run(runtime, said("e1", offset=0), said("e2", offset=1))
    before = dict(harness.marks.marks)

    await runtime.revoked(1)
    again = await run(harness.start(), said("e1", offset=0), said("e2", offset=1))

    assert before == {}
    assert harness.marks.marks == {(EVENTS, 0): 2}
    assert again.acks == 1
    assert harness.answers == [b"e1 1", b"e2 2"]


async def test_what_a_crash_keeps_from_being_stored_repeats_the_same_bytes() -> None:
    harness = Harness()
    await run(harness.start(), said("e1", offset=0))

    await run(harness.start(), said("e1", offset=0))

    assert harness.answers == [b"e1 1", b"e1 1"]
    assert len(harness.ledger.entries) == 1


def at(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


async def test_what_an_app_was_told_before_it_was_made_again_is_not_worked_again() -> (
    None
):
    harness = Harness()
    old, new = said("old", offset=0), said("new", offset=1)
    old.timestamp, new.timestamp = at(NOON), at(NOON + timedelta(minutes=2))
    first = harness.start()
    await run(first, old)
    await first.stopped()
    harness.ledger.entries.clear()  # the app was purged
    made_again = NOON + timedelta(minutes=1)
    harness.apps.known["acme"] = app(version=3, created_at=made_again)

    await run(harness.start(), old, new)

    assert harness.answers == [b"old 1", b"new 1"]


@pytest.mark.parametrize(("seconds", "answers"), [(-1, 0), (1, 1)])
async def test_the_last_words_to_a_deleted_app_are_not_the_new_ones(
    seconds: int, answers: int
) -> None:
    harness = Harness()
    record = said("late", offset=0)
    record.timestamp = at(NOON + timedelta(seconds=seconds))
    harness.apps.made_again["acme"] = NOON
    harness.apps.known["acme"] = app(version=3, created_at=NOON)
    runtime = harness.start()

    await run(runtime, record)
    await runtime.stopped()
    await run(harness.start(), record)

    assert len(harness.answers) == answers
    assert harness.dead_reasons == []


async def test_a_first_reading_is_worked_whatever_its_producers_clock_says() -> None:
    harness = Harness()
    early = said("e1", offset=0)
    early.timestamp = at(NOON - timedelta(minutes=5))
    harness.apps.known["acme"] = app(created_at=NOON)

    await run(harness.start(), early)

    assert harness.answers == [b"e1 1"]


async def test_a_failing_record_parks_its_lane_and_no_other() -> None:
    harness = Harness()
    runtime = harness.start()

    await run(
        runtime,
        said("a1", "later", offset=0, lane="a"),
        said("a2", offset=1, lane="a"),
        said("b1", offset=2, lane="b"),
    )
    await run(runtime, said("a3", offset=3, lane="a"))

    assert harness.answers == [b"b1 1"]
    assert len(harness.parked.records) == 3


async def test_a_parked_lane_goes_on_in_order_once_it_heals() -> None:
    harness = Harness()
    runtime = harness.start()
    await run(runtime, said("a1", "later", offset=0), said("a2", offset=1))
    harness.verb.heal = True

    await Deferred(runtime).retry_parked()
    await run(runtime, said("a3", offset=2))

    assert harness.answers == [b"a1 1", b"a2 2", b"a3 3"]
    assert harness.parked.records == {}


async def test_a_parked_lane_survives_the_process() -> None:
    harness = Harness()
    await run(harness.start(), said("a1", "later", offset=0))
    harness.verb.heal = True

    successor = harness.start()
    await run(successor, said("a2", offset=1))
    await Deferred(successor).retry_parked()

    assert harness.answers == [b"a1 1", b"a2 2"]


async def test_what_never_heals_ends_as_a_dead_letter_and_frees_its_lane() -> None:
    harness = Harness()
    runtime = harness.start()
    await run(runtime, said("a1", "later", offset=0), said("a2", offset=1))
    deferred = Deferred(runtime)

    for _ in range(len(PARKED_SCHEDULE.waits) + 1):
        harness.clock.forward(hours=2)
        await deferred.retry_parked()

    assert harness.dead_reasons == ["retries_exhausted"]
    assert harness.answers == [b"a2 1"]
    headers = dict(harness.publisher.on(DEAD)[0].headers)
    assert headers["attempts"] == str(len(PARKED_SCHEDULE.waits) + 1).encode()


async def test_a_permanent_failure_lets_its_lane_go_on_at_once() -> None:
    harness = Harness()

    await run(harness.start(), said("a1", "never", offset=0), said("a2", offset=1))

    assert harness.dead_reasons == ["never_works"]
    assert harness.answers == [b"a2 1"]


async def test_nothing_is_consumed_while_nearly_everything_fails() -> None:
    harness = Harness()
    runtime = harness.start()
    records = [said(f"e{n}", "later", offset=n, lane=f"c{n}") for n in range(30)]

    batch = await run(runtime, *records)

    assert (batch.acks, batch.nacks) == (0, 1)
    assert harness.parked.records == {}
    assert runtime.paused_reason == "not_yet"

    harness.verb.heal = True
    await run(runtime, *records)

    assert len(harness.answers) == 30
    assert runtime.paused_reason == ""


async def test_a_store_that_is_down_puts_the_batch_back() -> None:
    harness = Harness(ledger=FakeLedger(failing=[Transient("mongo_unavailable")]))
    runtime = harness.start()

    down = await run(runtime, said("e1", offset=0))
    up = await run(runtime, said("e1", offset=0))

    assert (down.acks, down.nacks) == (0, 1)
    assert up.acks == 1
    assert harness.answers == [b"e1 1"]


class LostBatch(FakeBatch):
    """A batch whose partitions went to somebody else before it was acknowledged."""

    async def ack(self) -> None:
        raise RuntimeError("commit failed")


async def test_a_commit_that_fails_is_told_after_the_watermark_stands() -> None:
    harness = Harness()
    runtime = harness.start()
    batch = LostBatch([said("e1", offset=0)])

    await runtime.on_batch(batch)
    await runtime.assignment.save()
    marks = list(harness.marks.marks.values())
    again = await run(runtime, said("e1", offset=0))

    assert batch.nacks == 1
    assert marks == [1]
    assert again.acks == 1
    assert harness.answers == [b"e1 1"]


async def test_a_watermark_that_fails_is_stored_later_and_repeats_nothing() -> None:
    harness = Harness()
    runtime = harness.start()
    failing = [Transient("mongo_unavailable")]
    advance = harness.marks.advance

    async def advance_but_once(marks: dict[Place, int]) -> None:
        if failing:
            raise failing.pop()
        await advance(marks)

    harness.marks.advance = advance_but_once  # type: ignore[method-assign]
    first = await run(runtime, said("e1", offset=0))
    with pytest.raises(Transient):
        await runtime.assignment.save()
    second = await run(runtime, said("e1", offset=0))
    await runtime.assignment.save()

    assert (first.acks, second.acks) == (1, 1)
    assert harness.marks.marks == {(EVENTS, 0): 1}
    assert harness.answers == [b"e1 1"]
    assert len(harness.ledger.entries) == 1


async def test_a_dead_letter_larger_than_its_topic_is_cut() -> None:
    harness = Harness()
    huge: Any = b'{"a":"' + b"x" * 20_000_000 + b'"}'

    await run(harness.start(), raw(huge, offset=0))

    (letter,) = harness.publisher.on(DEAD)
    assert harness.dead_reasons == ["too_large"]
    assert len(letter.value) < 9_000_000
    assert dict(letter.headers)["original_bytes"] == str(len(huge)).encode()
