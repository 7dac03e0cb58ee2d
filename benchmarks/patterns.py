"""What grouping costs: one assignment among many patterns, and what they all weigh.

``python -m benchmarks.patterns`` plants 100,000 patterns of ten members each, 1,000,000
escalations, and assigns some more. Vectors are drawn, not encoded: encoding has its own
figures (`python -m benchmarks.embedding`). Draws lie in a narrow cone, as the texts of
one trade do.
"""

import argparse
import gc
from collections.abc import Iterator
from time import perf_counter, thread_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching import memory_mb
from services.analytics.domain.patterns.index import PatternIndex
from services.analytics.domain.patterns.items import (
    Item,
    PatternState,
    pattern_id_of,
    to_steps,
)

WIDTH = 768
MEMBERS = 10
CONE = 0.7
"""Length of the mean of all vectors."""
NOISE = 0.8
"""How far a member is from its topic, for a topic of length one."""
Floats = NDArray[np.float32]


def main() -> int:
    """Print the figures; return the exit code."""
    told = _arguments()
    draws = Draws()
    before = memory_mb()
    index = PatternIndex("drawn", WIDTH)
    restored = 0.0
    for at in range(told.patterns):
        state = draws.state(at)
        began = thread_time()
        index.put(state)
        restored += thread_time() - began
    gc.collect()
    held = memory_mb() - before
    took, worked, right = [], [], 0
    for at in range(told.assignments):
        item, pattern_id = draws.item(at, among=told.patterns)
        began, at_work = perf_counter(), thread_time()
        found = index.assign(item)
        took.append((perf_counter() - began) * 1000)
        worked.append((thread_time() - at_work) * 1000)
        right += found.pattern_id == pattern_id
    p50, p99 = np.percentile(took, (50, 99))
    cpu_p50, cpu_p99 = np.percentile(worked, (50, 99))
    print(f"patterns            {told.patterns:>12,}")
    print(f"escalations         {told.patterns * MEMBERS:>12,}")
    print(f"restored, CPU       {restored:>12.1f} s")
    print(f"memory              {held:>12.0f} MB")
    print(f"assignment p50      {p50:>12.2f} ms")
    print(f"assignment p99      {p99:>12.2f} ms")
    print(f"of that CPU p50     {cpu_p50:>12.2f} ms")
    print(f"of that CPU p99     {cpu_p99:>12.2f} ms")
    print(f"found its pattern   {right / told.assignments:>12.1%}")
    return 0


class Draws:
    """Draws patterns and escalations, the same ones each time."""

    def __init__(self) -> None:
        common = np.random.default_rng(0).normal(size=WIDTH)
        self._common = common / np.linalg.norm(common) * CONE

    def state(self, at: int) -> PatternState:
        """Return pattern *at* with its members."""
        steps = [to_steps(each) for each in self._members(at)]
        sums = np.sum([each.astype(np.int32) for each in steps], axis=0)
        return PatternState(
            pattern_id_of(f"e{at}"),
            MEMBERS,
            sums.astype("<i4").tobytes(),
            steps[0].tobytes(),
            f"wording {at} of what somebody asks for in some thirty to forty letters",
            tuple(at * MEMBERS + each for each in range(MEMBERS)),
        )

    def item(self, number: int, *, among: int) -> tuple[Item, str]:
        """Return an escalation, and the pattern it was drawn from."""
        rng = np.random.default_rng((1, number))
        at = int(rng.integers(among))
        vector = self._near(self._topic(at), rng)
        text = f"escalation {number} drawn"
        return Item(f"n{number}", text, "en", vector), pattern_id_of(f"e{at}")

    def _members(self, at: int) -> Iterator[Floats]:
        rng = np.random.default_rng((2, at))
        topic = self._topic(at)
        for _ in range(MEMBERS):
            yield self._near(topic, rng)

    def _topic(self, at: int) -> NDArray[np.float64]:
        drawn = np.random.default_rng((3, at)).normal(size=WIDTH)
        return drawn / np.linalg.norm(drawn)

    def _near(self, topic: NDArray[np.float64], rng: np.random.Generator) -> Floats:
        own = topic + rng.normal(size=WIDTH) * NOISE / WIDTH**0.5
        own *= (1 - CONE**2) ** 0.5 / np.linalg.norm(own)
        vector: Floats = (self._common + own).astype(np.float32)
        unit: Floats = vector / np.linalg.norm(vector)
        return unit


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.patterns")
    parser.add_argument("--patterns", type=int, default=100_000)
    parser.add_argument("--assignments", type=int, default=2_000)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
