"""Counters equal a recount of the facts, after whatever happened."""

import asyncio
import os
import random
import signal
import sys
from datetime import timedelta

import pytest

from services.analytics.counting.aggregate import Aggregator
from services.analytics.domain.facts import daily, tally
from shared.errors import Permanent, Transient
from tests.analytics.conftest import make_store
from tests.analytics.counting import EVENTS
from tests.analytics.factories import (
    BUILDERS,
    NOON,
    as_records,
    batch_of,
    fact_of,
    many_events,
    record,
    resolved,
    unresolved,
)

pytestmark = pytest.mark.integration

FACTS = (
    "analytics_requests",
    "analytics_escalations",
    "analytics_escalation_changes",
    "analytics_deliveries",
)


async def counters(database, step):
    rows = await database.analytics_counters.find({"step": step}).to_list(None)
    return {
        (row["app_id"], row["dimension"], row["value"], int(row["at"].timestamp())): (
            row["n"],
            row.get("ms", 0),
        )
        for row in rows
    }


async def assert_exact(database, reporter, events):
    """Facts are the events, once each; counters are what those events make."""
    hourly = tally(map(fact_of, events))
    stored = [await database[name].count_documents({}) for name in FACTS]

    assert sum(stored) == len(events)
    assert await counters(database, "hour") == hourly
    assert await counters(database, "day") == daily(hourly)
    for app_id in {event.app_id for event in events}:
        found = await reporter.recount(
            app_id, NOON - timedelta(days=5), NOON + timedelta(days=9)
        )
        assert found.counters > 0
        assert found.hours == found.days == []


def worker_of(store):
    return Aggregator(facts=store, builders=BUILDERS, on_unexpected=lambda *_: None)


async def work(store, records, *, batch=50):
    for start in range(0, len(records), batch):
        await worker_of(store).work([[each] for each in records[start : start + batch]])


async def test_every_event_is_counted_once(database, store, reporter):
    events = many_events(400) + many_events(100, seed=2, app_id="other")

    await work(store, as_records(events))

    await assert_exact(database, reporter, events)


async def test_a_replay_from_the_start_changes_nothing(database, store, reporter):
    events = many_events(300)
    records = as_records(events)
    await work(store, records)

    await work(make_store(database), records, batch=70)

    await assert_exact(database, reporter, events)


async def test_the_same_event_at_new_offsets_is_one_event(database, store, reporter):
    for offset in range(5):
        await store.add(batch_of(record(resolved("1"), offset)))

    await assert_exact(database, reporter, [resolved("1")])


async def test_a_topic_made_anew_loses_nothing(database, store, reporter):
    """Its offsets begin at 0 again, far below what was counted."""
    old, new = many_events(100), many_events(100, seed=9)
    await work(store, as_records(old))

    await work(store, as_records(new))

    await assert_exact(database, reporter, old + new)


async def test_a_record_that_waited_behind_a_failure_is_counted(
    database, store, reporter
):
    """The runtime works the rest of a lane, and what was parked, at lower offsets."""
    await store.add(batch_of(record(resolved("later"), 10)))

    known = await store.add(batch_of(record(resolved("earlier"), 3)))

    assert known == frozenset()
    await assert_exact(database, reporter, [resolved("later"), resolved("earlier")])


async def test_what_is_known_is_told(store):
    await store.add(batch_of(record(resolved("1"), 0)))
    again, new = record(resolved("1"), 1), record(unresolved("2"), 0)

    known = await store.add(batch_of(again, new))

    assert known == {again.source_id}


class Killed(BaseException):
    """What SIGKILL is to a process."""


class Flaky:
    """A database of which one call, before or after its effect, goes wrong."""

    def __init__(self, real, *, collection, method, error, after):
        self._real, self._collection, self._method = real, collection, method
        self._error, self._after = error, after

    @property
    def client(self):
        return self._real.client

    def __getitem__(self, name):
        collection = self._real[name]
        return self if name == self._collection else collection

    def __getattr__(self, method):
        call = getattr(self._real[self._collection], method)
        if method != self._method or self._error is None:
            return call

        async def broken(*args, **options):
            error, self._error = self._error, None
            if self._after:
                await call(*args, **options)
            raise error

        return broken


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("collection", "method"),
    [
        ("analytics_requests", "insert_many"),
        ("analytics_deliveries", "insert_many"),
        ("analytics_counters", "bulk_write"),
        ("analytics_offsets", "bulk_write"),
    ],
)
async def test_a_death_at_any_line_leaves_all_or_nothing(
    database, reporter, collection, method, after
):
    events = many_events(60)
    records = as_records(events)
    flaky = Flaky(
        database, collection=collection, method=method, error=Killed(), after=after
    )
    with pytest.raises(Killed):
        await make_store(flaky).add(batch_of(*records))
    assert await counters(database, "hour") == {}

    await make_store(database).add(batch_of(*records))

    await assert_exact(database, reporter, events)


async def test_a_commit_whose_answer_was_lost_is_not_counted_again(
    database, reporter, monkeypatch
):
    """The effect is there, the caller got an error: the batch comes again."""
    events = many_events(60)
    batch = batch_of(*as_records(events))
    await make_store(database).add(batch)

    known = await make_store(database).add(batch)

    assert known == batch.facts.keys()
    await assert_exact(database, reporter, events)


