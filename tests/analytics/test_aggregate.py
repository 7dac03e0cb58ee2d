"""One fact per event, whatever repeats or breaks."""

import pytest

from services.analytics.counting.aggregate import Aggregator
from shared.errors import Permanent, Transient
from tests.analytics.factories import BUILDERS, record, resolved, unresolved


class FakeFacts:
    """Keeps ids; refuses batches that hold a fact it cannot store."""

    def __init__(self, unstorable=()):
        self.stored = {}
        self.unstorable = set(unstorable)
        self.batches = []

    async def add(self, batch):
        if self.unstorable & batch.facts.keys():
            raise Permanent("unstorable")
        self.batches.append(batch)
        known = frozenset(self.stored.keys() & batch.facts.keys())
        self.stored |= batch.facts
        return known


def aggregator(facts, builders=BUILDERS, unexpected=None):
    def on_unexpected(each, error):
        (unexpected if unexpected is not None else []).append((each, error))

    return Aggregator(facts=facts, builders=builders, on_unexpected=on_unexpected)


def reasons(results):
    return [[done.reason for done in result.done] for result in results]


async def test_a_batch_is_counted_in_one_go():
    facts = FakeFacts()
    lanes = [
        [record(resolved("1"), 0), record(unresolved("2"), 7)],
        [record(resolved("3"), 1)],
    ]

    results = await aggregator(facts).work(lanes)

    assert reasons(results) == [["counted", "counted"], ["counted"]]
    (batch,) = facts.batches
    assert batch.spans == {
        ("conversation.resolved", 0): (0, 2),
        ("conversation.unresolved", 0): (7, 8),
    }


async def test_the_same_event_five_times_in_a_batch_is_one_fact():
    facts = FakeFacts()
    lane = [record(resolved("1"), offset) for offset in range(5)]

    (result,) = await aggregator(facts).work([lane])

    assert [done.reason for done in result.done] == ["counted"] + ["duplicate"] * 4
    assert len(facts.stored) == 1


async def test_a_known_event_is_a_duplicate():
    facts = FakeFacts()
    worker = aggregator(facts)
    await worker.work([[record(resolved("1"), 0)]])

    results = await worker.work([[record(resolved("1"), 9), record(resolved("2"), 10)]])

    assert reasons(results) == [["duplicate", "counted"]]


async def test_a_record_that_breaks_its_builder_stops_only_its_lane():
    def broken(each):
        if each.event.request_id == "bad":
            raise OverflowError("date value out of range")
        return BUILDERS["conversation.resolved"](each)

    facts, unexpected = FakeFacts(), []
    worker = aggregator(facts, {"conversation.resolved": broken}, unexpected)
    lanes = [
        [record(resolved(name), i) for i, name in enumerate(["1", "bad", "2"])],
        [record(resolved("3"), 3)],
    ]

    results = await worker.work(lanes)

    assert reasons(results) == [["counted"], ["counted"]]
    assert isinstance(results[0].failed.error, Permanent)
    assert results[1].failed is None
    assert len(unexpected) == 1


async def test_a_fact_that_cannot_be_stored_fails_alone():
    records = [record(resolved(str(i)), i) for i in range(6)]
    facts = FakeFacts(unstorable=[records[4].source_id])

    results = await aggregator(facts).work([records[:3], records[3:]])

    assert reasons(results) == [["counted"] * 3, ["counted"]]
    assert results[1].failed.error.reason == "unstorable"
    assert len(facts.stored) == 4


async def test_a_store_that_is_away_fails_the_batch_as_a_whole():
    class Away:
        async def add(self, batch):
            raise Transient("mongo_unavailable")

    with pytest.raises(Transient):
        await aggregator(Away()).work([[record(resolved("1"))]])
