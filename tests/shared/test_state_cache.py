"""States in memory take what their budget allows, whatever they hold."""

import pytest

from shared.kafka.deciding.cache import READY_BYTES, StateCache
from tests.support.counting import Count, Counts

BUDGET = 1_000_000


class Heavy(Counts):
    def unwritten(self, state: Count) -> int:
        return state.n


@pytest.mark.parametrize("length", [0, 100, READY_BYTES, READY_BYTES + 1, 100_000])
def test_states_stay_within_the_budget_and_the_latest_used_stay(length: int) -> None:
    cache = StateCache(Counts(), budget=BUDGET)
    cache.put("first", 1, Count(1), b"x" * length)

    for n in range(3000):
        cache.put(f"lane-{n}", 1, Count(n), b"x" * length)
        cache.touch("first")
        assert cache.size <= BUDGET

    assert cache.get("first") is not None
    assert cache.get("lane-2999") is not None
    assert cache.get("lane-0") is None
    assert len(cache) < 3000


def test_a_state_larger_than_the_budget_is_not_kept() -> None:
    cache = StateCache(Counts(), budget=BUDGET)
    cache.put("small", 1, Count(1), b"1")

    cache.put("large", 1, Count(1), b"x" * (BUDGET + 1))

    assert cache.get("large") is None
    assert cache.size <= BUDGET


def test_a_large_state_is_kept_as_it_was_written() -> None:
    cache = StateCache(Counts(), budget=BUDGET)
    cache.put("large", 7, Count(1), b"1" * (READY_BYTES + 1))
    kept = cache.get("large")

    assert kept is not None
    assert (kept.number, kept.state) == (7, None)
    assert len(kept.raw) == READY_BYTES + 1


def test_what_is_not_written_counts_too() -> None:
    cache = StateCache(Heavy(), budget=BUDGET)
    for n in range(20):
        cache.put(f"lane-{n}", 1, Count(100_000), b"1")

    assert len(cache) < 10


def test_what_is_dropped_takes_nothing() -> None:
    cache = StateCache(Counts(), budget=BUDGET)
    cache.put("a", 1, Count(1), b"1")
    cache.put("a", 2, Count(2), b"2")
    cache.put("b", 1, Count(1), b"1")
    cache.drop(["a", "never kept"])
    one = cache.size
    cache.clear()

    assert one > 0
    assert (cache.size, len(cache)) == (0, 0)
