"""One suite per port, on the fake and on the real store: fakes are kept honest."""

import uuid
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.errors import Permanent
from shared.kafka.deciding.decisions import (
    ConflictError,
    Document,
    Entry,
    RefusedError,
    Timer,
)
from shared.kafka.records import Outgoing
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.ledger import MongoLedger
from shared.mongo.positions import MongoWatermarks
from shared.mongo.timers import LEASE, SET_ASIDE, MongoTimers
from tests.support.fakes import NOON, FakeLedger, FakeWatermarks
from tests.support.leases import age
from tests.support.servers import mongo_server

OUTPUT = Outgoing("conversation.replies", b"a:c", b"\x00\xffbytes", [("ce_id", b"1")])


async def _fresh() -> AsyncIterator[Database]:
    client = connect(mongo_server())
    name = f"contract_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    async for fresh in _fresh():
        yield fresh


@pytest.fixture(params=["fake", pytest.param("mongo", marks=pytest.mark.integration)])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Database | None]:
    """Give None for the fake, or a fresh database for the real store."""
    if request.param == "fake":
        yield None
        return
    async for fresh in _fresh():
        yield fresh


@pytest.fixture
async def ledger_of(either: Database | None) -> Any:
    if either is None:
        return FakeLedger()
    found = MongoLedger(either, service="test")
    await found.prepare()
    return found


def entry(source_id: str, number: int, lane: str = "a:c", **facts: Any) -> Entry:
    base: dict[str, Any] = {
        "state": str(number).encode(),
        "position": f"t/0/{number}",
        "reason": "counted",
        "outputs": (OUTPUT,),
        "timers": (),
        "documents": (),
        "fact": {"n": number},
        "at": NOON,
    }
    return Entry(source_id=source_id, lane=lane, number=number, **(base | facts))


async def test_a_ledger_gives_back_what_was_decided(ledger_of: Any) -> None:
    await ledger_of.append([entry("e1", 1), entry("e2", 2), entry("x1", 1, lane="a:x")])

    loaded = await ledger_of.load(["e1", "e9"], ["a:c", "a:x", "a:none"])

    assert set(loaded.decided) == {"e1"}
    assert loaded.decided["e1"].outputs == (OUTPUT,)
    assert loaded.decided["e1"].position == "t/0/1"
    assert loaded.states == {"a:c": (2, b"2"), "a:x": (1, b"1")}
    assert await ledger_of.facts("a:c") == [{"n": 1}, {"n": 2}]
    assert await ledger_of.has("e2")
    assert not await ledger_of.has("e9")


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(entry("e1", 2), id="source id taken"),
        pytest.param(entry("e2", 1), id="number taken"),
    ],
)
@pytest.mark.parametrize("extra", [True, False], ids=["transaction", "plain"])
async def test_a_ledger_refuses_a_second_decision(
    ledger_of: Any, second: Entry, extra: bool
) -> None:
    timers = (Timer("t1", "a:c", NOON, "x"),) if extra else ()
    await ledger_of.append([entry("e1", 1)])

    with pytest.raises(ConflictError):
        await ledger_of.append([entry(second.source_id, second.number, timers=timers)])

    assert (await ledger_of.load([], ["a:c"])).states == {"a:c": (1, b"1")}


BEYOND_64_BITS = 2**70
HALF_A_CHARACTER = "\ud800"


@pytest.mark.parametrize(
    ("reason", "facts"),
    [
        ("document_too_large", {"state": b"x" * 17_000_000}),
        ("document_too_large", {"timers": (Timer("t9", "a:x", NOON, "x", {"x": "y" * 17_000_000}),)}),
        ("document_too_large", {"documents": (Document("test_docs", {"_id": "d", "x": "y" * 17_000_000}),)}),
        ("document_invalid", {"fact": {"n": BEYOND_64_BITS}}),
        ("document_invalid", {"fact": {"text": HALF_A_CHARACTER}}),
        ("document_invalid", {"fact": {"n": {1, 2}}}),
        ("document_invalid", {"documents": (Document("test_docs", {"_id": "d", "n": BEYOND_64_BITS}),)}),
    ],
)  # fmt: skip
async def test_a_ledger_says_why_it_will_never_take_an_entry(
    ledger_of: Any, reason: str, facts: dict[str, Any]
) -> None:
    with pytest.raises(RefusedError) as refused:
        await ledger_of.append([entry("e1", 1), entry("x1", 1, lane="a:x", **facts)])

    assert refused.value.reason == reason
    assert not await ledger_of.has("x1")


