"""What many ask for at once is done in one call, and each gets its own result."""

import asyncio
from collections.abc import Sequence

import pytest

from services.notifier.repository.grouped import Grouped


class Doubling:
    """Doubles numbers when told to go on; refuses 13, and fails on 99."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.go_on = asyncio.Event()

    async def __call__(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.calls.append(list(numbers))
        await self.go_on.wait()
        if 99 in numbers:
            raise OSError("the store is away")
        return [ValueError("13") if each == 13 else 2 * each for each in numbers]


async def asked(grouped: Grouped[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.ensure_future(grouped(number)) for number in numbers]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_what_comes_while_a_call_runs_shares_the_next() -> None:
    double = Doubling()
    grouped = Grouped(double)

    tasks = await asked(grouped, 1)
    tasks += await asked(grouped, 2, 3)
    double.go_on.set()
    results = await asyncio.gather(*tasks)

    assert double.calls == [[1], [2, 3]]
    assert results == [2, 4, 6]


async def test_a_call_takes_no_more_than_it_may() -> None:
    double = Doubling()
    double.go_on.set()
    grouped = Grouped(double, most=2)

    results = await asyncio.gather(*(grouped(number) for number in range(5)))

    assert double.calls == [[0, 1], [2, 3], [4]]
    assert results == [0, 2, 4, 6, 8]


async def test_one_that_is_refused_costs_the_others_nothing() -> None:
    double = Doubling()
    double.go_on.set()
    grouped = Grouped(double)

    results = await asyncio.gather(
        *(grouped(number) for number in (12, 13, 14)), return_exceptions=True
    )

    assert double.calls == [[12, 13, 14]]
    assert (results[0], results[2]) == (24, 28)
    assert isinstance(results[1], ValueError)


async def test_a_call_that_fails_fails_its_callers_and_not_the_next() -> None:
    double = Doubling()
    grouped = Grouped(double, most=2)
    tasks = await asked(grouped, 1, 99, 3)

    double.go_on.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(each) for each in results[:2]] == [OSError, OSError]
    assert results[2] == 6


async def test_a_caller_that_is_cancelled_cancels_no_other() -> None:
    double = Doubling()
    grouped = Grouped(double)
    gone, stays = await asked(grouped, 1, 2)

    gone.cancel()
    double.go_on.set()

    assert await stays == 4
    with pytest.raises(asyncio.CancelledError):
        await gone
