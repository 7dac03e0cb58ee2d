"""Grouping on a real database: each escalation once, whatever happens."""

import asyncio
from datetime import timedelta

import orjson
import pytest

from services.analytics.patterns.values import StaleGrouping
from shared.errors import Transient
from tests.analytics.patterns.grouping_factories import (
    NINE,
    Instance,
    Told,
    differences,
    fact,
)
from tests.support.leases import age

pytestmark = pytest.mark.integration


async def add(database, *facts):
    await database.analytics_escalations.insert_many(list(facts))


async def members(database):
    rows = await database.analytics_pattern_members.find().to_list(None)
    return {row["_id"]: row for row in rows}


async def patterns(database):
    rows = await database.analytics_patterns.find().to_list(None)
    return {row["pattern_id"]: row for row in rows}


def said(told):
    return [orjson.loads(each.value) for each in told.outputs]


async def test_escalations_of_one_topic_are_one_pattern_with_its_counters(database):
    one = Instance(database)
    await add(
        database,
        fact(1, "upload fails with error 500"),
        fact(2, "invoice is wrong"),
        fact(3, "upload of a large file stops"),
    )

    await one.group()

    found = await members(database)
    assert found["acme-e1"]["pattern_id"] == found["acme-e3"]["pattern_id"]
    assert found["acme-e2"]["pattern_id"] != found["acme-e1"]["pattern_id"]
    pattern = (await patterns(database))[found["acme-e1"]["pattern_id"]]
    assert (pattern["size"], pattern["representative"]) == (2, "acme-e1")
    assert pattern["label"] == "upload fails with error 500"
    assert pattern["first_seen"] == NINE + timedelta(minutes=1)
    assert pattern["last_seen"] == NINE + timedelta(minutes=3)
    assert pattern["dirty"]
    assert await differences(database) == []
    assert await one.queue.apps_waiting() == []


async def test_an_assignment_is_published_with_its_pattern_and_marked(database):
    one = Instance(database)
    await add(database, fact(1, "upload fails"), fact(2, "upload stops"))

    await one.group()

    events = {each["escalation_id"]: each for each in said(one.told)}
    assert events["acme-e2"]["pattern"]["size"] == 2
    assert events["acme-e2"]["pattern"]["id"] == events["acme-e1"]["pattern"]["id"]
    assert events["acme-e2"]["because"]
    assert events["acme-e2"]["conversation_id"] == "c-2"
    assert all(each["published"] for each in (await members(database)).values())


async def test_what_could_not_be_published_is_published_later_under_the_same_id(
    database,
):
    one = Instance(database)
    one.told.failing = [Transient("kafka_unavailable", "away")]
    await add(database, fact(1, "upload fails"))
    with pytest.raises(Transient):
        await one.group()
    assert await one.queue.apps_waiting() == ["acme"]

    await one.group()
    first = said(one.told)
    await database.analytics_pattern_members.update_many(
        {}, {"$set": {"published": False}}
    )
    await one.group()

    assert said(one.told) == first * 2


async def test_what_was_grouped_is_never_grouped_again(database):
    one = Instance(database)
    await add(database, fact(1, "upload fails"), fact(2, "upload stops"))
    await one.group()
    before = await members(database)
    # As after a fact was lost and its topic replayed.
    await database.analytics_escalations.delete_many({})
    await add(database, fact(1, "invoice wrong"), fact(2, "upload stops"))

    await Instance(database, owner="a").group()

    assert await members(database) == before
    assert await differences(database) == []
    assert not await database.analytics_escalations.count_documents({"grouped": False})


async def test_facts_of_before_are_taken_in(database):
    one = Instance(database)
    old = fact(1, "upload fails")
    for name in ("grouped", "text", "language"):
        del old[name]
    await add(database, old)
    await one.queue.adopt()

    await one.group()

    assert (await members(database))["acme-e1"]["text"] == "upload fails"


async def test_facts_of_before_are_looked_for_until_no_older_version_can_run(database):
    one = Instance(database)
    await one.queue.adopt()
    late = fact(1, "upload fails")
    del late["grouped"]
    await add(database, late)
    await one.queue.adopt()
    assert await database.analytics_escalations.count_documents({"grouped": False})
    await age(database.analytics_groupings, "begun_at", timedelta(days=2))

    await one.queue.adopt()

    row = await database.analytics_groupings.find_one({"_id": ":facts-of-before"})
    assert row["done"]


