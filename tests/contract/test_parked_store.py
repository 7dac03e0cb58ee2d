"""Where parked records are kept: one suite, on the fake and on MongoDB."""

import dataclasses
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from shared.kafka.working.parked import HeldLane, Parked
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.parking import UNSCOPED_INDEX, MongoParking
from tests.support.fakes import NOON, FakeParkedStore
from tests.support.servers import mongo_server

StoreOf = Callable[[str], Any]


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
async def store_of(request: pytest.FixtureRequest) -> AsyncIterator[StoreOf]:
    """Give the store of a cluster; those of one test share what they keep."""
    if request.param == "fake":
        records: dict[Any, Parked] = {}
        yield lambda cluster: FakeParkedStore(records, cluster=cluster)
        return
    async for fresh in _fresh():
        await MongoParking(fresh, service="test").prepare()
        yield partial(_on_cluster, fresh)


def _on_cluster(database: Database, cluster: str) -> MongoParking:
    return MongoParking(database, service="test", cluster=cluster)


def parked(
    offset: int, *, lane: str = "a:c", partition: int = 0, **facts: Any
) -> Parked:
    base: dict[str, Any] = {
        "key": b"k", "value": b"v", "headers": [("h", b"1")], "attempts": 0,
        "reason": "not_yet", "error": "", "first_failed_at": NOON, "due_at": NOON,
        "timestamp": 1_764_000_000_000,
    }  # fmt: skip
    return Parked(
        topic="t", partition=partition, offset=offset, lane=lane, **(base | facts)
    )


LANE = HeldLane("t", 0, "a:c", NOON)
PLENTY = 1_000_000


async def test_parked_records_come_back_in_log_order(store_of: StoreOf) -> None:
    store = store_of("k1")
    await store.add([parked(2), parked(1), parked(5, partition=1)])
    again = await store.add([parked(2), parked(3)])

    assert [each.offset for each in again] == [3]
    found = await store.read(LANE, max_bytes=PLENTY)
    assert found == ([parked(1), parked(2), parked(3)], True)

    await store.remove([parked(1)])
    found, _ = await store.read(LANE, max_bytes=PLENTY)
    assert [each.offset for each in found] == [2, 3]


async def test_lanes_are_known_by_the_first_of_their_records(store_of: StoreOf) -> None:
    store = store_of("k1")
    later = NOON + timedelta(minutes=5)
    await store.add(
        [
            parked(7),
            parked(4, due_at=later),
            parked(5, lane="a:d"),
            parked(1, partition=1),
        ]
    )

    lanes = await store.lanes([("t", 0), ("u", 0)])

    assert sorted(lanes, key=lambda lane: lane.lane) == [
        HeldLane("t", 0, "a:c", later),
        HeldLane("t", 0, "a:d", NOON),
    ]
    assert await store.lanes([]) == []


async def test_a_lane_is_read_in_parts_that_fit(store_of: StoreOf) -> None:
    store = store_of("k1")
    await store.add([parked(n, value=b"x" * 10_000) for n in range(5)])

    two = await store.read(LANE, max_bytes=22_000)
    one = await store.read(LANE, max_bytes=0)
    none = await store.read(HeldLane("t", 0, "nobody", NOON), max_bytes=0)

    assert ([each.offset for each in two[0]], two[1]) == ([0, 1], False)
    assert ([each.offset for each in one[0]], one[1]) == ([0], False)
    assert none == ([], True)


async def test_a_postponed_record_keeps_its_tries_and_reasons(
    store_of: StoreOf,
) -> None:
    store = store_of("k1")
    await store.add([parked(1)])
    again = dataclasses.replace(
        parked(1),
        attempts=1,
        reason="x",
        error="why",
        due_at=NOON + timedelta(seconds=2),
    )

    await store.postpone(again)

    assert await store.read(LANE, max_bytes=PLENTY) == ([again], True)


async def test_what_is_parked_still_is_known(store_of: StoreOf) -> None:
    store, other = store_of("k1"), store_of("k2")
    records = [parked(n) for n in range(3)]
    await store.add(records)
    await store.remove([records[1]])

    assert await store.present(records) == [records[0], records[2]]
    assert await store.present([]) == []
    assert await other.present(records) == []


async def test_parked_records_are_counted_by_partition(store_of: StoreOf) -> None:
    store = store_of("k1")
    await store.add([parked(1), parked(2, lane="a:d"), parked(1, partition=3)])

    assert await store.count() == {("t", 0): 2, ("t", 3): 1}


