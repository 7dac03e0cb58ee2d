"""On a real MongoDB: a state of version N+1, decided on by N, is still N+1's."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from services.escalator.escalate.drafting.beside import CONTEXTS
from services.escalator.repository.conversations.contexts import MongoContexts
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.ledger import MongoLedger
from tests.escalator.world import World
from tests.support.later import LATER, later_fields

pytestmark = pytest.mark.integration


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[Database]:
    client = connect(mongo_url)
    name = f"test_{uuid.uuid4().hex}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


@pytest.fixture
async def world(database: Database) -> World:
    made = World()
    ledger: Any = MongoLedger(database, service="escalator")
    await ledger.prepare()
    made.ledger, made.beside = ledger, MongoContexts(database)
    made.restart()
    return made


async def latest(database: Database) -> dict[str, Any]:
    row = await database["escalator_ledger"].find_one({}, sort=[("n", -1)])
    assert row is not None
    return row


async def written_by_the_next_version(database: Database) -> dict[str, Any]:
    """Put fields that we do not know at each depth of the latest state."""
    row = await latest(database)
    state: dict[str, Any] = orjson.loads(row["s"])
    state[LATER] = {"since": 1}
    state["escalations"][0][LATER] = ["nested"]
    state["escalations"][0]["deliveries"]["default"][LATER] = "deep"
    await database["escalator_ledger"].update_one(
        {"_id": row["_id"]}, {"$set": {"s": orjson.dumps(state)}}
    )
    return state


async def test_version_n_decides_on_a_state_of_n_plus_1_and_keeps_its_fields(
    world: World, database: Database
) -> None:
    opened = await world.escalate()
    before = await written_by_the_next_version(database)

    await world.say("e-2", "And it is urgent")
    await world.feed(world.of_delivered(world.requests[0]))
    await world.order(opened["escalation_id"], "acknowledge")
    after = orjson.loads((await latest(database))["s"])

    assert len(world.updates) >= 2
    assert len(later_fields(before)) == 3
    assert later_fields(after) == later_fields(before)


async def test_seventeen_megabytes_of_waiting_requests_are_stored_and_open_whole(
    world: World, database: Database
) -> None:
    records = [
        world.of_unresolved(
            f"e-{n}", text=f"q {n}", app_state={"mark": n, "log": "x" * 1_000_000}
        )
        for n in range(17)
    ]
    await world.feed(*records)
    waiting = await database[CONTEXTS].count_documents({})

    await world.say("e-3", "q 3")

    assert [each["app_state"]["mark"] for each in world.opened] == [3]
    assert len((await latest(database))["s"]) < 1_000_000
    assert waiting == 17
    assert await database[CONTEXTS].count_documents({}) == 16  # 16 wait still
