"""A decision is made once, whatever comes twice."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from shared.errors import Permanent, Transient
from shared.events import CONVERSATION_EVENT
from shared.kafka.deciding.decisions import (
    ConflictError,
    Decision,
    Entry,
    Loaded,
)
from shared.kafka.deciding.lanes import MOST_BYTES
from shared.kafka.deciding.worker import DecisionWorker
from shared.kafka.records import Record
from tests.support.counting import Count, Counting, Counts
from tests.support.factories import message, raw
from tests.support.fakes import FakeClock, FakeLedger


def record(
    event_id: str, *, offset: int = 0, lane: str = "c-42", text: str = "hi"
) -> Record:
    event = message(
        event_id, conversation_id=lane, message={"role": "user", "text": text}
    )
    made = raw(event, offset=offset)
    return Record(
        topic=made.topic,
        partition=0,
        offset=offset,
        value=made.value or b"",
        event=CONVERSATION_EVENT.validate_python(event),
        lane=f"acme:{lane}",
        source_id=event_id,
    )


def worker(ledger: FakeLedger, verb: Counting | None = None) -> DecisionWorker[Count]:
    return DecisionWorker(
        verb or Counting(),
        states=Counts(),
        ledger=ledger,
        clock=FakeClock(),
        on_unexpected=lambda *_: None,
    )


async def test_a_lane_is_decided_in_order_and_lanes_apart() -> None:
    lanes = [
        [record("a1"), record("a2", offset=1)],
        [record("b1", offset=2, lane="other")],
    ]

    first, second = await worker(FakeLedger()).work(lanes)

    assert [done.outputs[0].value for done in first.done] == [b"a1 1", b"a2 2"]
    assert [done.outputs[0].value for done in second.done] == [b"b1 1"]


async def test_a_redelivery_publishes_the_stored_outputs_again() -> None:
    ledger = FakeLedger()
    await worker(ledger).work([[record("a1", offset=7)]])

    # A new process: nothing is cached.
    (again,) = await worker(ledger).work([[record("a1", offset=7)]])

    assert again.done[0].reason == "duplicate"
    assert [output.value for output in again.done[0].outputs] == [b"a1 1"]
    assert len(ledger.entries) == 1


async def test_a_redelivery_below_the_watermark_publishes_nothing() -> None:
    ledger = FakeLedger()
    await worker(ledger).work([[record("a1", offset=7)]])
    replayed = record("a1", offset=7)
    replayed.replayed = True

    (again,) = await worker(ledger).work([[replayed]])

    assert again.done[0].outputs == ()


async def test_the_same_event_sent_five_times_is_one_event() -> None:
    ledger = FakeLedger()
    five = [record("a1", offset=offset) for offset in range(5)]

    (result,) = await worker(ledger).work([five])

    published = [output for done in result.done for output in done.outputs]
    assert [output.value for output in published] == [b"a1 1"]
    assert [done.reason for done in result.done] == ["counted", *["duplicate"] * 4]


async def test_the_same_id_in_two_conversations_is_one_event() -> None:
    lanes = [[record("a1")], [record("a1", offset=1, lane="other")]]

    results = await worker(FakeLedger()).work(lanes)

    outputs = [
        output for each in results for done in each.done for output in done.outputs
    ]
    assert len(outputs) == 1


async def test_an_owner_with_an_old_state_decides_again_from_the_new_one() -> None:
    ledger = FakeLedger()
    zombie, owner = worker(ledger), worker(ledger)
    await zombie.work([[record("a1")]])
    await owner.work([[record("a2", offset=1)]])

    (result,) = await zombie.work([[record("a3", offset=2)]])

    assert result.done[0].outputs[0].value == b"a3 3"


async def test_endless_conflicts_end_in_a_transient_failure() -> None:
    ledger = FakeLedger(failing=[ConflictError() for _ in range(20)])

    (result,) = await worker(ledger).work([[record("a1")]])

    assert result.failed is not None
    assert result.failed.error.reason == "conflict"


async def test_a_bug_in_the_verb_stops_its_lane_only() -> None:
    lanes = [[record("a1", text="bug")], [record("b1", offset=1, lane="other")]]

    broken, fine = await worker(FakeLedger()).work(lanes)

    assert broken.failed is not None
    assert broken.failed.error.reason == "unexpected_error"
    assert fine.failed is None


async def test_a_decision_too_large_for_the_ledger_is_refused_alone() -> None:
    counting, ledger = Counting(), FakeLedger()

    async def verb(state: Count, one: Record, fresh: Any) -> Decision[Count]:
        decision = await counting(state, one, fresh)
        if one.event.message.text != "blow up":
            return decision
        output = replace(decision.outputs[0], value=b"x" * (MOST_BYTES + 1))
        return replace(decision, outputs=(output,))

    heavy = DecisionWorker(
        verb,
        states=Counts(),
        ledger=ledger,
        clock=FakeClock(),
        on_unexpected=lambda *_: None,
    )
    lanes = [[record("a1", text="blow up")], [record("b1", offset=1, lane="other")]]

    refused, fine = await heavy.work(lanes)

    assert refused.failed is not None
    assert isinstance(refused.failed.error, Permanent)
    assert refused.failed.error.reason == "decision_too_large"
    assert fine.failed is None
    assert list(ledger.entries) == ["b1"]


async def test_nothing_to_do_is_not_decided_from_an_old_state() -> None:
    ledger = FakeLedger()
    first, second = worker(ledger), worker(ledger)
    await first.work([[record("a1")]])
    await second.work([[record("a2", offset=1)]])

    (result,) = await first.work([[record("quiet", offset=2, text="how many")]])

    assert result.done[0].reason == "2"


class PartialLedger(FakeLedger):
    """Writes each lane that can be, as MongoDB does, and remembers what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []

    async def load(self, source_ids: Sequence[str], lanes: Sequence[str]) -> Loaded:
        self.asked.append(list(source_ids))
        return await super().load(source_ids, lanes)

    async def append(self, entries: Sequence[Entry]) -> None:
        if len({entry.lane for entry in entries}) < len(entries):
            return await super().append(entries)
        stored = []
        for entry in entries:
            with suppress(ConflictError):
                await super().append([entry])
                stored.append(entry.source_id)
        if len(stored) < len(entries):
            raise ConflictError(stored)
        return None