async def test_parked_records_of_two_clusters_are_strangers(store_of: StoreOf) -> None:
    old, new = store_of("k1"), store_of("k2")
    await old.add([parked(1, value=b"old")])

    added = await new.add([parked(1, value=b"new")])
    await new.remove([parked(9)])

    assert len(added) == 1
    assert (await new.read(LANE, max_bytes=PLENTY))[0] == [parked(1, value=b"new")]
    assert await new.count() == {("t", 0): 1}
    await new.remove([parked(1)])
    assert await new.lanes([("t", 0)]) == []
    assert (await old.read(LANE, max_bytes=PLENTY))[0] == [parked(1, value=b"old")]


# Beside a version that writes no cluster ------------------------------------------------


class Before:
    """The store as the version before has it: by topic, partition and offset alone."""

    def __init__(self, database: Database) -> None:
        self._rows = database["test_parked"]

    async def prepare(self) -> None:
        await self._rows.create_index(
            [("topic", 1), ("partition", 1), ("offset", 1)], unique=True
        )

    async def add(self, offset: int, value: bytes) -> None:
        row = {
            "lane": "a:c", "key": b"k", "value": value, "headers": [["h", b"1"]],
            "attempts": 0, "reason": "not_yet", "error": "", "first_failed_at": NOON,
            "due_at": NOON,
        }  # fmt: skip
        await self._rows.update_one(
            {"topic": "t", "partition": 0, "offset": offset},
            {"$setOnInsert": row},
            upsert=True,
        )

    async def load(self) -> list[int]:
        rows = self._rows.find({"$or": [{"topic": "t", "partition": 0}]})
        return [row["offset"] async for row in rows.sort("offset", 1)]


@pytest.mark.integration
async def test_the_version_before_and_this_one_work_each_others_records(
    database: Database,
) -> None:
    before, after = (
        Before(database),
        MongoParking(database, service="test", cluster="k"),
    )
    await before.prepare()
    await before.add(1, b"before")
    await after.prepare()

    lanes = await after.lanes([("t", 0)])
    await after.add([parked(1), parked(2)])
    await before.add(2, b"before")  # the partition went back to it
    await before.add(3, b"before")

    assert lanes == [LANE]
    assert await before.load() == [1, 2, 3]
    await before.prepare()
    await after.prepare()
    assert await after.lanes([("t", 0)]) == [LANE]
    found, _ = await after.read(LANE, max_bytes=PLENTY)
    assert [(each.offset, each.value) for each in found] == [
        (1, b"before"), (2, b"v"), (3, b"before"),
    ]  # fmt: skip


@pytest.mark.integration
async def test_what_both_versions_parked_is_one_record(database: Database) -> None:
    before, after = (
        Before(database),
        MongoParking(database, service="test", cluster="k"),
    )
    await after.prepare()
    await before.add(1, b"before")
    await before.add(2, b"before")
    await after.add([parked(1)])

    await after.lanes([("t", 0)])

    found, _ = await after.read(LANE, max_bytes=PLENTY)
    assert [(each.offset, each.value) for each in found] == [(1, b"v"), (2, b"before")]
    assert await after.count() == {("t", 0): 2}
    assert await after.count_elsewhere() == 0


@pytest.mark.integration
async def test_a_new_cluster_is_not_stopped_by_an_old_ones_index(
    database: Database,
) -> None:
    await Before(database).prepare()
    old = MongoParking(database, service="test", cluster="k1")
    new = MongoParking(database, service="test", cluster="k2")
    await old.prepare()
    await old.add([parked(1)])

    await new.prepare()
    await new.add([parked(1)])

    assert UNSCOPED_INDEX not in await database["test_parked"].index_information()
    assert await new.count_elsewhere() == 1


@pytest.mark.integration
async def test_lanes_and_numbers_are_read_from_the_index_alone(
    database: Database,
) -> None:
    store = MongoParking(database, service="test", cluster="k")
    await store.prepare()
    await store.add([parked(n, lane=f"a:{n % 50}") for n in range(500)])
    await database.command("profile", 2)

    await store.lanes([("t", 0), ("t", 1), ("u", 0)])
    await store.count()

    await database.command("profile", 0)
    looked = (
        await database["system.profile"]
        .find({"command.aggregate": "test_parked"})
        .to_list(None)
    )
    assert len(looked) == 2
    assert [each["docsExamined"] for each in looked] == [0, 0]
