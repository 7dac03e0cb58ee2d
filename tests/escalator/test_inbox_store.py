"""The inbox in a real MongoDB: every order and filter by an index, page after page."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.escalator.domain.inbox.filters import PHASES, Filter, Position, Sort
from services.escalator.domain.inbox.words import words_of_row
from services.escalator.escalate.drafting.documents import ESCALATIONS
from services.escalator.repository.inbox.expiry import InboxExpiry
from services.escalator.repository.inbox.queries import in_phase, query_of
from services.escalator.repository.inbox.reading import MongoInbox
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.ledger import MongoLedger
from tests.escalator.world import START
from tests.support.fakes import FakeClock

pytestmark = pytest.mark.integration


@pytest.fixture
async def database(mongo_url) -> AsyncIterator[Database]:
    client = connect(mongo_url)
    name = f"escalator_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


def a_row(number: int, **more: Any) -> dict[str, Any]:
    row = {
        "_id": f"x-{number:02}",
        "app_id": "acme",
        "conversation_id": f"c-{number}",
        "number": f"ESC-{1000 + number}",
        "status": "open",
        "reason": "no_match",
        "summary": f"upload number{number} fails",
        "user": {"id": f"u-{number}", "name": "Ana", "email": None},
        "assignee": None,
        "priority": "normal",
        "tags": [],
        "pattern": None,
        "opened_at": START + timedelta(minutes=number // 2),
        **more,
    }
    return {**row, "words": list(words_of_row(row))}


ROWS = [
    a_row(0, priority="low", due_at=START + timedelta(hours=3)),
    a_row(1, tags=["billing"], due_at=START + timedelta(hours=1)),
    a_row(2, priority="urgent", assignee="Cy"),
    a_row(3, pattern={"id": "p-1", "label": "Uploads", "size": 2}),
    a_row(4, priority="high", due_at=START + timedelta(hours=1)),
    a_row(5, status="resolved"),
    a_row(6, app_id="other"),
]


async def filled(database: Database) -> MongoInbox:
    inbox = MongoInbox(database, MongoLedger(database, service="x"))
    await inbox.prepare()
    await database[ESCALATIONS].insert_many(ROWS)
    return inbox


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.OLDEST, [0, 1, 2, 3, 4, 5]),
        (Sort.NEWEST, [5, 4, 3, 2, 1, 0]),
        (Sort.PRIORITY, [2, 4, 1, 3, 5, 0]),
        (Sort.DUE, [1, 4, 0, 5, 3, 2]),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 4, 6])
async def test_pages_of_any_size_show_each_once_in_order(
    database, sort, expected, limit
):
    inbox = await filled(database)
    found: list[str] = []
    after: Position | None = None

    while page := await inbox.page(
        "acme", Filter(), sort=sort, after=after, limit=limit
    ):
        found += [row["_id"] for _, row in page]
        after = page[-1][0]

    assert found == [f"x-{number:02}" for number in expected]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(words=("upload", "number3")), [3]),
        (Filter(words=("upload", "numb")), [5, 4, 3, 2, 1, 0]),
        (Filter(words=("^upload",)), []),
        (Filter(number="ESC-1004"), [4]),
        (Filter(tags=("billing", "sales")), [1]),
        (Filter(pattern="p-1"), [3]),
        (Filter(priorities=("urgent", "low")), [2, 0]),
        (Filter(statuses=("open",), assignee=""), [4, 3, 1, 0]),
        (Filter(assignee="Cy"), [2]),
        (Filter(due_to=START + timedelta(hours=2)), [4, 1]),
        (Filter(opened_from=START + timedelta(minutes=2)), [5, 4]),
    ],
)
async def test_what_is_asked_for_is_found_and_nothing_else(database, wanted, expected):
    inbox = await filled(database)

    page = await inbox.page("acme", wanted, limit=10)

    assert [row["_id"] for _, row in page] == [f"x-{n:02}" for n in expected]


@pytest.mark.parametrize("sort", list(Sort))
async def test_no_order_reads_the_whole_collection(database, sort):
    await filled(database)

    for phase in PHASES[sort]:
        query = in_phase(query_of("acme", Filter()), phase, None)
        order = -1 if phase.descending else 1
        plan = await (
            database[ESCALATIONS]
            .find(query)
            .sort([(phase.field, order), ("_id", order)])
            .explain()
        )

        assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])


async def test_what_was_opened_before_there_were_words_is_found_too(database):
    inbox = await filled(database)
    await database[ESCALATIONS].update_many(
        {}, {"$unset": {"words": "", "priority": ""}}
    )
    expiry = InboxExpiry(
        database,
        clock=FakeClock(START),
        closed=timedelta(days=90),
        decisions=timedelta(days=30),
    )

    await expiry.round()

    found = await inbox.page("acme", Filter(words=("number4",)), limit=5)
    normal = await inbox.page("acme", Filter(priorities=("normal",)), limit=10)
    assert [row["_id"] for _, row in found] == ["x-04"]
    assert len(normal) == 6
