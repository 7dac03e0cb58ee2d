"""Parked records take no more memory than allowed; the store knows the rest."""

from typing import Any

from prometheus_client import REGISTRY

from shared.errors import Transient
from shared.kafka.working.deferred import Deferred
from shared.kafka.working.parked import LANE_BYTES
from tests.support.fakes import app
from tests.support.harness import EVENTS, Harness, park, run, said


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
    await Deferred(runtime)._retry([(EVENTS, "acme:a")], harness.clock.now())

    await run(runtime, *records)  # its acknowledgement was lost
    await Deferred(runtime).retry_parked()

    assert set(harness.answers) == {b"a0 1", b"a1 2"}
    assert harness.parked.records == {}
    assert not runtime.lot.holds(EVENTS, "acme:a")


async def test_what_was_erased_in_the_store_is_gone_from_memory_too() -> None:
    harness = Harness()
    runtime = harness.start()
    for lane in "ab":
        await run(runtime, said(f"{lane}0", "later", offset=ord(lane), lane=lane))
    follower = said("a1", offset=200, lane="a")
    await run(runtime, follower)
    for place, parked in list(harness.parked.records.items()):
        if parked.lane == "acme:a":
            del harness.parked.records[place]
    harness.verb.heal = True

    deferred = Deferred(runtime)
    harness.clock.forward(minutes=1)
    for _ in range(2):
        await deferred.retry_parked()

    assert harness.answers == [b"b0 1"]
    assert not runtime.lot.holds(EVENTS, "acme:a")
    assert runtime.lot.memory_bytes == 0


async def test_what_was_purged_with_its_app_is_not_dead_lettered() -> None:
    harness = Harness()
    runtime = harness.start()
    await run(runtime, said("a0", "later", offset=0, lane="a"))
    harness.parked.records.clear()
    harness.apps.known["acme"] = app(status="deleted")

    harness.clock.forward(minutes=1)
    await Deferred(runtime).retry_parked()

    assert harness.dead_reasons == []


async def test_what_came_after_an_erasure_is_worked_though_it_queued_behind() -> None:
    harness = Harness()
    runtime = harness.start()
    await run(runtime, said("a0", "later", offset=0, lane="a"))
    await run(runtime, said("a1", offset=1, lane="a"))
    first = min(harness.parked.records, key=lambda place: place[-1])
    del harness.parked.records[first]
    deferred = Deferred(runtime)

    harness.clock.forward(minutes=1)
    for _ in range(2):
        await deferred.retry_parked()

    assert harness.answers == [b"a1 1"]