def warm(ledger: FakeLedger, verb: Any = None) -> DecisionWorker[Count]:
    """Return a worker that does not look first any more."""
    made = worker(ledger, verb)
    made._look_first = 0
    return made


async def test_what_comes_once_is_not_looked_up() -> None:
    ledger = PartialLedger()
    deciding = warm(ledger)

    await deciding.work([[record("a1")]])
    await deciding.work([[record("a2", offset=1)]])

    assert ledger.asked == [[]]
    assert list(ledger.entries) == ["a1", "a2"]


async def test_a_repeat_collides_and_is_dropped_and_costs_its_neighbours_nothing() -> (
    None
):
    ledger = PartialLedger()
    deciding = warm(ledger)
    await deciding.work([[record("a1")]])
    lanes = [
        [record("a1", offset=9)],
        [record("b1", offset=10, lane="other")],
        [record("c1", offset=11, lane="third"), record("c2", offset=12, lane="third")],
    ]

    repeat, other, third = await deciding.work(lanes)

    assert [(done.reason, done.outputs) for done in repeat.done] == [("duplicate", ())]
    assert [done.reason for done in other.done] == ["counted"]
    assert [each.value for done in other.done for each in done.outputs] == [b"b1 1"]
    assert [done.reason for done in third.done] == ["counted", "counted"]
    assert len(ledger.entries) == 4
    assert {each.number for each in ledger.entries.values()} == {1, 2}


