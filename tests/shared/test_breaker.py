"""Consumption stops where nearly everything fails, and only then."""

import asyncio

import pytest

from shared.kafka.working import breaker as rules
from shared.kafka.working.breaker import Breaker, LaneCount
from shared.kafka.working.deferred import Deferred
from tests.support.fakes import FakeApps, FakeBatch, RawRecord, app
from tests.support.harness import EVENTS, Harness, run, said


def counts(**by_app: tuple[int, int]) -> dict[str, LaneCount]:
    """Return lanes worked and failed, by app."""
    return {app_id: LaneCount(*both) for app_id, both in by_app.items()}


@pytest.mark.parametrize(
    ("tally", "opens"),
    [
        pytest.param(counts(a=(0, 100), b=(0, 100)), True, id="all of two apps"),
        pytest.param(counts(a=(10, 90), b=(20, 80)), True, id="most of two apps"),
        pytest.param(counts(a=(900, 60), b=(20, 50)), False, id="10 % of a full batch"),
        pytest.param(counts(a=(0, 900)), False, id="one app alone"),
        pytest.param(counts(a=(0, 900), b=(50, 0)), False, id="one app's flood"),
        pytest.param(
            counts(a=(0, 900), b=(0, 900), c=(5, 0), d=(5, 0)), False, id="two of four"
        ),
        pytest.param(counts(a=(0, 10), b=(0, 9)), False, id="few"),
        pytest.param(counts(), False, id="an empty batch"),
    ],
)
def test_it_opens_where_most_lanes_of_most_apps_fail(
    tally: dict[str, LaneCount], opens: bool
) -> None:
    assert Breaker().observe(tally, only_app=False) is opens


def test_where_only_one_app_is_known_its_failures_are_enough() -> None:
    assert Breaker().observe(counts(a=(0, 30)), only_app=True)


def test_small_batches_are_judged_together() -> None:
    breaker = Breaker()

    opened = [
        breaker.observe(counts(a=(0, 1), b=(0, 1)), only_app=False) for _ in range(10)
    ]

    assert opened == [False] * 9 + [True]


def test_a_batch_that_was_mostly_worked_opens_nothing() -> None:
    breaker = Breaker()
    for _ in range(9):
        breaker.observe(counts(a=(0, 1), b=(0, 1)), only_app=False)

    assert not breaker.observe(counts(a=(3, 1), b=(3, 1)), only_app=False)


def test_old_successes_do_not_hide_an_outage_of_full_batches() -> None:
    breaker = Breaker()
    for _ in range(20):
        breaker.observe(counts(a=(500, 0), b=(500, 0)), only_app=False)

    assert breaker.observe(counts(a=(0, 500), b=(0, 500)), only_app=False)


def test_the_wait_grows_while_probes_fail_and_starts_again_after_a_success(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "LONGEST_WAIT", 30.0)
    breaker = Breaker()
    waits = []
    for _ in range(7):
        assert breaker.observe(counts(a=(0, 50), b=(0, 50)), only_app=False)
        waits.append(breaker.wait_seconds)

    breaker.observe(counts(a=(1, 0)), only_app=False)
    breaker.observe(counts(a=(0, 50), b=(0, 50)), only_app=False)

    assert waits == [1, 2, 4, 8, 16, 30, 30]
    assert breaker.wait_seconds == 1


# In the runtime ------------------------------------------------------------------------


def two_apps() -> Harness:
    return Harness(apps=FakeApps({"acme": app(), "beta": app("beta")}))


def outage(lanes: int = 15, *, offset: int = 0) -> list[RawRecord]:
    """Return records that fail, in so many lanes of each of two apps."""
    return [
        said(f"{app_id}{n}", "later", lane=f"c{n}", app_id=app_id, offset=at)
        for at, (n, app_id) in enumerate(
            [(n, app_id) for n in range(lanes) for app_id in ("acme", "beta")], offset
        )
    ]


async def test_one_apps_bug_does_not_stop_the_other_apps() -> None:
    harness = two_apps()
    runtime = harness.start()
    bug = [said(f"a{n}", "bug", lane=f"a{n}", offset=n) for n in range(300)]
    fine = said("b", app_id="beta", offset=300)

    batch = await run(runtime, *bug, fine)

    assert (batch.acks, batch.nacks) == (1, 0)
    assert harness.answers == [b"b 1"]
    assert len(harness.parked.records) == 300


