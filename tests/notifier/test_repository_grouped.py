"""What many deliveries read and write in one round trip is what each would alone."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifier.domain.delivery import Delivery, Status
from services.notifier.repository import deliveries as repository
from services.notifier.repository.deliveries import MongoDeliveries
from services.notifier.repository.inventory import Inventory
from services.notifier.repository.outbox import MongoOutbox
from shared.kafka.records import Outgoing
from shared.mongo.connect import Database, connect, database_of
from tests.notifier.letters import make_delivery
from tests.support.fakes import NOON, FakeClock

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


async def claimed(deliveries: MongoDeliveries, count: int) -> list[Delivery]:
    asked = [
        make_delivery(NOON, delivery_id=f"d-{n}", conversation_id=f"c-{n}")
        for n in range(count)
    ]
    ids = frozenset(each.delivery_id for each in asked)
    return list((await deliveries.accept(asked, take=ids)).taken)


async def test_of_many_results_only_what_is_not_ours_any_more_is_refused(
    database: Database,
) -> None:
    mine = MongoDeliveries(database, owner="me", lease=LEASE, clock=FakeClock())
    sent = await claimed(mine, 6)
    stored = database["notifier_deliveries"]
    await stored.update_one({"_id": "d-3"}, {"$inc": {"token": 1}})
    await stored.delete_one({"_id": "d-4"})

    saved = await asyncio.gather(
        *(
            mine.save(replace(each, status=Status.DELIVERED, tries=1), [NEWS])
            for each in sent
        )
    )
    told = await MongoOutbox(database).unpublished(
        before=NOON + timedelta(seconds=1), limit=10
    )

    assert saved == [True, True, True, False, False, True]
    assert sorted(each.delivery_id for each in told) == ["d-0", "d-1", "d-2", "d-5"]
    assert all(len(each.news) == 1 for each in told)


async def test_a_result_that_is_too_large_costs_the_others_nothing(
    database: Database,
) -> None:
    mine = MongoDeliveries(database, owner="me", lease=LEASE, clock=FakeClock())
    sent = await claimed(mine, 3)
    huge = replace(NEWS, value=b"x" * 17_000_000)

    saved = await asyncio.gather(
        *(
            mine.save(
                replace(each, status=Status.DELIVERED, tries=1),
                [huge if each.delivery_id == "d-1" else NEWS],
            )
            for each in sent
        ),
        return_exceptions=True,
    )
    inventory = Inventory(database, FakeClock())
    found = [await inventory.get("acme", f"d-{n}") for n in range(3)]

    assert (saved[0], saved[2]) == (True, True)
    assert isinstance(saved[1], Exception)
    assert [each.status for each in found if each] == [
        Status.DELIVERED,
        Status.SENDING,
        Status.DELIVERED,
    ]


@pytest.mark.parametrize("looked_at", [20, 2])
async def test_what_is_earlier_is_each_deliverys_own(
    database: Database, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr(repository, "EARLIER_LOOKED_AT", looked_at)
    mine = MongoDeliveries(database, owner="me", lease=LEASE, clock=FakeClock())
    lines = [("a", "team"), ("a", "pager"), ("b", "team")]
    asked = [
        replace(
            make_delivery(NOON, delivery_id=f"{lane}-{to}-{n}"),
            lane=f"acme:{lane}",
            destination_id=to,
            order=f"2026|{n:010d}",
        )
        for lane, to in lines
        for n in range(4)
    ]
    await mine.accept(asked, take=frozenset())

    together = await asyncio.gather(*map(mine.earlier, asked))
    alone = [await mine.earlier(each) for each in asked]

    assert together == alone
    last = together[3]
    assert [each.delivery_id for each in last] == [
        f"a-team-{n}" for n in range(max(0, 3 - looked_at), 3)
    ]
