"""Questions asked together are one round trip, and each gets its own answer."""

import asyncio

import pytest

from services.escalator.repository.conversations.histories import Histories
from shared.errors import Transient


class CountingLedger:
    def __init__(self, *, failing: bool = False) -> None:
        self.asked: list[list[str]] = []
        self.failing = failing

    async def facts_of(self, lanes):
        self.asked.append(sorted(lanes))
        if self.failing:
            raise Transient("mongo_unavailable")
        return {lane: [{"of": lane}] for lane in lanes}

    async def has(self, source_id: str) -> bool:
        return source_id == "known"


async def test_lanes_asked_for_together_are_looked_up_together():
    ledger = CountingLedger()
    histories = Histories(ledger)

    found = await asyncio.gather(*(histories.facts(lane) for lane in "abca"))

    assert found == [[{"of": lane}] for lane in "abca"]
    assert ledger.asked == [["a", "b", "c"]]


async def test_a_later_question_is_looked_up_anew():
    ledger = CountingLedger()
    histories = Histories(ledger)

    await histories.facts("a")
    await histories.facts("a")

    assert ledger.asked == [["a"], ["a"]]


async def test_everybody_who_asked_hears_of_the_failure():
    histories = Histories(CountingLedger(failing=True))

    answers = await asyncio.gather(
        *(histories.facts(lane) for lane in "ab"), return_exceptions=True
    )

    assert [str(each) for each in answers] == ["mongo_unavailable"] * 2
    with pytest.raises(Transient):
        await histories.facts("a")


async def test_a_question_given_up_leaves_the_others_their_answer():
    histories = Histories(CountingLedger())
    given_up = asyncio.create_task(histories.facts("a"))
    kept = asyncio.create_task(histories.facts("a"))
    await asyncio.sleep(0)

    given_up.cancel()

    assert await kept == [{"of": "a"}]
    assert await histories.has("known")