@pytest.mark.integration
async def test_an_entry_its_timer_and_document_are_written_together_or_not(
    database: Database,
) -> None:
    store = MongoLedger(database, service="test")
    await store.prepare()
    await store.append([entry("e1", 1)])
    extra: dict[str, Any] = {
        "timers": (Timer("t1", "a:c", NOON, "remind", {"x": 1}),),
        "documents": (Document("test_docs", {"_id": "d1", "revision": 1}),),
    }

    with pytest.raises(ConflictError):
        await store.append([entry("e1", 2, **extra)])
    assert await database["test_docs"].count_documents({}) == 0
    assert await database["test_timers"].count_documents({}) == 0

    await store.append([entry("e2", 2, **extra)])
    assert await database["test_docs"].find_one() == {"_id": "d1", "revision": 1}
    assert await database["test_timers"].count_documents({}) == 1


@pytest.mark.integration
async def test_a_conflict_says_what_of_the_other_lanes_was_written(
    database: Database,
) -> None:
    store = MongoLedger(database, service="test")
    await store.prepare()
    await store.append([entry("e1", 1)])
    others = [entry("o1", 1, lane="a:o"), entry("p1", 1, lane="a:p")]

    with pytest.raises(ConflictError) as alone:
        await store.append([others[0], entry("e1", 2), others[1]])
    together = [entry("q1", 1, lane="a:q", state=None), entry("q2", 2, lane="a:q")]
    with pytest.raises(ConflictError) as in_transaction:
        await store.append([*together, entry("e1", 2)])

    assert alone.value.stored == {"o1", "p1"}
    assert in_transaction.value.stored == frozenset()
    assert [await store.has(each) for each in ("o1", "p1", "q1")] == [True, True, False]


@pytest.mark.integration
async def test_a_decision_takes_timers_back_with_it_or_not_at_all(
    database: Database,
) -> None:
    store = MongoLedger(database, service="test")
    await store.prepare()
    timers = database["test_timers"]
    due = Timer("t1", "a:c", NOON, "x")
    await store.append([entry("e1", 1, timers=(due,))])

    with pytest.raises(ConflictError):
        await store.append([entry("e1", 2, cancels=("t1",))])
    assert await timers.count_documents({}) == 1

    await store.append([entry("e2", 2, cancels=("t1", "never set"))])
    assert await timers.count_documents({}) == 0


@pytest.mark.integration
async def test_a_document_keeps_what_is_fixed_and_changes_the_rest(
    database: Database,
) -> None:
    store = MongoLedger(database, service="test")
    await store.prepare()

    def one(revision: int, **more: Any) -> Document:
        changing = {"_id": "d1", "revision": revision}
        return Document("test_docs", changing, fixed={"number": "ESC-1"}, **more)

    async def append(number: int, *documents: Document) -> Any:
        await store.append([entry(f"e{number}", number, documents=documents)])
        return await database["test_docs"].find_one()

    made = await append(1, one(0, new=True), one(1))
    assert made == {"_id": "d1", "revision": 1, "number": "ESC-1"}
    assert await append(2, one(2)) == made | {"revision": 2}

    await database["test_docs"].delete_many({})
    assert await append(3, one(3)) == made | {"revision": 3}


@pytest.mark.integration
async def test_a_document_goes_with_the_decision_that_needs_it_last_or_not_at_all(
    database: Database,
) -> None:
    store = MongoLedger(database, service="test")
    await store.prepare()
    kept = database["test_docs"]

    def one(name: str, **more: Any) -> Document:
        return Document("test_docs", {"_id": name}, **more)

    await store.append([entry("e1", 1, documents=(one("d1"), one("d2", new=True)))])
    gone = (one("d1", gone=True), one("never made", gone=True))

    with pytest.raises(ConflictError):
        await store.append([entry("e1", 2, documents=gone)])
    assert await kept.count_documents({}) == 2

    both = [
        entry("e2", 2, documents=(*gone, one("d3", new=True))),
        entry("e3", 3, documents=(one("d3", gone=True),)),
    ]
    await store.append(both)
    assert [each["_id"] async for each in kept.find()] == ["d2"]


@pytest.mark.integration
async def test_of_those_written_together_only_the_last_holds_the_state(
    database: Database,
) -> None:
    store = MongoLedger(database, service="test")
    await store.prepare()

    await store.append([entry("e1", 1, state=None), entry("e2", 2)])

    assert (await store.load([], ["a:c"])).states == {"a:c": (2, b"2")}
    assert await store.facts("a:c") == [{"n": 1}, {"n": 2}]
    with pytest.raises(ConflictError):
        await store.append([entry("e3", 3, state=None), entry("e1", 4)])
    assert not await store.has("e3")


