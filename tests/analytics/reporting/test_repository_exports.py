"""Rows of an export from a real store: whose, when, joined, given up, erased."""

from datetime import timedelta

import pytest
from pymongo.read_concern import ReadConcern

from services.analytics.domain.periods import Step
from services.analytics.reporting.exports.columns import Table
from services.analytics.reporting.exports.export import Wanted
from services.analytics.repository import retention
from services.analytics.repository.reporting.exports import MongoRows
from shared.mongo.stored import Subject
from tests.analytics.factories import (
    NOON,
    batch_of,
    opened,
    record,
    unresolved,
    updated,
)

pytestmark = pytest.mark.integration

DAY = timedelta(days=1)


async def keep(store, *events):
    await store.add(batch_of(*[record(each, i) for i, each in enumerate(events)]))


def wanted(table=Table.ESCALATIONS, **also):
    return Wanted("acme", table, NOON - DAY, NOON + DAY, **also)


async def rows_of(database, asked, *, batch=3):
    return [
        row
        async for rows in MongoRows(database, batch=batch).read(asked)
        for row in rows
    ]


async def test_escalations_come_oldest_first_with_what_became_of_them(database, store):
    minute = timedelta(minutes=1)
    await keep(
        store,
        *[opened(f"s-{i}", NOON + i * minute) for i in range(8)],
        opened("s-before", NOON - 2 * DAY),
        opened("s-at-the-end", NOON + DAY),
        opened("s-other", NOON, app_id="other"),
        updated("s-1", 1, NOON + 2 * minute, "open", "acknowledged"),
        updated("s-1", 2, NOON + 9 * minute, "acknowledged", "resolved"),
        updated("s-1", 3, NOON + 10 * minute, "resolved", "reopened"),
    )
    await database.analytics_pattern_members.insert_one(
        {"_id": "s-1", "app_id": "acme", "pattern_id": "p-1"}
    )

    found = await rows_of(database, wanted())

    assert [row["escalation_id"] for row in found] == [f"s-{i}" for i in range(8)]
    first, second = found[:2]
    assert (first["status"], first["pattern_id"]) == ("open", None)
    assert second["status"] == "reopened"
    assert second["acknowledged_at"] == NOON + 2 * minute
    assert second["resolved_at"] == NOON + 9 * minute
    assert second["pattern_id"] == "p-1"


async def test_rows_come_in_batches(database, store):
    await keep(store, *[opened(f"s-{i}") for i in range(8)])

    sizes = [len(rows) async for rows in MongoRows(database, batch=3).read(wanted())]

    assert sizes == [3, 3, 2]


async def test_words_that_were_erased_are_in_no_export(database, store):
    await keep(store, opened("s-1"))
    declared = {
        each.name: each
        for each in retention.collections(retention_days=30, facts_days=400)
    }
    of_user = declared["analytics_escalations"].of_user
    await database.analytics_escalations.update_many(
        of_user.find(Subject("acme", "u-7")), of_user.blank
    )

    (row,) = await rows_of(database, wanted())

    assert row["text"] == row["summary"] == ""
    assert row["attempts"] == row["app_state"] == []
    assert row["user_id"] is None


async def test_patterns_are_those_seen_in_the_period_and_not_merged(database):
    def pattern(name, first, last, **also):
        return {
            "_id": f"acme:{name}",
            "app_id": "acme",
            "pattern_id": name,
            "first_seen": first,
            "last_seen": last,
            "label": name,
            "state": b"x" * 10,
            "profile": {"users": 2, "growth": 0.5, "cause": "bug"},
        } | also

    await database.analytics_patterns.insert_many(
        [
            pattern("p-1", NOON - 9 * DAY, NOON),
            pattern("p-old", NOON - 9 * DAY, NOON - 8 * DAY),
            pattern("p-later", NOON + 2 * DAY, NOON + 3 * DAY),
            pattern("p-merged", NOON, NOON, merged_into="p-1"),
            pattern("p-other", NOON, NOON, app_id="other", _id="other:p-other"),
        ]
    )

    (row,) = await rows_of(database, wanted(Table.PATTERNS))

    assert row["pattern_id"] == "p-1"
    assert (row["users"], row["growth"], row["cause"]) == (2, 0.5, "bug")
    assert "state" not in row


@pytest.mark.parametrize("step", list(Step))
async def test_trends_add_up_to_what_was_counted(database, store, step):
    events = [
        unresolved(f"r-{i}", NOON - DAY + i * timedelta(hours=5)) for i in range(9)
    ]
    await keep(store, *events, updated("s-1", opened_at=NOON - timedelta(seconds=9)))

    asked = wanted(Table.TRENDS, step=step)
    found = await rows_of(database, asked)
    reasons = await rows_of(database, wanted(Table.TRENDS, dimensions=("reason",)))

    assert sum(row["count"] for row in found if row["dimension"] == "reason") == 9
    assert {row["key"] for row in found if row["dimension"] == "ms"} == {"acknowledged"}
    assert [row["ms"] for row in found if row["dimension"] == "ms"] == [9_000]
    assert {row.get("ms") for row in found if row["dimension"] != "ms"} == {None}
    assert {row["dimension"] for row in reasons} == {"reason"}
    assert [row["at"] for row in reasons] == sorted(row["at"] for row in reasons)


async def test_an_export_given_up_leaves_no_query_behind(database, store):
    await keep(store, *[opened(f"s-{i}") for i in range(20)])
    batches = MongoRows(database, batch=3).read(wanted())
    await anext(batches)
    open_before = await open_cursors(database)

    await batches.aclose()

    assert (open_before, await open_cursors(database)) == (1, 0)


async def open_cursors(database):
    """Return how many queries on the escalations wait to be read on."""
    admin = database.client.get_database("admin", read_concern=ReadConcern("local"))
    rows = admin.aggregate(
        [
            {"$currentOp": {"idleCursors": True, "allUsers": True}},
            {
                "$match": {
                    "type": "idleCursor",
                    "ns": f"{database.name}.analytics_escalations",
                }
            },
        ]
    )
    return len(await rows.to_list(None))
