"""History and vectors on a real database: once each, by app, gone when they should."""

import uuid
from datetime import timedelta

import pytest

from services.resolver.catalogue.ranker import CatalogueRanker
from services.resolver.catalogue.shelf import Limits
from services.resolver.matching.knowledge import Labelled
from services.resolver.repository import history
from services.resolver.repository.catalogue import MongoCatalogues
from services.resolver.repository.vectors import CLAIM, SETTLED, MongoVectors
from shared.mongo.connect import connect, database_of
from tests.resolver.minds import FakeEncoder, until
from tests.resolver.test_repository import ACTION, DOCUMENT
from tests.support.fakes import NOON, FakeClock
from tests.support.leases import age

pytestmark = pytest.mark.integration

PAST = [
    Labelled("reset it", "action", "act"),
    Labelled("$where is it", "document", "$d"),
    Labelled("all is broken", "escalate"),
]


@pytest.fixture
async def database(mongo_url):
    client = connect(mongo_url)
    name = f"resolver_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


@pytest.fixture
async def catalogues(database):
    found = MongoCatalogues(database)
    await found.prepare()
    return found


async def test_history_is_part_of_the_catalogue_and_of_its_version(catalogues):
    await catalogues.actions.put("acme", [ACTION], now=NOON)
    changed = [
        await catalogues.history.add("acme", PAST, now=NOON),
        await catalogues.history.add("acme", PAST, now=NOON + timedelta(days=1)),
    ]
    loaded = await catalogues.load("acme")

    assert changed == [3, 0]
    assert sorted(loaded.knowledge.history, key=PAST.index) == PAST
    assert loaded.version == 2
    assert (await catalogues.load("other")).knowledge.history == ()


async def test_what_is_said_last_of_a_text_holds(catalogues):
    await catalogues.history.add("acme", PAST, now=NOON)
    changed = await catalogues.history.add(
        "acme", [Labelled("reset it", "escalate")], now=NOON
    )
    found = {each.text: each.kind for each in await catalogues.history.all("acme")}

    assert changed == 1
    assert found["reset it"] == "escalate"
    assert len(found) == 3


async def test_only_the_newest_of_an_app_are_kept(catalogues, monkeypatch):
    monkeypatch.setattr(history, "MOST", 3)
    await catalogues.history.add("other", PAST, now=NOON)
    for day in range(5):
        await catalogues.history.add(
            "acme",
            [Labelled(f"day {day}", "escalate")],
            now=NOON + timedelta(days=day),
        )
    found = [each.text for each in await catalogues.history.all("acme")]

    assert found == ["day 2", "day 3", "day 4"]
    assert len(await catalogues.history.all("other")) == 3


async def test_one_row_or_all_of_an_app_are_forgotten(catalogues):
    for app_id in ("acme", "other"):
        await catalogues.history.add(app_id, PAST, now=NOON)
    one = history.history_id("reset it")
    removed = [
        await catalogues.history.delete("acme", one),
        await catalogues.history.delete("acme", one),
        await catalogues.history.delete("acme"),
    ]

    assert removed == [1, 0, 2]
    assert await catalogues.versions(["acme"]) == {"acme": 3}
    assert len(await catalogues.history.all("other")) == 3


async def test_history_has_pages(catalogues):
    await catalogues.history.add("acme", PAST, now=NOON)
    await catalogues.history.add("acme2", PAST, now=NOON)
    first = await catalogues.history.page("acme", after=None, limit=2)
    rest = await catalogues.history.page("acme", after=first[-1]["id"], limit=2)

    assert {row["text"] for row in first + rest} == {each.text for each in PAST}
    assert (len(first), len(rest)) == (2, 1)


async def test_a_vector_is_read_back_by_its_app_and_encoder_only(database):
    vectors = MongoVectors(database, clock=FakeClock())
    await vectors.prepare()
    await vectors.add("acme", "small", {b"k" * 16: b"\x00\x01"})
    await vectors.add("acme", "small", {b"k" * 16: b"\x00\x02"})
    await vectors.add("acme", "small", {})

    assert await vectors.load("acme", "small") == {b"k" * 16: b"\x00\x02"}
    assert await vectors.load("acme", "large") == {}
    assert await vectors.load("other", "small") == {}


async def test_a_vector_that_nobody_needs_is_deleted_but_not_a_fresh_one(database):
    clock = FakeClock()
    vectors = MongoVectors(database, clock=clock)
    await vectors.add("acme", "e", {b"old": b"1", b"used": b"2"})
    clock.at += SETTLED * 2
    await vectors.add("acme", "e", {b"new": b"3"})
    await vectors.forget("acme", "e", [b"old", b"new"])

    assert set(await vectors.load("acme", "e")) == {b"used", b"new"}


async def test_one_instance_computes_an_apps_vectors_until_it_dies(database):
    clock = FakeClock()
    mine, yours = (MongoVectors(database, clock=clock) for _ in range(2))
    claims = [await each.claim("acme", "e") for each in (mine, yours, mine)]
    other = await yours.claim("other", "e")
    await age(database["resolver_vector_claims"], "until", CLAIM)
    later = [await each.claim("acme", "e") for each in (yours, mine)]

    assert claims == [True, False, True]
    assert other
    assert later == [True, False]


async def test_what_one_instance_changes_is_live_in_the_other_within_five_seconds(
    database,
):
    stores = [MongoCatalogues(database) for _ in range(2)]
    await stores[0].prepare()
    rankers = [
        CatalogueRanker(
            store,
            MongoVectors(database, clock=FakeClock()),
            clock=FakeClock(),
            language="english",
            limits=Limits(10, 10**8, check_seconds=1.0, batch=32, timeout_seconds=5),
        )
        for store in stores
    ]
    encoder = FakeEncoder()
    for each in rankers:
        each.start(encoder)
        assert (await each.rank("acme", "text", ())).actions == ()

    await stores[0].documents.put("acme", [DOCUMENT], now=NOON)
    await stores[0].actions.put("acme", [ACTION], now=NOON)

    for each in rankers:
        await until(lambda each=each: _versions(each) == 2, seconds=5)
        found = await each.rank("acme", "do it", ())
        assert found.actions[0].name == "act"
        assert found.passages[0].name == "d"
        each.close()


def _versions(ranker):
    return ranker._shelf.get("acme").catalogue.version
