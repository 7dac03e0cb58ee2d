"""What is parked is retried, in order, by whoever owns it; nothing of it is lost."""

import asyncio
from typing import Any

import pytest
from prometheus_client import REGISTRY

from shared import metrics
from shared.errors import Transient
from shared.kafka.working.deferred import Deferred
from shared.kafka.working.parked import LANE_BYTES
from shared.kafka.working.parking import ParkingLot
from tests.support.fakes import FakeApps, FakeParkedStore, app
from tests.support.harness import DEAD, EVENTS, HERE, Harness, run, said

OTHER = (EVENTS, 1)


@pytest.fixture(autouse=True)
def _no_number_yet() -> None:
    metrics.PARKED.clear()


def parked_records() -> float | None:
    return REGISTRY.get_sample_value("handrail_parked_records", {"service": "test"})


async def park(harness: Harness, *lanes: str, followers: int = 0) -> None:
    """Have the first record of each of *lanes* fail in an earlier process."""
    records = [
        said(f"{lane}{n}", "hi" if n else "later", offset=100 * place + n, lane=lane)
        for place, lane in enumerate(lanes)
        for n in range(1 + followers)
    ]
    await run(harness.start(), *records)
    assert len(harness.parked.records) == len(records)


# After a restart or a rebalance --------------------------------------------------------


async def test_parked_records_are_retried_after_a_restart_without_new_traffic() -> None:
    harness = Harness()
    await park(harness, "a", followers=1)
    harness.verb.heal = True

    await Deferred(harness.start()).retry_parked()

    assert harness.answers == [b"a0 1", b"a1 2"]
    assert harness.parked.records == {}


async def test_parked_records_are_counted_in_the_store_right_after_a_restart() -> None:
    harness = Harness()
    await park(harness, "a", "b", followers=2)
    before = parked_records()
    harness.clock.forward(seconds=-1)  # nothing is due, nothing is worked

    await Deferred(harness.start()).retry_parked()

    assert before is None
    assert parked_records() == 6


async def test_each_instance_counts_what_is_parked_on_its_own_partitions() -> None:
    harness = Harness()
    first = harness.start(places=[*HERE, OTHER])
    await run(
        first,
        said("a", "later", offset=0, lane="a"),
        said("b", "later", offset=0, lane="b", partition=1),
        said("c", "later", offset=1, lane="c", partition=1),
    )
    harness.clock.forward(seconds=-1)

    counts = []
    for places in (HERE, [OTHER]):
        await Deferred(harness.start(places=places)).retry_parked()
        counts.append(parked_records())

    assert counts == [1, 2]


async def test_no_number_is_told_while_partitions_change_hands() -> None:
    harness = Harness()
    await park(harness, "a")
    harness.clock.forward(seconds=-1)
    runtime = harness.start()
    deferred = Deferred(runtime)
    await deferred.retry_parked()

    await runtime.revoked(1)
    await deferred.retry_parked()
    during = parked_records()
    runtime.assigned([])
    await deferred.retry_parked()

    assert during == 1
    assert parked_records() == 0


@pytest.mark.parametrize("fails", ["lanes", "watermarks"])
async def test_nothing_is_worked_before_what_is_parked_is_known(fails: str) -> None:
    harness = Harness()
    await park(harness, "a")
    harness.verb.heal = True
    away = Transient("mongo_unavailable")
    (harness.parked if fails == "lanes" else harness.marks).failing = [away, away]
    runtime = harness.start()

    first = await run(runtime, said("a1", offset=1, lane="a"))
    second = await run(runtime, said("a1", offset=1, lane="a"))
    paused = runtime.paused_reason
    third = await run(runtime, said("a1", offset=1, lane="a"))
    await Deferred(runtime).retry_parked()

    assert (first.nacks, second.nacks, third.acks) == (1, 1, 1)
    assert paused == "mongo_unavailable"
    assert harness.answers == [b"a0 1", b"a1 2"]


async def test_readiness_waits_for_what_is_parked() -> None:
    harness = Harness(parked=FakeParkedStore(failing=[Transient("mongo_unavailable")]))
    runtime = harness.start()
    deferred = Deferred(runtime)

    with pytest.raises(Transient):
        await deferred.retry_parked()
    before = runtime.paused_reason
    await deferred.retry_parked()

    assert before == "partitions_loading"
    assert runtime.paused_reason == ""


