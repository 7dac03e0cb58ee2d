"""The real stores keep the promises that the fakes make."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import orjson
import pytest

from services.escalator.administer.versions import Author, Signature
from services.escalator.domain.inbox.filters import Filter
from services.escalator.repository.apps import MongoApps
from services.escalator.repository.conversations.numbers import FIRST, MongoNumbers
from services.escalator.repository.inbox.reading import MongoInbox
from shared.events import AppSettings, Preferences, Route
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.ledger import MongoLedger
from tests.escalator.world import START

pytestmark = pytest.mark.integration


@pytest.fixture
async def database(mongo_url) -> AsyncIterator[Database]:
    client = connect(mongo_url)
    name = f"escalator_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


def app(version: int = 1, **facts) -> AppSettings:
    return AppSettings(app_id="acme", version=version, updated_at=START, **facts)


async def test_an_app_is_inserted_once(database):
    apps = MongoApps(database)

    assert await apps.insert(app(name="first"))
    assert not await apps.insert(app(name="second"))

    stored = await apps.get("acme")
    assert stored.settings.name == "first"


async def test_an_app_is_replaced_only_by_its_next_version(database):
    apps = MongoApps(database)
    await apps.insert(app())
    first = app().model_dump_json(by_alias=True)

    assert not await apps.replace(app(3), over=first)
    assert await apps.replace(app(2), over=first)
    assert not await apps.replace(app(2), over=first)


async def test_settings_may_name_paths_and_operators(database):
    apps = MongoApps(database)
    match = {"user.traits.plan": "pro", "$where": "x", "n": 2**70}
    preferences = Preferences(routes=[Route(match=match)])

    await apps.insert(app(preferences=preferences))

    assert (await apps.get("acme")).settings.preferences == preferences


async def test_what_the_settings_were_is_kept_before_they_are_replaced(database):
    apps = MongoApps(database)
    await apps.versions.prepare()
    first = app(preferences=Preferences(routes=[Route(name="$a.b")]))
    await apps.insert(first)
    over = first.model_dump_json(by_alias=True)
    signed = Signature(START, Author("key", "k-1", "ours"), restored=1)
    second = app(2, settings_version=2)

    await apps.versions.keep(await database["escalator_apps"].find_one({}))  # a crash
    assert await apps.replace(second, over=over, signed=signed)
    assert not await apps.replace(second, over=over, signed=signed)

    (kept,) = await apps.versions.page("acme", below=2, limit=5)
    assert (kept.version, kept.preferences) == (1, first.preferences)
    assert kept.signature == Signature(START, None)
    assert (await apps.get("acme")).signature == signed
    third = app(3, settings_version=3)
    await apps.replace(
        third, over=second.model_dump_json(), signed=Signature(START, None)
    )
    kept = await apps.versions.get("acme", 2)
    assert kept.signature == signed
    assert [
        each.version for each in await apps.versions.page("acme", below=3, limit=1)
    ] == [2]


async def test_what_is_not_published_is_found(database):
    apps = MongoApps(database)
    await apps.insert(app())
    assert [each.settings.version for each in await apps.unpublished()] == [1]

    await apps.mark_published("acme", 1)
    assert await apps.unpublished() == []
    await apps.replace(app(2), over=app().model_dump_json(by_alias=True))
    await apps.mark_published("acme", 1)

    assert [each.settings.version for each in await apps.unpublished()] == [2]
    assert [each.published_version for each in await apps.page()] == [1]


async def test_numbers_begin_at_the_first_and_never_repeat(database):
    first, second = MongoNumbers(database), MongoNumbers(database)
    assert await first.next("acme") == FIRST

    taken = await asyncio.gather(
        *(each.next("acme") for _ in range(100) for each in (first, second)),
    )

    assert len(set(taken)) == 200
    assert FIRST not in taken
    assert await first.next("other") == FIRST


async def test_many_numbers_asked_for_together_are_taken_together(database):
    numbers = MongoNumbers(database)
    await numbers.next("acme")

    taken = await asyncio.gather(*(numbers.next("acme") for _ in range(200)))

    assert sorted(taken) == list(range(FIRST + 1, FIRST + 201))
    row = await database["escalator_numbers"].find_one({"_id": "acme"})
    assert row["taken"] == 201  # one look, and none too many


async def test_numbers_of_many_apps_are_not_all_remembered_and_never_repeat(database):
    numbers = MongoNumbers(database, max_apps=2)
    apps = [f"app-{n}" for n in range(5)]

    rounds = [
        await asyncio.gather(*(numbers.next(app_id) for app_id in apps * 3))
        for _ in range(2)
    ]

    assert len(numbers._blocks) <= 2
    for place in range(5):
        mine = [number for taken in rounds for number in taken[place::5]]
        assert len(set(mine)) == 6


async def test_what_a_later_version_wrote_of_an_app_stays(database):
    apps = MongoApps(database)
    await apps.insert(app())
    later = {**orjson.loads((await apps.get("acme")).text), "of_later": {"x": [1]}}
    await database["escalator_apps"].update_one(
        {"_id": "acme"}, {"$set": {"settings": orjson.dumps(later).decode()}}
    )
    stored = await apps.get("acme")

    await apps.replace(app(2, name="Acme"), over=stored.text)

    after = await apps.get("acme")
    assert after.settings == app(2, name="Acme")
    assert orjson.loads(after.text)["of_later"] == {"x": [1]}


async def test_a_name_is_never_an_operator(database):
    inbox = MongoInbox(database, MongoLedger(database, service="x"))
    await inbox.prepare()

    assert await inbox.find("acme", "$gt") is None
    assert await inbox.read("acme", '{"$ne": 1}') is None
    assert await inbox.page("acme", Filter(assignee="$x"), limit=5) == []
