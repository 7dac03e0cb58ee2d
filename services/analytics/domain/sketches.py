"""Times as sketches that can be added up: DDSketch, with its bins as plain counts.

A bin's number depends on the value alone, so bins are counters like any other: they may
be added in any order, and taken apart by hour, day and app. The library's mapping makes
the numbers; `ACCURACY` is part of what is stored and never changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil

from ddsketch.ddsketch import BaseDDSketch
from ddsketch.mapping import LogarithmicMapping
from ddsketch.store import DenseStore

ACCURACY = 0.01
"""How far a quantile may be from the true value, as a share of it."""
ZERO = "zero"
"""The bin of what took no time at all, by two machines' clocks."""
_ROUNDING = 1e-6
"""Keeps a rank that is whole on its side of the rounding."""
_MAPPING = LogarithmicMapping(ACCURACY)

Bins = Mapping[str, int]
"""Number of values in each bin, by the bin's number as text."""


def bin_of(ms: int) -> str:
    """Return the bin that *ms* milliseconds fall into."""
    return ZERO if ms <= 0 else str(_MAPPING.key(ms))


def merged(sketches: Iterable[Bins]) -> dict[str, int]:
    """Return all *sketches* as one."""
    found: dict[str, int] = {}
    for bins in sketches:
        for name, n in bins.items():
            found[name] = found.get(name, 0) + n
    return found


def quantiles(bins: Bins, shares: Sequence[float]) -> list[int | None]:
    """Return the milliseconds at *shares*, within `ACCURACY`; None of nothing.

    By nearest rank, so that p90 of three is the largest.
    """
    store = DenseStore()
    for name, n in bins.items():
        if name != ZERO and n > 0:
            store.add(int(name), n)
    sketch = BaseDDSketch(
        mapping=_MAPPING,
        store=store,
        negative_store=DenseStore(),
        zero_count=max(0, bins.get(ZERO, 0)),
    )
    found = [sketch.get_quantile_value(_rank(share, sketch.count)) for share in shares]
    return [None if each is None else round(each) for each in found]


def _rank(share: float, count: float) -> float:
    """Return the library's share for the nearest rank: it counts between the ranks."""
    if count <= 1:
        return 0.0
    rank = max(0, ceil(share * count - _ROUNDING) - 1)
    return min(1.0, (rank + _ROUNDING) / (count - 1))