async def test_followers_of_one_failed_record_are_no_outage() -> None:
    harness = two_apps()
    bad = [
        said(f"{n}", "later" if n < 2 else "hi", lane="c", app_id=app_id, offset=n)
        for n, app_id in enumerate(["acme", "beta"] * 100)
    ]

    batch = await run(harness.start(), *bad)

    assert batch.acks == 1
    assert len(harness.parked.records) == 200


async def test_what_was_worked_is_published_before_consumption_stops() -> None:
    harness = two_apps()
    fine = said("fine", lane="fine", offset=100)
    poison = said("poison", "never", lane="poison", offset=101)

    batch = await run(harness.start(), *outage(), fine, poison)

    assert batch.nacks == 1
    assert harness.answers == [b"fine 1"]
    assert harness.dead_reasons == ["never_works"]
    assert harness.parked.records == {}


async def test_reading_the_batch_again_says_nothing_twice() -> None:
    harness = two_apps()
    runtime = harness.start()
    records = [
        said("first", lane="first", offset=0),
        *outage(offset=1),
        said("fine", lane="fine", offset=100),
        said("poison", "never", lane="poison", offset=101),
    ]

    for _ in range(3):
        await run(runtime, *records)
    again = list(harness.verb.seen)
    marks = dict(harness.marks.marks)
    harness.verb.heal = True
    healed = await run(runtime, *records)
    await runtime.assignment.save()

    assert again.count("fine") == again.count("first") == again.count("poison") == 1
    assert marks == {(EVENTS, 0): 1}
    assert healed.acks == 1
    assert len(harness.answers) == len(set(harness.answers)) == 32
    assert harness.dead_reasons == ["never_works"]
    assert harness.marks.marks == {(EVENTS, 0): 102}


async def test_progress_survives_a_crash_while_consumption_is_stopped() -> None:
    harness = two_apps()
    records = [said("first", lane="first", offset=0), *outage(offset=1)]
    records += [said("fine", lane="fine", offset=100)]
    await run(harness.start(), *records)
    harness.verb.heal = True

    batch = await run(harness.start(), *records)

    assert batch.acks == 1
    assert harness.answers.count(b"first 1") == 1
    assert harness.answers.count(b"fine 1") == 2  # the same bytes, of the same id
    assert len(harness.answers) == 33


async def test_what_stays_bad_after_an_outage_is_parked_and_the_rest_goes_on() -> None:
    harness = two_apps()
    runtime = harness.start()
    records = outage()
    await run(runtime, *records)
    harness.verb.fails_only = {"acme3"}

    batch = await run(runtime, *records)

    assert batch.acks == 1
    assert len(harness.answers) == 29
    assert [each.lane for each in harness.parked.records.values()] == ["acme:c3"]
    assert runtime.paused_reason == ""


async def test_the_pause_holds_up_neither_timers_nor_retries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "LONGEST_WAIT", 3600.0)
    monkeypatch.setattr("shared.kafka.working.runtime.LONGEST_PAUSE", 3600.0)
    harness = two_apps()
    await run(harness.start(), said("parked", "later", offset=900, lane="parked"))
    runtime = harness.start()
    await runtime.assignment.load()
    batch = FakeBatch(outage())
    paused = asyncio.create_task(runtime.on_batch(batch))
    while not runtime.paused_reason:
        await asyncio.sleep(0)
    harness.verb.heal = True

    await Deferred(runtime).retry_parked()
    (command,) = runtime.reader._decoder.decode([said("c", offset=0)]).records
    done = await Deferred(runtime).work_now(command)
    await runtime.revoked(1)
    still = (batch.acks, batch.nacks, paused.done())
    paused.cancel()

    assert done.reason == "counted"
    assert harness.answers == [b"parked 1", b"c 1"]
    assert still == (0, 0, False)


async def test_a_process_that_lost_its_partitions_is_not_paused_any_more() -> None:
    harness = two_apps()
    runtime = harness.start()
    await run(runtime, *outage())
    before = runtime.paused_reason

    await runtime.revoked(1)

    assert before == "not_yet"
    assert runtime.paused_reason == ""
