"""What is stored expires by its declaration, on a real database; what is owed stays."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.escalator.repository.inbox.expiry import InboxExpiry
from shared.kafka.deciding.decisions import ConflictError, Entry
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.expiry import prepare_expiries
from shared.mongo.ledger import MongoLedger
from shared.mongo.stored import Expiry, StoredCollection
from tests.support.fakes import FakeClock
from tests.support.servers import mongo_server

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    client = connect(mongo_server())
    name = f"expiry_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


def kept(*expiries: Expiry) -> list[StoredCollection]:
    return [StoredCollection("things", "", "", expiries, impersonal="of a test")]


async def indexes(database: Database) -> dict[str, Any]:
    found: dict[str, Any] = await database["things"].index_information()
    return {
        name: each["expireAfterSeconds"]
        for name, each in found.items()
        if "expireAfterSeconds" in each
    }


async def test_a_changed_setting_changes_the_index_that_is_there(
    database: Database,
) -> None:
    await prepare_expiries(database, kept(Expiry("at", 365 * DAY)))
    assert await indexes(database) == {"at_1": 365 * 86_400}

    await prepare_expiries(database, kept(Expiry("at", 30 * DAY)))

    assert await indexes(database) == {"at_1": 30 * 86_400}


async def test_preparing_again_changes_nothing(database: Database) -> None:
    dead = Expiry("at", DAY, where={"status": "dead"}, name="dead")
    done = Expiry("at", 2 * DAY, where={"status": "done"})
    for _ in range(2):
        await prepare_expiries(database, kept(dead, done))

    assert await indexes(database) == {"dead": 86_400, "at_1": 2 * 86_400}


async def test_what_is_declared_no_more_expires_no_more(database: Database) -> None:
    await prepare_expiries(database, kept(Expiry("at", DAY), Expiry("other", DAY)))

    await prepare_expiries(database, kept(Expiry("at", DAY, where={"done": True})))

    assert await indexes(database) == {"at_1": 86_400}
    assert (
        "partialFilterExpression"
        in (await database["things"].index_information())["at_1"]
    )


async def test_an_index_that_expires_nothing_is_left_alone(database: Database) -> None:
    await database["things"].create_index("lane", name="by_lane")

    await prepare_expiries(database, kept(Expiry("at", DAY)))

    assert "by_lane" in await database["things"].index_information()


# States that have a successor ---------------------------------------------------------


def entry(source_id: str, number: int, *, state: bytes | None = b"s") -> Entry:
    return Entry(
        source_id, "a:c", number, state, f"t/0/{number}", "x", (), (), (), {"n": 1}, NOW
    )


async def test_only_the_latest_state_of_a_conversation_is_kept(
    database: Database,
) -> None:
    ledger = MongoLedger(database, service="test")
    await ledger.prepare()
    await ledger.append([entry("e1", 1)])
    await ledger.append([entry("e2", 2, state=None), entry("e3", 3)])
    await ledger.append([entry("e4", 4, state=b"latest")])

    await ledger.superseded.drop()

    rows = await database["test_ledger"].find().sort("n", 1).to_list(None)
    assert [row["n"] for row in rows if "s" in row] == [4]
    assert (await ledger.load([], ["a:c"])).states == {"a:c": (4, b"latest")}
    # What was decided and what it told stay: a repeat finds them.
    assert len(await ledger.facts("a:c")) == 4
    assert (await ledger.load(["e1"], [])).decided["e1"].position == "t/0/1"


async def test_a_state_is_dropped_by_who_stored_the_next_and_by_nobody_else(
    database: Database,
) -> None:
    mine, other = (MongoLedger(database, service="test") for _ in range(2))
    await mine.prepare()
    await mine.append([entry("e1", 1, state=b"first")])
    with pytest.raises(ConflictError):
        await other.append([entry("e1", 2)])

    # Refused, so nothing of it makes the first one old; nor does a crash before.
    await other.superseded.drop()
    await mine.superseded.drop()

    assert (await mine.load([], ["a:c"])).states == {"a:c": (1, b"first")}


# Escalations --------------------------------------------------------------------------


def row(name: str, **facts: Any) -> dict[str, Any]:
    opened = NOW - 400 * DAY
    common = {"_id": name, "app_id": "acme", "conversation_id": name, "status": "open"}
    return {**common, "opened_at": opened, "updated_at": opened, **facts}


async def prepared(database: Database) -> InboxExpiry:
    await database["escalator_apps"].insert_one({"_id": "acme"})
    await database["escalator_escalations"].insert_many(
        [
            row("open", closed_at=None),
            row("old", status="resolved", closed_at=NOW - 366 * DAY),
            row("fresh", status="resolved", closed_at=NOW - 364 * DAY),
            row("undated", status="resolved"),
        ]
    )
    await database["escalator_updates"].insert_many(
        [
            {"_id": f"{name}-{n}", "escalation_id": name}
            for name in ("open", "old", "fresh")
            for n in range(2)
        ]
    )
    await database["escalator_promises"].insert_many(
        [{"_id": name, "escalation_id": name} for name in ("open", "old", "fresh")]
    )
    return InboxExpiry(
        database, clock=FakeClock(NOW), closed=365 * DAY, decisions=365 * DAY
    )


async def left(database: Database, collection: str) -> set[str]:
    rows = await database[collection].find().to_list(None)
    return {each["_id"] for each in rows}


async def test_an_escalation_goes_with_its_changes_once_it_was_closed_long_ago(
    database: Database,
) -> None:
    expiry = await prepared(database)

    for _ in range(2):
        await expiry.round()

    assert await left(database, "escalator_escalations") == {"open", "fresh"}
    assert await left(database, "escalator_updates") == {
        "open-0", "open-1", "fresh-0", "fresh-1",
    }  # fmt: skip
    assert await left(database, "escalator_promises") == {"open", "fresh"}


async def test_the_decisions_of_an_open_escalation_do_not_expire(
    database: Database,
) -> None:
    expiry = await prepared(database)
    ledger = database["escalator_ledger"]
    await ledger.insert_many(
        [
            {"_id": name, "k": f"acme:{name}", "n": 1, "at": NOW - 360 * DAY}
            for name in ("open", "fresh")
        ]
    )

    await expiry.round()

    ages = {each["_id"]: NOW - each["at"] for each in await ledger.find().to_list(None)}
    assert ages["open"] < 200 * DAY
    assert ages["fresh"] == 360 * DAY
