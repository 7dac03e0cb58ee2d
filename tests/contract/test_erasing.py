"""An erasure that is cut short is begun again and ends the same, on a real database."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.notifier.repository import retention as notifier
from services.notifier.repository.people import MongoPeople
from shared.errors import Transient
from shared.events import AppSettings, UserErasureRequested
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.stored import Subject
from shared.privacy.erasing import Erasures, Hooks
from shared.privacy.guard import Guard
from shared.privacy.purging import Purges
from tests.support.fakes import NOON, FakeClock, FakePublisher
from tests.support.servers import mongo_server

pytestmark = pytest.mark.integration

STORED = notifier.collections(retention_days=365, dead_days=90)
REQUEST = UserErasureRequested(
    app_id="acme", erasure_id="er-1", user_id="u-7", conversation_ids=[],
    requested_at=NOON,
)  # fmt: skip


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    client = connect(mongo_server())
    name = f"erasing_{uuid.uuid4().hex[:8]}"
    found = database_of(client, name)
    await found["notifier_deliveries"].insert_many(
        [
            {
                "_id": f"{app_id}-{number}",
                "app_id": app_id,
                "user_id": user_id,
                "lane": f"{app_id}:c-{user_id}",
                "destination_id": "default",
                "channel": "email",
                "recipients": [{"address": "team@acme.test", "status": "accepted"}],
            }
            for number, (app_id, user_id) in enumerate(
                [("acme", "u-7"), ("acme", ""), ("acme", "u-8"), ("other", "u-7")]
            )
        ]
    )
    # One delivery of the user's conversation whose packet named nobody.
    await found["notifier_deliveries"].update_one(
        {"_id": "acme-1"}, {"$set": {"lane": "acme:c-u-7"}}
    )
    yield found
    await client.drop_database(name)
    client.close()


def erasures(
    database: Database, publisher: FakePublisher, clock: FakeClock, **hooks: Any
) -> Erasures:
    people = MongoPeople(database)
    return Erasures(
        database,
        "notifier",
        STORED,
        publisher,
        clock,
        Guard(),
        Hooks(**{"widen": people.widen, "reached": people.reached, **hooks}),
    )


async def left(database: Database) -> set[str]:
    rows = await database["notifier_deliveries"].find().to_list(None)
    return {each["_id"] for each in rows}


async def test_a_receipt_that_was_not_published_is_published_by_the_next_try(
    database: Database,
) -> None:
    publisher, clock = FakePublisher(failing=1), FakeClock()
    work = erasures(database, publisher, clock)
    await work.take(REQUEST)
    with pytest.raises(Transient):
        await work.work()
    assert await left(database) == {"acme-2", "other-3"}

    clock.forward(seconds=61)
    await erasures(database, publisher, clock).work()
    await work.work()

    (receipt,) = publisher.published
    body = orjson.loads(receipt.value)
    assert body["erased"]["notifier_deliveries"] == 2
    assert body["destinations"] == [
        {"destination_id": "default", "channel": "email", "deliveries": 2}
    ]


async def test_once_it_is_done_nothing_names_the_user(database: Database) -> None:
    work = erasures(database, FakePublisher(), FakeClock())
    for _ in range(2):
        await work.take(REQUEST)
        await work.work()

    (row,) = await database["notifier_erasures"].find().to_list(None)
    assert set(row) == {
        "_id", "app_id", "digests", "requested_at", "erased", "destinations",
    }  # fmt: skip
    assert "u-7" not in str(row)


async def test_what_only_this_service_knew_survives_a_crash_in_between(
    database: Database,
) -> None:
    """The conversations are found by documents that are deleted on the way."""
    publisher, clock = FakePublisher(), FakeClock()

    async def dies(_: Subject) -> Any:
        await database["notifier_deliveries"].delete_one({"_id": "acme-0"})
        raise Transient("killed", "between two steps")

    dying = erasures(database, publisher, clock, reached=dies)
    await dying.take(REQUEST)
    with pytest.raises(Transient):
        await dying.work()

    clock.forward(seconds=61)
    await erasures(database, publisher, clock).work()

    assert await left(database) == {"acme-2", "other-3"}


async def test_another_instance_knows_who_was_erased(database: Database) -> None:
    await erasures(database, FakePublisher(), FakeClock()).take(REQUEST)
    guard = Guard()

    await replace(
        erasures(database, FakePublisher(), FakeClock()), guard=guard
    ).load_guard()

    assert guard._until


# Deleted apps -------------------------------------------------------------------------


class Deleted:
    """One app that was deleted."""

    def __init__(self) -> None:
        self.apps = [
            AppSettings(app_id="acme", status="deleted", version=3, updated_at=NOON)
        ]

    def deleted(self) -> list[AppSettings]:
        return self.apps


async def test_a_deleted_app_is_purged_twice_before_it_is_reported(
    database: Database,
) -> None:
    publisher, clock, apps = FakePublisher(), FakeClock(), Deleted()
    forgotten: list[int] = []
    purges = Purges(
        database, "notifier", STORED, publisher, clock, apps,
        lambda: forgotten.append(1),
    )  # fmt: skip
    await purges.work()
    assert (await left(database), publisher.published) == ({"other-3"}, [])

    # What was under way when the app was deleted.
    late = {"_id": "late", "app_id": "acme"}
    await database["notifier_deliveries"].insert_one(late)
    clock.forward(seconds=3)
    await purges.work()

    (report,) = publisher.published
    assert orjson.loads(report.value)["deleted"]["notifier_deliveries"] == 4
    assert await left(database) == {"other-3"}
    assert forgotten == [1]


async def test_an_app_that_was_made_again_keeps_what_is_its_own(
    database: Database,
) -> None:
    clock, apps = FakeClock(), Deleted()
    purges = Purges(database, "notifier", STORED, FakePublisher(), clock, apps)
    await purges.work()

    apps.apps.clear()
    await database["notifier_deliveries"].insert_one({"_id": "new", "app_id": "acme"})
    clock.at += timedelta(days=1)
    await purges.work()

    assert "new" in await left(database)
