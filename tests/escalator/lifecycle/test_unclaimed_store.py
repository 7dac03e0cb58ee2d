"""On a real MongoDB: what nobody has is found, and nothing else."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.escalator.escalate.drafting.documents import ESCALATIONS
from services.escalator.repository.inbox.unclaimed import MongoUnclaimed
from shared.mongo.connect import Database, connect, database_of
from tests.escalator.world import START

pytestmark = pytest.mark.integration

HOUR = timedelta(hours=1)
OPEN: dict[str, Any] = {
    "app_id": "acme",
    "conversation_id": "c-1",
    "number": "ESC-1",
    "revision": 1,
    "status": "open",
    "opened_at": START,
    "unclaimed_since": None,
    "assignee": None,
    "acknowledged_by": None,
    "merged_into": None,
    "snoozed_until": None,
}


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[Database]:
    client = connect(mongo_url)
    name = f"test_{uuid.uuid4().hex}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


async def test_only_what_nobody_has_had_for_so_long_is_found(database: Database):
    old = {name: OPEN[name] for name in OPEN if name != "acknowledged_by"}
    rows = {
        "waits": OPEN,
        "of-an-older-version": old,
        "waits-again": {**OPEN, "status": "reopened", "unclaimed_since": START},
        "another-app": {**OPEN, "app_id": "other"},
        "too-new": {**OPEN, "opened_at": START + HOUR},
        "free-since-too-short": {**OPEN, "unclaimed_since": START + HOUR},
        "assigned": {**OPEN, "assignee": "Bo"},
        "acknowledged": {**OPEN, "acknowledged_by": "Bo"},
        "merged": {**OPEN, "merged_into": "waits"},
        "rests": {**OPEN, "snoozed_until": START + HOUR},
        "done": {**OPEN, "status": "resolved"},
    }
    await database[ESCALATIONS].insert_many(
        [{"_id": name, **row} for name, row in rows.items()]
    )

    found = await MongoUnclaimed(database).since_before("acme", START)

    assert {row["_id"] for row in found} == {
        "waits",
        "of-an-older-version",
        "waits-again",
    }
    assert {row["conversation_id"] for row in found} == {"c-1"}
