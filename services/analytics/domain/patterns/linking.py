"""Average link over groups that are already there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Link:
    """Two groups that become one under the smaller number."""

    first: int
    second: int
    similarity: float
    """The mean over all pairs of a member of the one and a member of the other."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """How alike groups are, (g, g), and how large, (g,); changed by linking."""

    alike: Matrix
    sizes: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        rows: Floats,
        groups: NDArray[np.int64],
        *,
        apart: Sequence[tuple[int, int]],
    ) -> "Pairs":
        """Return the mean similarity of *rows* (n, d) by *groups* (n,).

        Groups *apart* are never linked, nor what holds them.
        """
        sizes = np.bincount(groups).astype(np.float64)
        sums = np.zeros((len(sizes), rows.shape[1]))
        np.add.at(sums, groups, rows)
        means = sums / sizes[:, None]
        alike = means @ means.T
        for one, other in apart:
            alike[one, other] = alike[other, one] = -np.inf
        np.fill_diagonal(alike, -np.inf)
        return cls(alike, sizes)


def link_by_average(pairs: Pairs, *, least: float) -> Iterator[Link]:
    """Yield the most alike pair, then of what is left, down to *least*."""
    alike, sizes = pairs.alike, pairs.sizes
    closest = alike.argmax(axis=1)
    values = alike.max(axis=1)
    while True:
        one = int(values.argmax())
        similarity = float(values[one])
        if similarity < least:
            return
        first, second = sorted((one, int(closest[one])))
        yield Link(first, second, round(min(similarity, 1.0), 6))
        _join(alike, sizes, first, second)
        values[second] = -np.inf
        stale = np.flatnonzero(
            np.isfinite(values) & ((closest == first) | (closest == second))
        )
        for row in {first, *stale.tolist()}:
            closest[row] = alike[row].argmax()
            values[row] = alike[row, closest[row]]
        nearer = np.flatnonzero(alike[first] > values)
        closest[nearer], values[nearer] = first, alike[first, nearer]


def _join(alike: Matrix, sizes: NDArray[np.float64], first: int, second: int) -> None:
    """Make *second* a part of *first*; -inf, which keeps apart, stays what it is."""
    share = sizes[second] / (sizes[first] + sizes[second])
    joined = (1 - share) * alike[first] + share * alike[second]
    joined[[first, second]] = -np.inf
    alike[first], alike[:, first] = joined, joined
    alike[second], alike[:, second] = -np.inf, -np.inf
    sizes[first] += sizes[second]
