"""What is written of a pattern's escalations: hours, days and months that agree."""

from datetime import UTC, datetime

import pytest

from services.analytics.repository.patterns.counters import (
    bump_pattern_counters,
)
from services.analytics.repository.schema import COUNTERS

pytestmark = pytest.mark.integration

EXPIRE_AT = datetime(2027, 12, 1, tzinfo=UTC)


def hour(day, hour_of_day):
    return int(datetime(2026, 11, day, hour_of_day, tzinfo=UTC).timestamp())


async def bumped(database, cells):
    hourly = {
        ("acme", "pattern", pattern_id, at): (n, 0)
        for (pattern_id, at), n in cells.items()
    }
    await database[COUNTERS].bulk_write(
        bump_pattern_counters(hourly, expire_at=EXPIRE_AT)
    )


async def stored(database, step):
    rows = await database[COUNTERS].find({"step": step}).to_list(None)
    return {(row["value"], row["at"].day, row["at"].hour): row for row in rows}


async def test_hours_days_and_months_say_the_same(database):
    await bumped(database, {("p-1", hour(3, 9)): 2, ("p-1", hour(3, 10)): 1})
    await bumped(database, {("p-1", hour(4, 9)): 5, ("p-2", hour(4, 9)): 1})

    hours = await stored(database, "hour")
    days = await stored(database, "day")
    months = await stored(database, "month")
    assert {key: row["n"] for key, row in hours.items()} == {
        ("p-1", 3, 9): 2,
        ("p-1", 3, 10): 1,
        ("p-1", 4, 9): 5,
        ("p-2", 4, 9): 1,
    }
    assert days["p-1", 3, 0]["n"] == 3
    assert days["p-1", 3, 0]["parts"] == {"9": 2, "10": 1}
    assert months["p-1", 1, 0]["n"] == 8
    assert months["p-1", 1, 0]["parts"] == {"3": 3, "4": 5}
    assert all("expire_at" in row for row in hours.values())
    assert not any("expire_at" in row for row in (*days.values(), *months.values()))


async def test_an_escalation_that_moves_is_counted_where_it_is_now(database):
    await bumped(database, {("p-1", hour(3, 9)): 2})

    await bumped(database, {("p-1", hour(3, 9)): -1, ("p-2", hour(3, 9)): 1})

    months = await stored(database, "month")
    assert months["p-1", 1, 0]["n"] == months["p-2", 1, 0]["n"] == 1
    assert months["p-1", 1, 0]["parts"] == {"3": 1}


async def test_the_largest_of_a_month_are_found_by_the_index(database):
    await bumped(database, {("p-1", hour(3, 9)): 2, ("p-2", hour(3, 9)): 7})
    month = datetime(2026, 11, 1, tzinfo=UTC)
    query = {"app_id": "acme", "dimension": "pattern", "step": "month", "at": month}

    plan = await database[COUNTERS].find(query).sort("n", -1).explain()

    assert "largest_patterns" in str(plan["queryPlanner"]["winningPlan"])
    assert "'SORT'" not in str(plan["queryPlanner"]["winningPlan"])