async def test_an_idle_round_asks_the_store_for_nothing() -> None:
    harness = Harness()
    deferred = Deferred(harness.start(places=[(EVENTS, n) for n in range(24)]))
    await deferred.retry_parked()
    before = list(harness.parked.calls)

    for _ in range(8):
        harness.clock.forward(seconds=0.5)
        await deferred.retry_parked()
    harness.clock.forward(seconds=1)
    await deferred.retry_parked()

    assert before == ["lanes", "count"]
    assert harness.parked.calls == ["lanes", "count", "count"]


async def test_a_batch_read_before_a_rebalance_is_not_worked_after_it() -> None:
    harness = Harness()
    runtime = harness.start()
    await runtime.revoked(1)
    runtime.assigned([OTHER])

    batch = await run(runtime, said("a", offset=0, lane="a"))

    assert (batch.acks, batch.nacks) == (0, 1)
    assert harness.verb.seen == []


async def test_partitions_that_go_while_they_are_read_leave_nothing_behind() -> None:
    harness = Harness()
    await park(harness, "a")
    runtime = harness.start()

    class Slow(FakeParkedStore):
        async def lanes(self, places: Any) -> Any:
            found = await super().lanes(places)
            runtime.assigned([OTHER])
            return found

    runtime.lot.store = Slow(harness.parked.records)
    with pytest.raises(Transient, match="went"):
        await runtime.assignment.load()

    assert not runtime.lot.holds(EVENTS, "acme:a")
    assert not runtime.assignment.is_loaded


# Between two lanes ---------------------------------------------------------------------


async def test_a_rebalance_between_two_parked_lanes_leaves_the_rest_retried() -> None:
    harness = Harness()
    runtime = harness.start(places=[*HERE, OTHER])
    await run(
        runtime,
        said("a", "later", offset=0, lane="a"),
        said("b", "later", offset=0, lane="b", partition=1),
    )
    harness.verb.heal = True
    deferred = Deferred(runtime)

    due = runtime.lot.due(harness.clock.now())
    await runtime.revoked(1)
    runtime.assigned(HERE)
    await deferred._load()
    await deferred._retry(due, harness.clock.now())
    answered = list(harness.answers)
    await deferred.retry_parked()
    runtime.assigned([OTHER])
    await deferred.retry_parked()

    assert answered == [b"a 1"]
    assert harness.answers == [b"a 1", b"b 1"]
    assert runtime.lot.memory_bytes == 0


async def test_a_lane_of_two_thousand_records_is_worked_to_its_end_in_order() -> None:
    harness = Harness(memory_bytes=100_000)
    runtime = harness.start()
    records = [said(f"e{n}", "hi", offset=n, lane="a") for n in range(1, 2_000)]
    await run(runtime, said("e0", "later", offset=0, lane="a"), *records)
    harness.verb.heal = True

    await Deferred(runtime).retry_parked()

    assert harness.answers == [f"e{n} {n + 1}".encode() for n in range(2_000)]
    assert harness.parked.records == {}


async def test_batches_take_turns_with_a_long_parked_lane() -> None:
    harness = Harness()
    await park(harness, "a", followers=50)
    harness.verb.heal = True
    runtime = harness.start()
    batch = asyncio.create_task(run(runtime, said("b", offset=900, lane="b")))

    retries = asyncio.create_task(Deferred(runtime).retry_parked())
    await asyncio.gather(batch, retries)

    assert harness.answers.index(b"b 1") < 10


async def test_one_lane_that_fails_keeps_no_other_from_its_retry() -> None:
    harness = Harness()
    await park(harness, *"abc")
    runtime = harness.start()
    deferred = Deferred(runtime)
    await run(runtime, said("d", "never", offset=900, lane="d"))

    harness.verb.fails_only = {"b0"}
    await deferred.retry_parked()

    assert sorted(harness.answers) == [b"a0 1", b"c0 1"]
    assert [each.lane for each in harness.parked.records.values()] == ["acme:b"]
    assert next(iter(harness.parked.records.values())).attempts == 1


# The path of a live record -------------------------------------------------------------


async def test_a_parked_record_of_an_app_that_is_unknown_now_is_a_dead_letter() -> None:
    harness = Harness()
    await park(harness, "a")
    harness.apps.known.clear()

    await Deferred(harness.start()).retry_parked()

    assert harness.apps.refreshed == 1
    assert harness.dead_reasons == ["unknown_app"]
    assert harness.parked.records == {}
    letter = dict(harness.publisher.on(DEAD)[0].headers)
    assert (letter["attempts"], letter["original_offset"]) == (b"1", b"0")


async def test_a_parked_record_of_a_deleted_app_is_a_dead_letter() -> None:
    harness = Harness()
    await park(harness, "a")
    harness.apps.known["acme"] = app(status="deleted")

    await Deferred(harness.start()).retry_parked()

    assert harness.dead_reasons == ["deleted_app"]


