"""What documents hold is declared once: for the database, the docs and the tests."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.analytics.counting.aggregate import Aggregator
from services.analytics.domain.facts import Collection
from services.analytics.repository.documents.catalogue import DOCUMENTS
from services.analytics.repository.documents.facts import REQUESTS
from services.analytics.repository.documents.field import Field, Kind, schema_of
from services.analytics.repository.documents.tables import with_tables
from services.analytics.repository.documents.validators import apply_validators, is_due
from services.analytics.repository.schema import COUNTERS
from shared.errors import Permanent
from tests.analytics.conftest import make_store
from tests.analytics.factories import (
    BUILDERS,
    NOON,
    attempt,
    batch_of,
    delivered,
    fact_of,
    failed,
    many_events,
    opened,
    record,
    requested,
    resolved,
    unresolved,
    updated,
)

DOCS = Path(__file__).parents[2] / "docs/trend-store.md"
BY_NAME = {each.collection: each for each in DOCUMENTS}
PROMISE = {
    "promise_id": "p-1",
    "kind": "reply",
    "promised_at": NOON,
    "due_at": NOON,
    "state": "kept",
}
FULL = [
    unresolved(attempts=[attempt()], detail="x", language="de", text="hello"),
    resolved(attempts=[attempt()], reply_id="a-1"),
    opened(
        attempts=[attempt()],
        app_state={"last": {"status": 500}},
        waiting_since=NOON,
        first_response_by=NOON,
        tags=["vip"],
        destinations=["team-mail"],
    ),
    updated(promise=PROMISE, score=4, opened_at=NOON - timedelta(minutes=1)),
    updated(change="assigned", text="Ben"),
    delivered(),
    failed(),
    requested(),
]
HOLDS = {
    Kind.TEXT: str,
    Kind.WHOLE: int,
    Kind.NUMBER: (int, float),
    Kind.FLAG: bool,
    Kind.MOMENT: datetime,
    Kind.BYTES: bytes,
    Kind.OBJECT: dict,
}
OF_LISTS = {Kind.TEXTS: str, Kind.NUMBERS: (int, float), Kind.OBJECTS: dict}


def undeclared(value, fields, path=""):
    """Return what of *value* is not as *fields* say."""
    known = {each.name: each for each in fields}
    for name, found in value.items():
        field = known.get(name)
        if field is None:
            yield f"{path}{name}: not declared"
        elif found is None:
            if not field.nullable:
                yield f"{path}{name}: null"
        elif field.kind in HOLDS:
            if not isinstance(found, HOLDS[field.kind]):
                yield f"{path}{name}: {found!r} is no {field.kind}"
            if field.kind is Kind.OBJECT:
                yield from undeclared(found, field.parts, f"{path}{name}.")
        else:
            for item in found:
                if not isinstance(item, OF_LISTS[field.kind]):
                    yield f"{path}{name}: {item!r}"
                if field.kind is Kind.OBJECTS:
                    yield from undeclared(item, field.parts, f"{path}{name}.")


def test_the_tables_of_the_document_say_what_is_declared():
    text = DOCS.read_text()

    assert with_tables(text) == text


@pytest.mark.parametrize(
    "event", [*FULL, *many_events(60)], ids=lambda each: type(each).__name__
)
def test_every_fact_holds_what_is_declared_and_nothing_else(event):
    fact = fact_of(event)
    declared = BY_NAME[fact.collection]

    assert [*undeclared(fact.document, declared.fields)] == []
    assert declared.required <= fact.document.keys() | {"expire_at"}


def test_every_declared_field_of_a_fact_is_written_by_something():
    written = {}
    for event in FULL:
        fact = fact_of(event)
        written.setdefault(fact.collection, {"expire_at"}).update(fact.document)

    for collection, names in written.items():
        assert {each.name for each in BY_NAME[collection].fields} == names


def test_a_schema_allows_what_it_does_not_name():
    for document in DOCUMENTS:
        assert "additionalProperties" not in repr(schema_of(document))


MADE_BY_JOBS = {Collection.PATTERN_MEMBERS.value, Collection.OUTCOMES.value}


def test_only_what_is_made_of_a_record_is_refused_by_its_schema():
    enforced = {each.collection for each in DOCUMENTS if each.is_enforced}

    # Of everything else, nothing could go to the dead letters and be redriven.
    assert enforced == {*(each.value for each in Collection), COUNTERS} - MADE_BY_JOBS


def test_a_newer_schema_is_left_alone_by_an_older_instance():
    newer = replace(
        REQUESTS, version=REQUESTS.version + 1, fields=(*REQUESTS.fields, MOOD)
    )

    assert is_due(REQUESTS, None)
    assert not is_due(REQUESTS, {"$jsonSchema": schema_of(REQUESTS)})
    assert not is_due(REQUESTS, {"$jsonSchema": schema_of(newer)})
    assert is_due(newer, {"$jsonSchema": schema_of(REQUESTS)})
    assert is_due(REQUESTS, {"app_id": {"$type": "string"}})


MOOD = Field("mood", Kind.WHOLE, "how the user felt")


@pytest.mark.integration
async def test_what_every_builder_makes_is_stored(database, store):
    events = [*FULL[:4], *many_events(200)]

    await store.add(batch_of(*[record(each, at) for at, each in enumerate(events)]))

    for document in DOCUMENTS:
        row = await database[document.collection].find_one()
        if row is not None:
            assert [*undeclared(row, document.fields)] == []


@pytest.mark.integration
async def test_a_document_that_is_refused_is_unstorable_and_stops_no_other(
    database, store
):
    def broken(each):
        fact = BUILDERS[each.topic](each)
        if each.event.request_id == "bad":
            fact.document["text"] = 7
        return fact

    worker = Aggregator(
        facts=store,
        builders=dict.fromkeys(BUILDERS, broken),
        on_unexpected=lambda *_: None,
    )
    lanes = [
        [record(unresolved(name), at)] for at, name in enumerate(("a", "bad", "b"))
    ]

    results = await worker.work(lanes)

    assert [each.failed is None for each in results] == [True, False, True]
    assert isinstance(results[1].failed.error, Permanent)
    assert results[1].failed.error.reason == "unstorable"
    assert await database.analytics_requests.count_documents({}) == 2
    counted = await database.analytics_counters.find_one(
        {"step": "day", "value": "unresolved"}
    )
    assert counted["n"] == 2


@pytest.mark.integration
async def test_versions_side_by_side_write_into_each_other_s_collections(
    database, store
):
    newer = replace(
        REQUESTS, version=REQUESTS.version + 1, fields=(*REQUESTS.fields, MOOD)
    )
    await apply_validators(database, (newer,))
    await apply_validators(database)
    fact = fact_of(unresolved("of-this-version"))
    fact.document["expire_at"] = NOON

    await store.add(batch_of(record(unresolved("of-this-version"))))
    later = fact.document | {"_id": "of-the-next", "mood": 3, "unheard_of": {"a": [1]}}
    await database.analytics_requests.insert_one(later)
    of_before = {name: later[name] for name in REQUESTS.required} | {"_id": "of-before"}
    await database.analytics_requests.insert_one(of_before)

    listed = await database.list_collections(filter={"name": "analytics_requests"})
    (row,) = await listed.to_list(None)
    assert row["options"]["validator"]["$jsonSchema"] == schema_of(newer)
    assert await database.analytics_requests.count_documents({}) == 3


@pytest.mark.integration
async def test_what_was_written_before_there_was_a_schema_can_still_be_blanked(
    database,
):
    bare = database["analytics_requests"]
    await database.command("collMod", "analytics_requests", validationLevel="off")
    await bare.insert_one({"_id": "old", "text": 7, "app_id": "acme"})
    await database.command(
        "collMod", "analytics_requests", validator={}, validationLevel="strict"
    )

    await apply_validators(database)

    await bare.update_one({"_id": "old"}, {"$set": {"user_id": None}})
    assert (await bare.find_one())["user_id"] is None


@pytest.mark.integration
async def test_two_instances_that_start_at_once_agree(database):
    import asyncio

    await asyncio.gather(*(apply_validators(database) for _ in range(4)))

    await make_store(database).add(batch_of(record(unresolved("1"))))
    assert await database.analytics_requests.count_documents({}) == 1
