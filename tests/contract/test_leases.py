"""Every lease by the database's clock: a holder whose own is wrong loses nothing."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.repository.deliveries import MongoDeliveries
from services.resolver.repository.calls import MongoCalls
from services.resolver.repository.vectors import CLAIM, MongoVectors
from shared.kafka.deciding.decisions import Timer
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.leases import DatabaseTime
from shared.mongo.timers import LEASE as TIMER_LEASE
from shared.mongo.timers import MongoTimers
from tests.notifier.letters import make_delivery
from tests.support.fakes import FakeClock
from tests.support.leases import age

pytestmark = pytest.mark.integration

LEASE = timedelta(seconds=20)
WRONG = [
    pytest.param(timedelta(seconds=20), id="ahead"),
    pytest.param(timedelta(hours=1), id="far-ahead"),
    pytest.param(-timedelta(hours=1), id="behind"),
]


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[Database]:
    client = connect(mongo_url)
    name = f"leases_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def deliveries(database: Database, at: datetime, owner: str) -> MongoDeliveries:
    return MongoDeliveries(database, owner=owner, lease=LEASE, clock=FakeClock(at))


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_live_delivery_is_not_taken_by_a_machine_with_a_wrong_clock(
    database: Database, now: datetime, wrong: timedelta
) -> None:
    right = deliveries(database, now, "right")
    other = deliveries(database, now + wrong, "other")
    asked = [make_delivery(now, delivery_id=f"d-{n}") for n in range(2)]
    await right.accept(asked, take=frozenset({"d-0"}))
    (claimed,) = await right.claim(5)

    assert claimed.delivery_id == "d-1"
    assert await other.claim(5) == []

    await age(database["notifier_deliveries"], "lease.until", LEASE)

    assert {each.delivery_id for each in await other.claim(5)} == {"d-0", "d-1"}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_machine_with_a_wrong_clock_keeps_its_own_delivery_and_no_longer(
    database: Database, now: datetime, wrong: timedelta
) -> None:
    right = deliveries(database, now, "right")
    other = deliveries(database, now + wrong, "other")
    asked = [
        make_delivery(now - timedelta(hours=2), delivery_id=f"d-{n}") for n in (0, 1)
    ]
    await other.accept(asked, take=frozenset({"d-0"}))
    taken = await other.claim(5)
    await other.renew(["d-0", "d-1"])
    held = database["notifier_deliveries"]

    assert [each.delivery_id for each in taken] == ["d-1"]
    assert await right.claim(5) == []

    await age(held, "lease.until", LEASE)

    assert len(await right.claim(5)) == 2


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_claimed_timer_is_safe_from_a_machine_with_a_wrong_clock(
    database: Database, now: datetime, wrong: timedelta
) -> None:
    timers = MongoTimers(database, service="test")
    await timers.set(Timer("due", "a:c", now - timedelta(hours=2), "remind", {}))
    (claimed,) = await timers.claim(now=now, limit=5)

    assert claimed.timer_id == "due"
    assert await timers.claim(now=now + wrong, limit=5) == []

    await age(database["test_timers"], "due_at", TIMER_LEASE)

    assert len(await timers.claim(now=now + wrong, limit=5)) == 1


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_call_under_way_is_not_made_twice_by_a_machine_with_a_wrong_clock(
    database: Database, now: datetime, wrong: timedelta
) -> None:
    calls = MongoCalls(database, lease=LEASE)
    await database["resolver_calls"].insert_one(call_row(now - timedelta(hours=2)))

    (first,) = await calls.claim(5, busy=(), now=now)

    assert first.call_id == "call-1"
    assert await calls.claim(5, busy=(), now=now + wrong) == []

    await age(database["resolver_calls"], "next_at", LEASE)
    (again,) = await calls.claim(5, busy=(), now=now + wrong)

    assert again.tries == 1


async def test_a_call_that_is_put_off_is_due_by_the_schedule_again(
    database: Database, now: datetime
) -> None:
    calls = MongoCalls(database, lease=LEASE)
    await database["resolver_calls"].insert_one(call_row(now))
    await calls.claim(5, busy=(), now=now)
    await calls.postpone("call-1", until=now + timedelta(seconds=2))

    assert await calls.claim(5, busy=(), now=now + timedelta(seconds=1)) == []
    assert len(await calls.claim(5, busy=(), now=now + timedelta(seconds=2))) == 1


@pytest.mark.parametrize("wrong", WRONG)
async def test_vectors_are_computed_by_one_machine_whatever_its_clock_says(
    database: Database, now: datetime, wrong: timedelta
) -> None:
    right = MongoVectors(database, clock=FakeClock(now))
    other = MongoVectors(database, clock=FakeClock(now + wrong))

    assert await right.claim("acme", "bge")
    assert await right.claim("acme", "bge")
    assert not await other.claim("acme", "bge")

    await age(database["resolver_vector_claims"], "until", CLAIM)

    assert await other.claim("acme", "bge")
    assert not await right.claim("acme", "bge")


async def test_the_databases_time_is_read_and_goes_on(database: Database) -> None:
    time = DatabaseTime(database)

    first = await time.now()
    answer = await database.command("hello", codec_options=database.codec_options)
    second = await time.now()

    assert abs(answer["localTime"] - first) < timedelta(seconds=5)
    assert second > first


def call_row(at: datetime) -> dict[str, object]:
    return {
        "_id": "call-1",
        "revision": 1,
        "app_id": "acme",
        "conversation_id": "c-1",
        "action": "refund",
        "url": "https://example.com",
        "body": b"{}",
        "tries": 0,
        "next_at": at,
        "due_at": at + timedelta(days=1),
    }
