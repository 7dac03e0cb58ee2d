"""The collections on a real MongoDB: once, owned, fenced, never readable secrets."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifier.deliver.announce import Unpublished
from services.notifier.domain.delivery import (
    Recipient,
    RecipientStatus,
    Search,
    Status,
    note_outcome,
    plan_recipients,
)
from services.notifier.domain.destination import Destination
from services.notifier.domain.outcomes import Accepted, Reason
from services.notifier.repository.deliveries import MongoDeliveries
from services.notifier.repository.destinations import PURPOSE, MongoDestinations
from services.notifier.repository.inventory import Inventory
from services.notifier.repository.outbox import MongoOutbox
from shared.kafka.records import Outgoing
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.seal import Seal
from tests.notifier.letters import make_delivery
from tests.support.fakes import NOON, FakeClock
from tests.support.leases import age

pytestmark = pytest.mark.integration
LEASE = timedelta(seconds=20)
NEWS = Outgoing("notification.delivered", b"k", b"{}", [("ce_id", b"d-1")])


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[Database]:
    client = connect(mongo_url)
    name = f"test_{uuid.uuid4().hex}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def owner(database: Database, clock: FakeClock, name: str = "me") -> MongoDeliveries:
    return MongoDeliveries(database, owner=name, lease=LEASE, clock=clock)


def numbered(count: int) -> list[object]:
    return [
        make_delivery(NOON, delivery_id=f"d-{n}", conversation_id=f"c-{n}")
        for n in range(count)
    ]


async def test_the_same_requests_again_are_known_and_nothing_changes(
    database: Database, clock: FakeClock
) -> None:
    deliveries = owner(database, clock)
    await deliveries.prepare()
    batch = numbered(5)

    first = await deliveries.accept(batch, take=frozenset({"d-0", "d-1"}))
    again = await deliveries.accept([*batch, batch[0]], take=frozenset({"d-0", "d-4"}))

    assert first.new == {f"d-{n}" for n in range(5)}
    assert [each.delivery_id for each in first.taken] == ["d-0", "d-1"]
    assert again.new == frozenset()
    assert again.taken == ()
    assert await database["notifier_deliveries"].count_documents({}) == 5


async def test_a_delivery_comes_back_as_it_was_stored(
    database: Database, clock: FakeClock
) -> None:
    deliveries = owner(database, clock)
    (stored,) = (await deliveries.accept([make_delivery(NOON)], take=frozenset())).new
    (claimed,) = await deliveries.claim(5)

    assert claimed.delivery_id == stored
    assert claimed == replace(make_delivery(NOON), status=Status.SENDING, token=1)


async def test_two_owners_never_claim_the_same(
    database: Database, clock: FakeClock
) -> None:
    mine, theirs = owner(database, clock), owner(database, clock, "other")
    await mine.accept(numbered(40), take=frozenset())

    found = await asyncio.gather(
        *(each.claim(10) for each in (mine, theirs) for _ in range(4))
    )
    ids = [each.delivery_id for batch in found for each in batch]
    ids += [each.delivery_id for each in await mine.claim(40)]

    assert sorted(ids) == sorted(set(ids))
    assert len(ids) == 40


async def test_a_lease_that_ran_out_goes_to_another_with_a_higher_token(
    database: Database, clock: FakeClock
) -> None:
    mine, theirs = owner(database, clock), owner(database, clock, "other")
    await mine.accept([make_delivery(NOON)], take=frozenset())
    (ours,) = await mine.claim(1)
    assert await theirs.claim(1) == []

    await age(database["notifier_deliveries"], "lease.until", LEASE)
    (taken,) = await theirs.claim(1)

    assert taken.token == ours.token + 1
    assert await mine.save(replace(ours, status=Status.DEAD), []) is False
    assert await theirs.save(replace(taken, status=Status.DELIVERED), [NEWS]) is True
    found = await Inventory(database, clock).get("acme", ours.delivery_id)
    assert found is not None
    assert found.status is Status.DELIVERED


async def test_a_renewed_lease_is_kept_and_another_owners_is_left_alone(
    database: Database, clock: FakeClock
) -> None:
    mine, theirs = owner(database, clock), owner(database, clock, "other")
    await mine.accept(numbered(2), take=frozenset())
    (ours,) = await mine.claim(1)
    (other,) = await theirs.claim(1)
    held = database["notifier_deliveries"]
    await age(held, "lease.until", timedelta(seconds=15))
    await mine.renew([ours.delivery_id, other.delivery_id])
    await age(held, "lease.until", timedelta(seconds=10))

    found = await mine.claim(5)

    assert [each.delivery_id for each in found] == [other.delivery_id]


async def test_nothing_is_claimed_for_a_busy_destination(
    database: Database, clock: FakeClock
) -> None:
    deliveries = owner(database, clock)
    hook = make_delivery(NOON, destination_id="hook")
    await deliveries.accept([make_delivery(NOON), hook], take=frozenset())

    found = await deliveries.claim(5, busy=[("acme", "team-mail")])

    assert [each.destination_id for each in found] == ["hook"]


async def test_only_what_is_due_is_claimed(
    database: Database, clock: FakeClock
) -> None:
    deliveries = owner(database, clock)
    later = replace(make_delivery(NOON), due_at=NOON + timedelta(seconds=5))
    await deliveries.accept([later], take=frozenset())
    assert await deliveries.claim(5) == []

    clock.forward(seconds=5)

    assert len(await deliveries.claim(5)) == 1


async def test_a_result_and_its_news_are_one_write_and_the_news_is_found(
    database: Database, clock: FakeClock
) -> None:
    deliveries, outbox = owner(database, clock), MongoOutbox(database)
    await deliveries.accept([make_delivery(NOON)], take=frozenset())
    (ours,) = await deliveries.claim(1)
    planned = plan_recipients(ours, ["a@x.test"])
    sent = note_outcome(
        planned, "a@x.test", Accepted("250 ok", "<m>"), now=NOON, seconds=0.1
    )
    await deliveries.save(replace(sent, status=Status.DELIVERED), [NEWS])

    clock.forward(seconds=3)
    (found,) = await outbox.unpublished(before=clock.now(), limit=9)

    assert found == Unpublished(ours.delivery_id, (NEWS,))
    await outbox.published([found])
    assert await outbox.count(before=clock.now()) == 0
    kept = await Inventory(database, clock).get("acme", ours.delivery_id)
    assert kept is not None
    assert kept.recipients == (
        Recipient(
            "a@x.test", RecipientStatus.ACCEPTED, "accepted", "250 ok", NOON, "<m>"
        ),
    )


async def test_earlier_news_of_the_same_lane_and_destination_is_found_in_order(
    database: Database, clock: FakeClock
) -> None:
    deliveries = owner(database, clock)
    batch = [
        make_delivery(NOON, delivery_id=f"d-{n}", revision=n) for n in (2, 0, 1, 3)
    ]
    other = make_delivery(NOON, delivery_id="d-9", destination_id="hook")
    await deliveries.accept([*batch, other], take=frozenset())

    found = await deliveries.earlier(batch[0])

    assert [each.delivery_id for each in found] == ["d-0", "d-1"]


async def test_what_waits_for_a_destination_wakes_alone(
    database: Database, clock: FakeClock
) -> None:
    deliveries, inventory = owner(database, clock), Inventory(database, clock)
    ids = ["team-mail", "hook"]
    await deliveries.accept(
        [make_delivery(NOON, destination_id=each) for each in ids], take=frozenset()
    )
    for each in await deliveries.claim(5):
        await deliveries.save(replace(each, status=Status.WAITING), [])
    assert await deliveries.claim(5) == []
    assert sorted(await inventory.waiting_for()) == [
        ("acme", "hook"),
        ("acme", "team-mail"),
    ]

    assert await deliveries.wake_waiting("other-app", "hook") == 0
    assert await deliveries.wake_waiting("acme", "hook") == 1

    assert [each.destination_id for each in await deliveries.claim(5)] == ["hook"]


async def test_what_waited_too_long_is_taken_once_more_to_be_given_up(
    database: Database, clock: FakeClock
) -> None:
    deliveries = owner(database, clock)
    await deliveries.accept([make_delivery(NOON)], take=frozenset())
    for each in await deliveries.claim(5):
        await deliveries.save(replace(each, status=Status.WAITING), [])

    assert await deliveries.wake_overdue(NOON) == 0
    assert await deliveries.wake_overdue(NOON + timedelta(days=90)) == 1

    assert len(await deliveries.claim(5)) == 1


async def test_a_relay_that_is_back_wakes_what_only_missed_it(
    database: Database, clock: FakeClock
) -> None:
    deliveries = owner(database, clock)
    reasons = [Reason.CONNECT_FAILED, Reason.CIRCUIT_OPEN, Reason.MAILBOX_FULL]
    await deliveries.accept(numbered(3), take=frozenset())
    for each, reason in zip(await deliveries.claim(3), reasons, strict=True):
        waits = replace(
            each, status=Status.RETRY, reason=reason, step=3, channel="email",
            due_at=NOON + timedelta(hours=4),
        )  # fmt: skip
        await deliveries.save(waits, [])

    assert await deliveries.wake_unreached("webhook") == 0
    assert await deliveries.wake_unreached("email") == 2

    found = {each.reason: each.step for each in await deliveries.claim(5)}
    assert found == {Reason.CONNECT_FAILED: 2, Reason.CIRCUIT_OPEN: 3}


async def test_a_list_has_pages_newest_first_and_only_one_apps(
    database: Database, clock: FakeClock
) -> None:
    deliveries, inventory = owner(database, clock), Inventory(database, clock)
    batch = [
        replace(each, created_at=NOON + timedelta(seconds=place // 2))
        for place, each in enumerate(numbered(9))
    ]
    foreign = replace(make_delivery(NOON, delivery_id="x"), app_id="other")
    await deliveries.accept([*batch, foreign], take=frozenset())

    seen: list[str] = []
    after = None
    while page := await inventory.page(Search("acme"), after=after, limit=2):
        seen += [each.delivery_id for each in page]
        after = (page[-1].created_at, page[-1].delivery_id)

    assert seen == [f"d-{n}" for n in (8, 7, 6, 5, 4, 3, 2, 1, 0)]
    assert await inventory.get("acme", "x") is None


async def test_only_one_of_two_redrives_counts(
    database: Database, clock: FakeClock
) -> None:
    deliveries, inventory = owner(database, clock), Inventory(database, clock)
    await deliveries.accept([make_delivery(NOON)], take=frozenset())
    (ours,) = await deliveries.claim(1)
    await deliveries.save(replace(ours, status=Status.DEAD, step=9), [])
    dead = await inventory.get("acme", ours.delivery_id)
    assert dead is not None

    done = [await inventory.redrive(dead) for _ in range(2)]

    assert done == [True, False]
    (again,) = await deliveries.claim(1)
    assert (again.step, again.redriven) == (0, 1)
    assert (await inventory.count())["sending"] == 1
    assert await inventory.oldest_open() == NOON


async def test_secrets_are_stored_encrypted_and_come_back_only_with_the_key(
    database: Database, clock: FakeClock
) -> None:
    hook = Destination(
        "acme", "hook", "webhook", url="https://h.test/s3cret", secret="whsec_abc"
    )
    store = MongoDestinations(database, Seal(["key-1"], purpose=PURPOSE), clock)
    await store.prepare()
    await store.put(hook)

    raw = await database["notifier_destinations"].find_one({})
    assert b"s3cret" not in str(raw).encode()
    assert b"whsec_abc" not in str(raw).encode()
    found = await store.get("acme", "hook")
    assert found is not None
    assert (found.url, found.secret) == (hook.url, hook.secret)
    rotated = MongoDestinations(
        database, Seal(["key-2", "key-1"], purpose=PURPOSE), clock
    )
    assert await rotated.get("acme", "hook") == found
    stranger = await MongoDestinations(
        database, Seal(["key-3"], purpose=PURPOSE), clock
    ).get("acme", "hook")
    assert stranger is not None
    assert (stranger.url, stranger.secret) == ("", "")


async def test_destinations_are_listed_by_app_and_deleted_once(
    database: Database, clock: FakeClock
) -> None:
    store = MongoDestinations(database, Seal(["key"], purpose=PURPOSE), clock)
    for app_id, name in (("acme", "b"), ("acme", "a"), ("other", "c")):
        await store.put(Destination(app_id, name, "email", to=("a@x.test",)))

    assert [
        each.destination_id for each in await store.page("acme", after=None, limit=9)
    ] == ["a", "b"]
    assert [
        each.destination_id for each in await store.page("acme", after="a", limit=9)
    ] == ["b"]
    assert await store.delete("acme", "c") is False
    assert [await store.delete("acme", "a") for _ in range(2)] == [True, False]