async def test_a_parked_record_of_an_app_the_process_just_missed_is_worked() -> None:
    harness = Harness()
    await park(harness, "a")
    harness.verb.heal = True
    harness.apps.known.clear()
    harness.apps.late = {"acme": app()}

    await Deferred(harness.start()).retry_parked()

    assert harness.answers == [b"a0 1"]
    assert harness.dead_reasons == []


async def test_a_parked_record_stays_while_nobody_can_say_whose_it_is() -> None:
    class Away(FakeApps):
        async def refresh(self) -> None:
            raise Transient("kafka_unavailable")

    harness = Harness()
    await park(harness, "a")
    harness.apps = Away()

    with pytest.raises(Transient):
        await Deferred(harness.start()).retry_parked()

    assert len(harness.parked.records) == 1


async def test_a_dead_letter_that_is_not_published_leaves_its_record_parked() -> None:
    harness = Harness()
    await park(harness, "a")
    harness.apps.known.clear()
    harness.publisher.failing = 1
    deferred = Deferred(harness.start())

    with pytest.raises(Transient):
        await deferred.retry_parked()
    kept = len(harness.parked.records)
    await deferred.retry_parked()

    assert kept == 1
    assert harness.dead_reasons == ["unknown_app"]


# Memory --------------------------------------------------------------------------------


async def test_over_its_budget_what_is_parked_stays_in_the_store_and_in_order() -> None:
    harness = Harness(memory_bytes=4_000)
    runtime = harness.start()
    records = [
        said(f"{lane}{n}", "hi" if n else "later", offset=n + at, lane=lane)
        for at, lane in ((0, "a"), (100, "b"), (200, "c"))
        for n in range(20)
    ]
    await run(runtime, *records)
    held = runtime.lot.memory_bytes
    await run(runtime, said("a20", offset=300, lane="a"))
    harness.verb.heal = True

    await Deferred(runtime).retry_parked()

    assert 3 * LANE_BYTES < held <= 4_000 + 2 * LANE_BYTES
    for lane in "abc":
        mine = [each for each in harness.answers if each.startswith(lane.encode())]
        numbers = 21 if lane == "a" else 20
        assert mine == [f"{lane}{n} {n + 1}".encode() for n in range(numbers)]
    assert runtime.lot.memory_bytes == 0


async def test_lanes_that_keep_failing_take_no_more_memory_than_allowed() -> None:
    harness = Harness(memory_bytes=10 * LANE_BYTES)
    await park(harness, *[f"c{n}" for n in range(10)])
    runtime = harness.start()
    deferred = Deferred(runtime)

    for _ in range(3):
        await deferred.retry_parked()
        harness.clock.forward(minutes=1)

    assert runtime.lot.memory_bytes == 10 * LANE_BYTES
    gauge = REGISTRY.get_sample_value(
        "handrail_parked_memory_bytes", {"service": "test"}
    )
    assert gauge == 10 * LANE_BYTES


async def test_a_batch_that_was_parked_in_part_is_still_queued_behind() -> None:
    """The store took the records, and the process did not hear of it."""
    harness = Harness()
    runtime = harness.start()
    records = [said("a0", "later", offset=0, lane="a"), said("a1", offset=1, lane="a")]
    taken = harness.parked.add

    async def add_and_break(parked: Any) -> Any:
        await taken(parked)
        raise Transient("mongo_unavailable")

    harness.parked.add = add_and_break  # type: ignore[method-assign]
    lost = await run(runtime, *records)
    harness.parked.add = taken  # type: ignore[method-assign]
    await run(runtime, *records)
    await run(runtime, said("a2", offset=2, lane="a"))
    harness.verb.heal = True
    await Deferred(runtime).retry_parked()

    assert lost.nacks == 1
    assert harness.answers == [b"a0 1", b"a1 2", b"a2 3"]


async def test_what_is_parked_again_after_it_was_worked_changes_nothing() -> None:
    harness = Harness()
    runtime = harness.start()
    records = [said("a0", "later", offset=0, lane="a"), said("a1", offset=1, lane="a")]
    await run(runtime, *records)
    harness.verb.heal = True
    lot: ParkingLot = runtime.lot
    await Deferred(runtime)._retry([(EVENTS, "acme:a")], harness.clock.now())

    await run(runtime, *records)  # its acknowledgement was lost
    await Deferred(runtime).retry_parked()

    assert set(harness.answers) == {b"a0 1", b"a1 2"}
    assert harness.parked.records == {}
    assert not lot.holds(EVENTS, "acme:a")
