"""How well a grouping agrees with the true one: ARI, NMI and purity, from counts alone.

Checked by the tests against known values, so that an evaluation needs no scikit-learn.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Labels = Sequence[Hashable]


def adjusted_rand(true: Labels, found: Labels) -> float:
    """Return the adjusted Rand index: 1 is the same grouping, 0 is chance."""
    cells, rows, columns = _table(true, found)
    together = _pairs(cells)
    of_true, of_found, of_all = _pairs(rows), _pairs(columns), _pairs(rows.sum()[None])
    if not of_all:
        return 1.0
    expected = of_true * of_found / of_all
    most = (of_true + of_found) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def mutual_information(true: Labels, found: Labels) -> float:
    """Return the mutual information, by the mean of both entropies: 0 to 1."""
    cells, rows, columns = _table(true, found)
    total = _entropy(rows) + _entropy(columns)
    shared = total - _entropy(cells)
    return 1.0 if total == 0 else max(0.0, 2 * shared / total)


def purity(true: Labels, found: Labels, *, least: int) -> float | None:
    """Return the share of members that are of their group's commonest truth.

    Of groups with at least *least* members; None where there are none.
    """
    right = members = 0
    by_group: dict[Hashable, dict[Hashable, int]] = {}
    for truth, group in zip(true, found, strict=True):
        counts = by_group.setdefault(group, {})
        counts[truth] = counts.get(truth, 0) + 1
    for counts in by_group.values():
        size = sum(counts.values())
        if size >= least:
            right, members = right + max(counts.values()), members + size
    return right / members if members else None


def _table(true: Labels, found: Labels) -> tuple[Counts, Counts, Counts]:
    rows, columns = _numbered(true), _numbered(found)
    width = int(columns.max(initial=-1)) + 1
    _, cells = np.unique(rows * width + columns, return_counts=True)
    return cells.astype(np.int64), np.bincount(rows), np.bincount(columns)


def _numbered(labels: Labels) -> Counts:
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(each, len(known)) for each in labels], np.int64)


def _pairs(counts: Counts) -> float:
    return float((counts * (counts - 1) / 2).sum())


def _entropy(counts: Counts) -> float:
    shares = counts[counts > 0] / max(counts.sum(), 1)
    return float(-(shares * np.log(shares)).sum())
