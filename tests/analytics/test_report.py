"""Reports equal a count by hand, wherever the period begins and ends."""

import random
from datetime import timedelta

import pytest
import pytest_asyncio

from services.analytics.counting.report import Reporter
from services.analytics.domain.facts import ENDED, Dimension
from services.analytics.domain.periods import Step, floor_to
from services.analytics.repository.counts import MongoCounts
from tests.analytics.conftest import empty_database, make_store
from tests.analytics.factories import (
    NOON,
    as_records,
    batch_of,
    fact_of,
    many_events,
    opened,
    updated,
)

pytestmark = pytest.mark.integration
MODULE_LOOP = pytest.mark.asyncio(loop_scope="module")

EVENTS = many_events(800, within=timedelta(days=20))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filled(mongo_url):
    """Give reports over one database that no test of this file changes."""
    async with empty_database(mongo_url) as database:
        store = make_store(database)
        for start in range(0, len(EVENTS), 400):
            await store.add(batch_of(*as_records(EVENTS[start : start + 400])))
        await store.add(batch_of(*as_records(many_events(50, seed=5, app_id="other"))))
        yield Reporter(MongoCounts(database))


def periods():
    chance = random.Random(3)
    start = NOON + timedelta(days=2, minutes=17, milliseconds=3)
    yield pytest.param(NOON, NOON + timedelta(days=1), id="whole hours")
    yield pytest.param(
        NOON - timedelta(hours=12), NOON + timedelta(days=9, hours=12), id="whole days"
    )
    yield pytest.param(start, start + timedelta(minutes=20), id="within an hour")
    for i in range(6):
        length = timedelta(seconds=chance.randrange(60, 18 * 86400))
        yield pytest.param(start, start + length, id=f"odd {i}")


def by_hand(start, end):
    """Count facts of the period one by one."""
    found = {}
    for fact in map(fact_of, EVENTS):
        if start <= fact.document["at"] < end:
            for value in fact.values:
                found[value] = found.get(value, 0) + 1
    return found


@MODULE_LOOP
@pytest.mark.parametrize(("start", "end"), list(periods()))
async def test_a_summary_is_exact(filled, start, end):
    expected = by_hand(start, end)
    so_far = by_hand(NOON - timedelta(days=1), end)

    found = await filled.summary("acme", start, end)

    def number(dimension, value):
        return expected.get((dimension, value), 0)

    reasons = {v: n for (d, v), n in expected.items() if d == Dimension.REASON}
    assert found.by_reason == reasons
    assert found.requests == sum(
        n for (dimension, _), n in expected.items() if dimension == "outcome"
    )
    assert found.resolved == number("outcome", "resolved")
    assert found.deliveries.delivered == number("delivery", "delivered")
    assert found.deliveries.failed == number("delivery", "failed")
    assert found.escalations.opened == number("escalation", "opened")
    assert found.escalations.answered == number("escalation", "answered")
    assert found.escalations.open == max(
        0,
        so_far.get(("escalation", "opened"), 0)
        + so_far.get(("escalation", "returned"), 0)
        - sum(so_far.get(("escalation", end), 0) for end in ENDED),
    )


@MODULE_LOOP
@pytest.mark.parametrize(("start", "end"), list(periods()))
async def test_means_are_exact_and_quantiles_within_one_percent(filled, start, end):
    waits = [
        fact.document["ms"]
        for fact in map(fact_of, EVENTS)
        if fact.timed == "delivered" and start <= fact.document["at"] < end
    ]

    found = (await filled.summary("acme", start, end)).ms

    assert found["delivered_mean"] == (
        round(sum(waits) / len(waits)) if waits else None
    )
    ranked = sorted(waits)
    for percent in (50, 90, 99):
        exact = ranked[-(-len(ranked) * percent // 100) - 1] if ranked else None
        told = found[f"delivered_p{percent}"]
        assert told == exact or told == pytest.approx(exact, rel=0.01, abs=1)


@MODULE_LOOP
@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("by", [Dimension.REASON, Dimension.DESTINATION])
@pytest.mark.parametrize(("start", "end"), list(periods())[:5])
async def test_trends_are_exact(filled, step, by, start, end):
    expected = {}
    for fact in map(fact_of, EVENTS):
        at = fact.document["at"]
        for dimension, value in fact.values:
            if dimension == by and start <= at < end:
                key = (value, floor_to(at, step))
                expected[key] = expected.get(key, 0) + 1

    series = await filled.trend("acme", by, start=start, end=end, step=step)

    found = {(line.key, at): n for line in series for at, n in line.points if n}
    assert found == expected
    assert len({len(line.points) for line in series}) <= 1


@MODULE_LOOP
async def test_another_apps_events_are_not_seen(filled):
    found = await filled.summary("nobody", NOON, NOON + timedelta(days=30))

    assert found.requests == found.escalations.open == 0


async def test_an_escalation_is_open_until_it_is_resolved(store, reporter):
    minute = timedelta(minutes=1)
    steps = [
        opened("s-1", NOON),
        updated("s-1", 1, NOON + minute, "open", "acknowledged", NOON),
        updated("s-1", 2, NOON + 2 * minute, "acknowledged", "resolved", NOON),
        updated("s-1", 3, NOON + 3 * minute, "resolved", "reopened", NOON),
        updated("s-1", 4, NOON + 4 * minute, "reopened", "resolved", NOON),
    ]
    await store.add(batch_of(*as_records(steps)))

    found = [
        (await reporter.summary("acme", NOON, NOON + i * minute)).escalations.open
        for i in range(1, 6)
    ]

    assert found == [1, 1, 0, 1, 0]


async def test_a_recount_finds_a_counter_that_is_off(database, store, reporter):
    await store.add(batch_of(*as_records(EVENTS[:100])))
    start, end = NOON, NOON + timedelta(days=21)
    assert (await reporter.recount("acme", start, end)).hours == []
    await database.analytics_counters.update_one(
        {"app_id": "acme", "step": "hour", "dimension": "reason"}, {"$inc": {"n": 1}}
    )

    found = await reporter.recount("acme", start, end)

    (difference,) = found.hours
    assert difference.counted[0] == difference.recounted[0] + 1
    assert found.days == []


async def test_a_recount_finds_a_pattern_that_says_another_size(database, reporter):
    member = {"app_id": "acme", "at": NOON}
    await database.analytics_pattern_members.insert_many(
        [
            member | {"_id": "s-1", "pattern_id": "p-1"},
            member | {"_id": "s-2", "pattern_id": "p-1"},
            member | {"_id": "s-3", "pattern_id": "p-lost"},
            member | {"_id": "s-4", "pattern_id": "p-1", "app_id": "other"},
        ]
    )
    pattern = {"app_id": "acme", "size": 2}
    await database.analytics_patterns.insert_many(
        [
            pattern | {"_id": "acme:p-1", "pattern_id": "p-1"},
            pattern | {"_id": "acme:p-2", "pattern_id": "p-2"},
        ]
    )

    found = await reporter.recount("acme", NOON, NOON + timedelta(hours=1))

    wrong = {each.pattern_id: (each.counted, each.recounted) for each in found.sizes}
    assert wrong == {"p-2": (2, 0), "p-lost": (0, 1)}
    assert found.patterns == 3