async def test_two_owners_of_a_partition_count_each_event_once(database, reporter):
    """A zombie works on while its successor reads the same records."""
    events = many_events(600)
    records = as_records(events)

    await asyncio.gather(
        work(make_store(database), records, batch=40),
        work(make_store(database), records, batch=40),
        work(make_store(database), records, batch=70),
    )

    await assert_exact(database, reporter, events)


async def test_what_a_killed_process_left_locked_is_freed(
    database, store, reporter, mongo_url
):
    """Its transaction is open on the server, and would be for more than a minute."""
    events = many_events(60)
    left = """
import asyncio, sys
from datetime import timedelta
from shared.mongo import connect, database_of
from tests.analytics.conftest import make_store
from tests.analytics.factories import as_records, batch_of, many_events

class Hanging:
    async def bulk_write(self, *args, **options):
        print("inside", flush=True)
        await asyncio.sleep(60)

async def main():
    database = database_of(connect(sys.argv[1]), sys.argv[2])
    store = make_store(database)
    class Database:
        client = database.client
        def __getitem__(self, name):
            return Hanging() if name == "analytics_offsets" else database[name]
    store._database = Database()
    store._was_here = lambda *_: asyncio.sleep(0, False)
    await store.add(batch_of(*as_records(many_events(60))))
asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        left,
        mongo_url,
        database.name,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"inside\n"
    process.kill()
    await process.wait()
    began = asyncio.get_running_loop().time()

    await store.add(batch_of(*as_records(events)))

    assert asyncio.get_running_loop().time() - began < 10
    await assert_exact(database, reporter, events)


@pytest.mark.slow
async def test_processes_killed_at_random_count_exactly(database, reporter, mongo_url):
    """SIGKILL, six times, two owners at once; then one comes to the end."""
    chance = random.Random(7)
    command = [
        sys.executable,
        "-m",
        "tests.analytics.counting",
        mongo_url,
        database.name,
    ]
    for round_ in range(3):
        running = [
            await asyncio.create_subprocess_exec(*command, str(round_ + owner))
            for owner in range(2)
        ]
        for process in running:
            await asyncio.sleep(1.2 + chance.random())
            if process.returncode is None:
                os.kill(process.pid, signal.SIGKILL)
            await process.wait()

    last = await asyncio.create_subprocess_exec(*command, "99")

    assert await last.wait() == 0
    await assert_exact(database, reporter, many_events(EVENTS))


async def test_a_fact_that_no_document_can_hold_is_refused_for_good(store):
    batch = batch_of(record(resolved("1"), 0))
    next(iter(batch.facts.values())).document["attempts"] = 2**80

    with pytest.raises(Permanent) as refused:
        await store.add(batch)

    assert refused.value.reason == "unstorable"


async def test_a_database_that_is_away_is_transient():
    from shared.mongo import connect, database_of

    client = connect("mongodb://127.0.0.1:1/?directConnection=true")

    with pytest.raises(Transient):
        await make_store(database_of(client, "none")).add(
            batch_of(record(resolved("1"), 0))
        )
    client.close()


async def test_facts_and_hours_expire_and_days_stay(database, store):
    await store.add(batch_of(record(resolved("1"), 0)))

    fact = await database.analytics_requests.find_one()
    hour = await database.analytics_counters.find_one({"step": "hour"})
    day = await database.analytics_counters.find_one({"step": "day"})

    assert fact["expire_at"] == hour["expire_at"]
    assert "expire_at" not in day


async def test_the_life_of_an_escalation_is_one_document(database, store):
    from tests.analytics.factories import opened, updated

    minute = timedelta(minutes=1)
    changes = [
        updated("s-1", 1, NOON + minute, "open", "acknowledged"),
        updated("s-1", 2, NOON + 2 * minute, "acknowledged", "resolved"),
        updated("s-1", 3, NOON + 3 * minute, "resolved", "reopened"),
    ]
    await work(store, as_records([opened("s-1"), opened("s-2"), *changes]))

    rows = await database.analytics_escalation_life.find().to_list(None)

    first, second = sorted(rows, key=lambda row: row["escalation_id"])
    assert first["acknowledged_at"] == NOON + minute
    assert first["resolved_at"] == NOON + 2 * minute
    assert first["status"] == "reopened"
    assert second["status"] == "open"
    assert second["resolved_at"] is None


async def test_sketches_hold_every_time_once_after_a_replay(database, store, reporter):
    events = many_events(200)
    records = as_records(events)
    await work(store, records)
    await work(make_store(database), records, batch=70)
    timed = [fact for fact in map(fact_of, events) if fact.timed is not None]

    rows = await database.analytics_counters.find({"dimension": "ms"}).to_list(None)
    by_step = {
        step: sum(sum(row["bins"].values()) for row in rows if row["step"] == step)
        for step in ("hour", "day")
    }
    await database.analytics_counters.update_one(
        {"_id": rows[0]["_id"]}, {"$set": {"bins": {"7": rows[0]["n"]}}}
    )
    found = await reporter.recount(
        "acme", NOON - timedelta(days=5), NOON + timedelta(days=9)
    )

    assert by_step == {"hour": len(timed), "day": len(timed)}
    assert found.hours + found.days, "a sketch that is not its facts' is found"
