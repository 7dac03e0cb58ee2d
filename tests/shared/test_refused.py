"""What is wrong with one conversation stays with it: its neighbours go on."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared.errors import Permanent, Transient
from shared.kafka.deciding.decisions import Decision, Entry, RefusedError
from shared.kafka.deciding.lanes import MOST_BYTES
from shared.kafka.deciding.worker import DecisionWorker
from shared.kafka.records import LaneResult, Record
from tests.shared.test_decisions import record
from tests.support.counting import Count, Counting, Counts
from tests.support.fakes import NOON, FakeClock, FakeLedger

BAD = "acme:bad"


class Fragile(Counts):
    """Cannot read or write the count of 13; writes 99 as sixteen megabytes."""

    def dump(self, state: Count) -> bytes:
        if state.n == 13:
            raise ValueError("thirteen")
        return super().dump(state) + (b" " * MOST_BYTES if state.n == 99 else b"")

    def load(self, raw: bytes) -> Count:
        if raw == b"13":
            raise TypeError("unexpected keyword argument 'of_a_later_version'")
        return super().load(raw)


class Verb(Counting):
    """Counts; some words make a decision that no database takes."""

    async def __call__(
        self, state: Count, record: Record, fresh: Sequence[Any]
    ) -> Decision[Count]:
        decision = await super().__call__(state, record, fresh)
        text = record.event.message.text
        if text.isdigit():
            return replace(decision, state=Count(int(text)))
        if text == "beyond":
            return replace(decision, fact={"n": 2**70})
        if text == "alien":
            return replace(decision, fact={"n": object()})
        return decision


def worker(ledger: FakeLedger) -> DecisionWorker[Count]:
    return DecisionWorker(
        Verb(),
        states=Fragile(),
        ledger=ledger,
        clock=FakeClock(),
        on_unexpected=lambda *_: None,
    )


def lane_of(name: str, *texts: str) -> list[Record]:
    return [
        record(f"{name}-{at}", offset=at, lane=name, text=text)
        for at, text in enumerate(texts)
    ]


def neighbours() -> list[list[Record]]:
    return [lane_of(f"good-{n}", "hi", "again") for n in range(7)]


def stored(state: bytes) -> FakeLedger:
    first = Entry(
        source_id="before", lane=BAD, number=1, state=state, position="t/0/0",
        reason="counted", outputs=(), timers=(), documents=(), fact=None, at=NOON,
    )  # fmt: skip
    return FakeLedger(entries={"before": first})


def assert_worked(results: Sequence[LaneResult], ledger: FakeLedger) -> None:
    """Hold that each neighbour is stored and published."""
    for at, result in enumerate(results):
        assert result.failed is None
        assert [each.outputs[0].value for each in result.done] == [
            f"good-{at}-0 1".encode(),
            f"good-{at}-1 2".encode(),
        ]
        assert {f"good-{at}-0", f"good-{at}-1"} <= ledger.entries.keys()


@pytest.mark.parametrize(
    ("ledger", "text", "reason"),
    [
        pytest.param(lambda: stored(b"13"), "hi", "state_unreadable", id="not read"),
        pytest.param(FakeLedger, "13", "state_unwritable", id="not written"),
        pytest.param(FakeLedger, "99", "decision_too_large", id="large by its state"),
        pytest.param(FakeLedger, "beyond", "document_invalid", id="no document"),
        pytest.param(FakeLedger, "alien", "document_invalid", id="no value"),
    ],
)
async def test_a_bad_conversation_is_parked_with_its_reason_and_alone(
    ledger: Callable[[], FakeLedger], text: str, reason: str
) -> None:
    store = ledger()
    before = len(store.entries)

    first, *rest = await worker(store).work([lane_of("bad", text), *neighbours()])

    assert first.done == []
    assert first.failed is not None
    assert isinstance(first.failed.error, Transient)
    assert first.failed.error.reason == reason
    assert_worked(rest, store)
    assert len(store.entries) == before + 14


@pytest.mark.parametrize(
    "last", [["13"], ["99"], ["beyond", "too late"], ["alien", "too late"]]
)
async def test_what_came_before_the_bad_record_is_stored_and_published(
    last: list[str],
) -> None:
    ledger = FakeLedger()
    lane = lane_of("bad", "hi", "again", *last)

    first, *rest = await worker(ledger).work([lane, *neighbours()])

    assert [each.outputs[0].value for each in first.done] == [b"bad-0 1", b"bad-1 2"]
    assert first.failed is not None
    assert_worked(rest, ledger)
    assert "bad-2" not in ledger.entries
    assert ledger.entries["bad-1"].state == b"2"


async def test_several_bad_conversations_are_each_found() -> None:
    ledger = FakeLedger()
    bad = [lane_of(f"bad-{n}", "beyond") for n in range(3)]

    results = await worker(ledger).work([bad[0], *neighbours(), *bad[1:]])

    assert [each.failed is not None for each in results] == [
        True, *[False] * 7, True, True,
    ]  # fmt: skip
    assert_worked(results[1:8], ledger)


async def test_a_parked_conversation_goes_on_once_its_state_can_be_read() -> None:
    ledger = stored(b"13")
    at_work = worker(ledger)
    await at_work.work([lane_of("bad", "hi")])

    # Version N+1 has written it as this version can read it.
    ledger.entries["before"].state = b"20"
    (result,) = await at_work.work([lane_of("bad", "hi")])

    assert result.failed is None
    assert [each.outputs[0].value for each in result.done] == [b"bad-0 21"]


async def test_a_store_that_is_away_is_nobodys_fault() -> None:
    ledger = FakeLedger(failing=[Transient("mongo_unavailable")])

    with pytest.raises(Transient, match="mongo_unavailable"):
        await worker(ledger).work(neighbours())

    assert ledger.entries == {}


async def test_a_fault_of_the_store_that_we_do_not_know_is_one_lanes_too() -> None:
    refused = [AttributeError("a header of None"), AttributeError("a header of None")]
    ledger = FakeLedger(failing=[*refused])

    first, second = await worker(ledger).work(
        [lane_of("bad", "hi"), lane_of("good-0", "hi")]
    )

    assert first.failed is not None
    assert first.failed.error.reason == "unexpected_error"
    assert second.failed is None


def test_a_refusal_is_told_with_its_reason() -> None:
    error = RefusedError("document_too_large", "17000000 bytes")

    assert str(error) == "document_too_large: 17000000 bytes"
    assert not isinstance(error, Permanent)