@pytest.mark.integration
async def test_a_due_timer_is_claimed_once_and_again_when_its_claimer_dies(
    database: Database,
) -> None:
    timers = MongoTimers(database, service="test")
    await timers.prepare()
    timer = Timer("t1", "a:c", NOON, "remind", {"x": 1})
    await timers.set(timer)
    await timers.set(timer)

    assert await timers.claim(now=NOON - timedelta(seconds=1), limit=10) == []
    assert await timers.claim(now=NOON, limit=10) == [timer]
    assert await timers.claim(now=NOON, limit=10) == []
    await age(database["test_timers"], "due_at", LEASE)
    (late,) = await timers.claim(now=NOON, limit=10)
    assert late.timer_id == "t1"

    await timers.clear(["t1"])
    assert await timers.claim(now=NOON + 3 * LEASE, limit=10) == []


@pytest.mark.integration
async def test_it_is_known_when_the_next_timer_is_due_and_told_when_one_is_stored(
    database: Database,
) -> None:
    timers = MongoTimers(database, service="test")
    ledger_of = MongoLedger(database, service="test")
    await ledger_of.prepare()
    told: list[datetime] = []
    ledger_of.on_timer = timers.on_stored = told.append
    soon, later = NOON + timedelta(seconds=1), NOON + timedelta(hours=1)

    none = await timers.earliest()
    await timers.set(Timer("t1", "a:c", later, "remind"))
    await ledger_of.append([entry("e1", 1, timers=(Timer("t2", "a:c", soon, "x"),))])

    assert none is None
    assert await timers.earliest() == soon
    assert told == [later, soon]


@pytest.mark.integration
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"$unset": {"lane": 1}}, id="a field less"),
        pytest.param({"$set": {"payload": "text"}}, id="another type"),
        pytest.param({"$set": {"kind": None}}, id="no kind"),
    ],
)
async def test_a_timer_that_cannot_be_read_is_kept_with_its_reason_and_tried_later(
    database: Database, wrong: dict[str, Any]
) -> None:
    timers, rows = MongoTimers(database, service="test"), database["test_timers"]
    for timer_id in ("t1", "bad", "t2"):
        await timers.set(Timer(timer_id, "a:c", NOON, "remind", {"x": 1}))
    whole = await rows.find_one({"_id": "bad"})
    assert whole is not None
    await rows.update_one({"_id": "bad"}, wrong)

    fired = await timers.claim(now=NOON, limit=10)
    await timers.clear([each.timer_id for each in fired])
    aside = await rows.find_one({"_id": "bad"})

    assert {each.timer_id for each in fired} == {"t1", "t2"}
    assert aside is not None
    assert aside["set_aside"]
    assert aside["due_at"] == NOON + SET_ASIDE
    assert await timers.claim(now=NOON + LEASE, limit=10) == []
    # A version that can read it fires it.
    await rows.update_one(
        {"_id": "bad"}, {"$set": {"lane": "a:c", "kind": "remind", "payload": {"x": 1}}}
    )
    (late,) = await timers.claim(now=NOON + SET_ASIDE, limit=10)
    assert late.payload == whole["payload"]


async def test_a_watermark_never_goes_back(either: Database | None) -> None:
    marks: Any = FakeWatermarks()
    if either is not None:
        marks = MongoWatermarks(either, service="test")
    await marks.advance({("t", 0): 5})
    await marks.advance({("t", 0): 3, ("t", 1): 1})

    assert await marks.load([("t", 0), ("t", 1), ("t", 2)]) == {
        ("t", 0): 5, ("t", 1): 1, ("t", 2): 0,
    }  # fmt: skip


@pytest.mark.integration
async def test_a_timer_or_document_that_outlived_its_decision_is_no_obstacle(
    database: Database,
) -> None:
    store = MongoLedger(database, service="test")
    await store.prepare()
    extra: dict[str, Any] = {
        "timers": (Timer("t1", "a:c", NOON, "remind", {"x": 1}),),
        "documents": (Document("test_docs", {"_id": "d1", "revision": 1}, new=True),),
    }
    await store.append([entry("e1", 1, **extra)])
    await database["test_ledger"].delete_many({})

    await store.append([entry("e1", 1, **extra)])

    assert await store.has("e1")
    assert await database["test_timers"].count_documents({}) == 1


@pytest.mark.integration
async def test_a_refused_timer_fires_again_later_and_says_why(
    database: Database,
) -> None:
    timers = MongoTimers(database, service="test")
    await timers.prepare()
    await timers.set(Timer("t1", "a:c", NOON, "remind", {}))
    await timers.claim(now=NOON, limit=10)

    await timers.keep_refused("t1", Permanent("decision_too_large", "why"), now=NOON)

    row = await database["test_timers"].find_one()
    assert row is not None
    assert row["refused"] == {"reason": "decision_too_large", "error": "why"}
    assert await timers.claim(now=NOON + LEASE, limit=10) == []
    (late,) = await timers.claim(now=NOON + SET_ASIDE, limit=10)
    assert late.timer_id == "t1"