async def test_a_new_instance_goes_on_with_the_patterns_of_the_one_before(database):
    await add(database, fact(1, "upload fails"), fact(2, "invoice wrong"))
    await Instance(database, owner="a").group()
    await add(database, fact(3, "upload stops"), fact(4, "invoice late"))
    await age(database.analytics_groupings, "until", timedelta(minutes=1))

    await Instance(database, owner="b").group()

    found = await members(database)
    assert found["acme-e3"]["pattern_id"] == found["acme-e1"]["pattern_id"]
    assert found["acme-e4"]["pattern_id"] == found["acme-e2"]["pattern_id"]
    assert await differences(database) == []


async def test_an_app_that_another_instance_has_is_left_alone(database):
    await add(database, fact(1, "upload fails"))
    other = Instance(database, owner="b")
    assert await other.claims.claim("acme") is not None

    await Instance(database, owner="a").group()

    assert await members(database) == {}
    await other.groupings.release()
    await Instance(database, owner="a").group()
    assert len(await members(database)) == 1


async def test_who_lost_the_lease_stores_nothing(database):
    await add(database, fact(1, "upload fails"))
    late, quick = Instance(database, owner="a"), Instance(database, owner="b")
    claim = await late.claims.claim("acme")
    waiting = await late.queue.ungrouped("acme", limit=10)
    batch, _ = await late.grouper._assign(claim, waiting)
    await age(database.analytics_groupings, "until", timedelta(minutes=1))
    await quick.group()
    before = await members(database)

    with pytest.raises(StaleGrouping):
        await late.groupings.record(claim, batch)

    assert await members(database) == before
    assert await differences(database) == []


async def test_two_instances_at_once_group_each_escalation_once(database):
    words = ("upload", "invoice", "login", "refund", "export")
    await add(database, *(fact(i, f"{words[i % 5]} trouble {i}") for i in range(300)))
    told = Told()
    two = [Instance(database, owner=name, told=told) for name in "ab"]

    async def work(one):
        while await one.queue.apps_waiting():
            await one.grouper.round()
            await one.groupings.release()
            await asyncio.sleep(0)

    await asyncio.gather(*(work(one) for one in two))

    found = await members(database)
    assert len(found) == 300
    assert {each["escalation_id"] for each in said(told)} == found.keys()
    assert len(await patterns(database)) == 5
    assert await differences(database) == []


async def test_words_erased_before_they_were_stored_do_not_live_on(database):
    await add(database, fact(1, "upload fails"), fact(2, "upload stops"))
    one = Instance(database)
    claim = await one.claims.claim("acme")
    waiting = await one.queue.ungrouped("acme", limit=10)
    batch, _ = await one.grouper._assign(claim, waiting)
    await database.analytics_escalations.update_one(
        {"escalation_id": "acme-e1"},
        {"$set": {"text": "", "summary": "", "user_id": None}},
    )
    with pytest.raises(StaleGrouping):
        await one.groupings.record(claim, batch)
    one.indexes.forget("acme")

    await one.group()

    assert (await members(database)).keys() == {"acme-e2"}
    assert not await one.queue.apps_waiting()


async def test_ignored_patterns_stay_ignored_and_count_what_comes_again(database):
    one = Instance(database)
    await add(database, fact(1, "upload fails"))
    await one.group()
    await database.analytics_patterns.update_many({}, {"$set": {"status": "ignored"}})
    await add(database, fact(2, "upload stops"), fact(3, "upload hangs"))

    await one.group()

    (pattern,) = (await patterns(database)).values()
    assert pattern["status"] == "ignored"
    assert pattern["again_count"] == 2
    assert pattern["again_since"] == NINE + timedelta(minutes=2)


async def test_apps_and_languages_never_meet(database):
    one = Instance(database)
    await add(
        database,
        fact(1, "upload fails"),
        fact(2, "upload fails", language="de-AT"),
        fact(3, "upload fails", app_id="other"),
        fact(4, "upload stops", language=None),
    )

    await one.group()

    found = await members(database)
    names = {each["pattern_id"] for each in found.values()}
    assert len(names) == 3
    assert found["acme-e4"]["pattern_id"] == found["acme-e1"]["pattern_id"]


async def test_a_pattern_that_expired_is_founded_by_the_next(database):
    one = Instance(database)
    await add(database, fact(1, "upload fails"))
    await one.group()
    for name in ("patterns", "pattern_members", "escalations", "counters"):
        await database[f"analytics_{name}"].delete_many({})
    await add(database, fact(2, "upload stops"))

    await one.group()

    assert (await patterns(database)).keys() == {
        (await members(database))["acme-e2"]["pattern_id"]
    }
    assert await differences(database) == []
