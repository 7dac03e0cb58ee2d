"""What MongoDB is asked for, read off the commands that go over the wire."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo import monitoring

from services.analytics.repository.sessions import MongoSessions
from services.resolver.matching.knowledge import Labelled
from services.resolver.repository.history import MongoHistory
from shared.clock import SystemClock
from shared.kafka.deciding.decisions import Timer
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.ledger import MongoLedger
from tests.contract.test_stores import entry
from tests.support.fakes import NOON

pytestmark = pytest.mark.integration

DURABLE = {"w": "majority", "j": True}


class Wire(monitoring.CommandListener):
    """Keeps every command that was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.sent.append({"name": event.command_name, **event.command})

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to keep."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to keep."""

    def commits(self) -> list[dict[str, Any]]:
        return [each for each in self.sent if each["name"] == "commitTransaction"]

    def first_statements(self) -> list[dict[str, Any]]:
        return [each for each in self.sent if each.get("startTransaction")]


class NoVersions:
    """Counts no versions."""

    def changed(self, app_id: str) -> None:
        """Nothing to forget."""

    async def raise_version(self, app_id: str, session: Any) -> None:
        """Nothing to count."""


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def database(mongo_url: str, wire: Wire) -> AsyncIterator[Database]:
    client = connect(mongo_url, listeners=[wire])
    name = f"durable_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


async def ledger(database: Database) -> None:
    store = MongoLedger(database, service="test")
    await store.prepare()
    reminder = Timer("t1", "a:c", NOON, "remind", {})
    await store.append([entry("e1", 1, timers=(reminder,)), entry("e2", 2)])


async def history(database: Database) -> None:
    store = MongoHistory(NoVersions(), database)
    await store.add("acme", [Labelled("how?", "action", "reset")], now=NOON)


async def analytics(database: Database) -> None:
    session = await MongoSessions(database, clock=SystemClock()).get()
    async with session.start_transaction():
        await database["facts"].insert_one({"_id": 1}, session=session)


@pytest.mark.parametrize("transact", [ledger, history, analytics])
async def test_a_transaction_is_acknowledged_by_a_majority_and_its_journal(
    database: Database, wire: Wire, transact: Any
) -> None:
    await transact(database)

    assert [each["writeConcern"] for each in wire.commits()] == [DURABLE]
    assert [each["readConcern"]["level"] for each in wire.first_statements()] == [
        "majority"
    ]


async def test_what_the_url_says_of_durability_does_not_count(mongo_url: str) -> None:
    mark = "&" if "?" in mongo_url else "/?"
    weak = f"{mongo_url}{mark}w=1&journal=false&readConcernLevel=local"
    client = connect(weak)
    try:
        assert client.write_concern.document == DURABLE
        assert client.read_concern.level == "majority"
        assert client.get_database("x").write_concern.document == DURABLE
    finally:
        client.close()


async def test_a_plain_write_is_acknowledged_as_surely(
    database: Database, wire: Wire
) -> None:
    await database["things"].insert_one({"_id": 1})

    (insert,) = [each for each in wire.sent if each["name"] == "insert"]
    assert insert["writeConcern"] == DURABLE
