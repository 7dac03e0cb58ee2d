"""What is parked is retried in order, on the path of a live record."""

import asyncio
from datetime import timedelta

import pytest

from shared.errors import Transient
from shared.kafka.working.deferred import Deferred
from tests.support.factories import message, raw
from tests.support.fakes import FakeApps, app
from tests.support.harness import DEAD, EVENTS, HERE, Harness, park, run, said

OTHER = (EVENTS, 1)


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


async def test_a_parked_record_is_read_as_it_was_when_it_came() -> None:
    harness = Harness()
    came = harness.clock.now() - timedelta(minutes=3)
    event = message("e", conversation_id="a", occurred_at="1970-01-01T00:00:00Z")
    event["message"] = {"role": "user", "text": "later"}
    stamp = int(came.timestamp() * 1000)
    runtime = harness.start()
    await run(runtime, raw(event, offset=0, timestamp=stamp))
    harness.clock.forward(hours=1)

    (parked,) = harness.parked.records.values()
    (record,) = (await runtime.reader.read([parked])).records

    assert record.event.occurred_at == came
