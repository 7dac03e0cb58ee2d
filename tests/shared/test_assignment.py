"""What is parked is known before anything of its partition is worked, and counted."""

import asyncio
from typing import Any

import pytest
from prometheus_client import REGISTRY

from shared import metrics
from shared.errors import Transient
from shared.kafka.working.deferred import Deferred
from tests.support.fakes import FakeBatch, FakeParkedStore
from tests.support.harness import EVENTS, HERE, Harness, park, run, said

OTHER = (EVENTS, 1)


@pytest.fixture(autouse=True)
def _no_number_yet() -> None:
    metrics.PARKED.clear()


def parked_records() -> float | None:
    return REGISTRY.get_sample_value("handrail_parked_records", {"service": "test"})


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


async def test_a_batch_that_outlives_its_partitions_parks_nothing() -> None:
    harness = Harness()
    runtime = harness.start()
    working, go_on = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        working.set()
        await go_on.wait()

    harness.verb.before = wait
    batch = FakeBatch([said("a", "later", offset=0, lane="a")])
    running = asyncio.create_task(runtime.on_batch(batch))
    await working.wait()

    await runtime.revoked(0)  # its drain takes too long
    go_on.set()
    await running

    assert (batch.acks, batch.nacks) == (0, 1)
    assert harness.parked.records == {}
    assert not runtime.lot.holds(EVENTS, "acme:a")


async def test_a_lane_that_goes_while_it_is_read_is_not_worked() -> None:
    harness = Harness()
    await park(harness, "a")
    runtime = harness.start()

    class Slow(FakeParkedStore):
        async def read(self, lane: Any, *, max_bytes: int) -> Any:
            found = await super().read(lane, max_bytes=max_bytes)
            runtime.assigned([OTHER])
            return found

    runtime.lot.store = Slow(harness.parked.records)
    seen = list(harness.verb.seen)
    await Deferred(runtime).retry_parked()

    assert harness.verb.seen == seen
    assert runtime.lot.memory_bytes == 0
    assert len(harness.parked.records) == 1
