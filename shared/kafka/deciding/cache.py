"""States that the last decisions left, kept in memory within a budget of bytes."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from shared import metrics
from shared.kafka.deciding.decisions import S, States

READY_BYTES = 4096
"""A state that is larger when written is kept as written: as an object it would take
five to nine times as much, and reading it back takes some 40 µs."""
OBJECT_FACTOR = 6
"""Bytes of an object for each byte of its JSON, measured over states of both services;
flat texts take less, nested numbers up to nine."""
ENTRY_BYTES = 500
"""The lane's name, the entry and the state's own object."""


@dataclass(frozen=True, slots=True)
class Kept(Generic[S]):
    """One lane's latest state: at hand, or as it was written."""

    number: int
    """Of the decision that left it."""
    state: S | None
    raw: bytes
    size: int
    """Bytes it takes in memory, about."""


class StateCache(Generic[S]):
    """Keeps the latest used states that fit *budget* bytes together.

    A stale one only costs a conflict, a missing one a look-up.
    """

    def __init__(self, states: States[S], *, budget: int) -> None:
        self._states = states
        self.budget = budget
        self._kept: OrderedDict[str, Kept[S]] = OrderedDict()
        self.size = 0
        """Bytes that all take together, about."""

    def export(self, service: str) -> None:
        """Let the metrics of *service* say how much is kept, and how much may be."""
        metrics.STATES_BYTES.labels(service).set_function(lambda: self.size)
        metrics.STATES.labels(service).set_function(lambda: len(self))
        metrics.STATES_BUDGET.labels(service).set(self.budget)

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, lane: str) -> Kept[S] | None:
        """Return what is kept of *lane*."""
        return self._kept.get(lane)

    def put(self, lane: str, number: int, state: S, raw: bytes) -> None:
        """Keep *state*, which *raw* is when written, and let the oldest go."""
        self.drop([lane])
        length = len(raw)
        if length > READY_BYTES:
            kept: Kept[S] = Kept(number, None, raw, ENTRY_BYTES + length)
        else:
            size = ENTRY_BYTES + OBJECT_FACTOR * length + self._states.unwritten(state)
            kept = Kept(number, state, b"", size)
        self._kept[lane] = kept
        self.size += kept.size
        while self.size > self.budget:
            _, oldest = self._kept.popitem(last=False)
            self.size -= oldest.size

    def touch(self, lane: str) -> None:
        """Count *lane* as used just now."""
        if lane in self._kept:
            self._kept.move_to_end(lane)

    def drop(self, lanes: Sequence[str]) -> None:
        """Forget *lanes*."""
        for lane in lanes:
            if (gone := self._kept.pop(lane, None)) is not None:
                self.size -= gone.size

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self.size = 0