async def test_a_neighbour_of_a_repeat_that_was_stored_keeps_its_outcome() -> None:
    ledger = PartialLedger()
    deciding = warm(ledger)
    await deciding.work([[record("a1")]])

    _, other = await deciding.work(
        [[record("a1", offset=9)], [record("b1", offset=10, lane="other")]]
    )

    assert [done.reason for done in other.done] == ["counted"]
    assert [each.value for done in other.done for each in done.outputs] == [b"b1 1"]


async def once(state: Count, one: Record, fresh: Any) -> Decision[Count]:
    """Say hello once: the second time there is nothing to do."""
    if state.n:
        if one.event.message.text == "never":
            raise Permanent("never_works", "it was said before")
        return Decision("nothing", state)
    return await Counting()(state, one, fresh)


@pytest.mark.parametrize("text", ["hi", "never"])
async def test_a_redelivery_that_would_change_nothing_is_known_all_the_same(
    text: str,
) -> None:
    ledger = PartialLedger()
    first = record("a1", offset=7)
    await warm(ledger, once).work([[first]])  # a crash before it was published
    again = record("a1", offset=7, text=text)

    (result,) = await warm(ledger, once).work([[again, record("a2", offset=8)]])

    assert [done.reason for done in result.done] == ["duplicate", "nothing"]
    assert [each.value for each in result.done[0].outputs] == [b"a1 1"]
    assert result.failed is None
    assert len(ledger.entries) == 1


async def test_after_a_repeat_the_next_are_looked_up_first() -> None:
    ledger = PartialLedger()
    deciding = warm(ledger)
    await deciding.work([[record("a1")]])
    await deciding.work([[record("a1", offset=1)]])
    ledger.asked.clear()

    (again,) = await deciding.work([[record("a1", offset=2)]])

    assert ledger.asked == [["a1"]]
    assert again.done[0].reason == "duplicate"


async def test_what_is_replayed_is_looked_up_first() -> None:
    ledger = PartialLedger()
    await warm(ledger).work([[record("a1")]])
    ledger.asked.clear()
    replayed = record("a1")
    replayed.replayed = True

    (again,) = await warm(ledger).work([[replayed]])

    assert ledger.asked == [["a1"]]
    assert again.done[0].outputs == ()


async def test_after_a_rebalance_repeats_are_looked_for_first() -> None:
    ledger = PartialLedger()
    deciding = warm(ledger)

    deciding.forget()
    await deciding.work([[record("a1")]])

    assert ledger.asked == [["a1"]]


def in_parts(ledger: FakeLedger, records: int) -> DecisionWorker[Count]:
    made = worker(ledger)
    made.part_records = records
    return made


def lanes_of(count: int) -> list[list[Record]]:
    return [
        [record(f"{at}-{n}", offset=2 * at + n, lane=f"c-{at}") for n in range(2)]
        for at in range(count)
    ]


async def test_parts_are_decided_as_the_whole_would_be() -> None:
    ledger, whole = FakeLedger(), FakeLedger()

    parts = await in_parts(ledger, 3).work(lanes_of(7))

    assert parts == await worker(whole).work(lanes_of(7))
    assert ledger.entries == whole.entries


async def test_a_part_that_cannot_be_stored_ends_after_the_others() -> None:
    ledger = FakeLedger(failing=[Transient("mongo_unavailable")])
    parted = in_parts(ledger, 2)

    with pytest.raises(Transient, match="mongo_unavailable"):
        await parted.work(lanes_of(3))

    stored = len(ledger.entries)
    again = await parted.work(lanes_of(3))
    assert stored == 4
    assert [len(each.done) for each in again] == [2, 2, 2]
    assert len(ledger.entries) == 6


async def test_one_event_in_two_parts_is_one_event() -> None:
    ledger = FakeLedger()
    lanes = [[record("a1")], [record("a1", offset=1, lane="other")]]

    results = await in_parts(ledger, 1).work(lanes)

    outputs = [out for each in results for done in each.done for out in done.outputs]
    assert len(ledger.entries) == 1
    assert {output.value for output in outputs} == {b"a1 1"}
