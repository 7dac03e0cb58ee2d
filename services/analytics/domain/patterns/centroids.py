"""The patterns' vectors: what they sum to, and which of them is closest to one.

Vectors are centred by the mean of all that one app's escalations said so far: in a
narrow trade everything is close to everything, and only what is left without the mean
tells topics apart. A young app borrows the mean of other apps.

Sums are of whole numbers, so neither order nor restart changes them. Of many patterns
those with the most equal signs are looked at alone: one bit a number, 96 bytes a
pattern, and the search reads 10 MB where there are 100,000.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.analytics.domain.patterns.items import STEPS_PER_ONE, Steps
from services.analytics.domain.patterns.rules import YOUNG

Sums = NDArray[np.int32]
Numbers = NDArray[np.float64]

SCANNED: Final = 64
"""Patterns up to which all are looked at."""
EXAMINED: Final = 64
"""Of more, how many are: the closest by signs, and those as close as the last."""
DECIMALS: Final = 6
"""Of a similarity that count; rounding errors are far smaller."""
LOOSE: Final = 0.5
"""How much a loose pattern's similarity is lowered: 0 not at all, 1 as average link
does. Its centre is in the middle of everything, so everything is close to it."""
_BITS = 64
_FIRST_ROWS = 16


class Centroids:
    """Rows of sums and counts; a row that is free has the count 0."""

    def __init__(self, prior: Numbers, scale: Numbers) -> None:
        """*prior*: the mean (d,) of escalations of any app; *scale*: see `scale_of`."""
        (width,) = prior.shape
        self._prior = prior * STEPS_PER_ONE
        self._scale = scale
        self._sums: Sums = np.zeros((_FIRST_ROWS, width), dtype=np.int32)
        self._counts = np.zeros(_FIRST_ROWS, dtype=np.int64)
        # One row for each 64 numbers, so that a search reads memory in its order.
        words = -(-width // _BITS)
        self._signs = np.zeros((words, _FIRST_ROWS), dtype=np.uint64)
        self._total = np.zeros(width, dtype=np.int64)
        self._members = 0
        self._rows = 0
        self._free: list[int] = []

    def put(self, sums: Sums, count: int) -> int:
        """Keep *sums* (d,) of *count* members; return the row."""
        row = self._free.pop() if self._free else self._new_row()
        self._add(row, sums, count)
        return row

    def add(self, row: int, steps: Steps) -> None:
        """Add one member to *row*."""
        self._add(row, steps, 1)

    def drop(self, row: int) -> None:
        """Free *row*."""
        self._total -= self._sums[row]
        self._members -= int(self._counts[row])
        self._sums[row] = 0
        self._counts[row] = 0
        self._free.append(row)

    def count_of(self, row: int) -> int:
        return int(self._counts[row])

    def sums_of(self, row: int) -> Sums:
        sums: Sums = self._sums[row].copy()
        return sums

    def closest(self, steps: Steps) -> tuple[list[int], float]:
        """Return the rows as close to *steps* (d,) as none else, and how close.

        That is none, and 0, where nothing is kept.
        """
        rows = self._candidates(steps)
        if not len(rows):
            return [], 0.0
        scores = np.round(self._scores(rows, steps), DECIMALS)
        best = scores.max()
        return rows[scores == best].tolist(), float(best)

    def _candidates(self, steps: Steps) -> NDArray[np.int64]:
        used = self._counts[: self._rows] > 0
        if self._rows - len(self._free) <= SCANNED:
            return np.flatnonzero(used)
        unlike = np.zeros(self._rows, dtype=np.uint16)
        signs = self._signs_of(steps.astype(np.float64))
        for own, theirs in zip(signs, self._signs[:, : self._rows], strict=True):
            unlike += np.bitwise_count(theirs ^ own)
        unlike[~used] = np.iinfo(np.uint16).max
        last = np.partition(unlike, EXAMINED - 1)[EXAMINED - 1]
        return np.flatnonzero(unlike <= last)

    def _scores(self, rows: NDArray[np.int64], steps: Steps) -> Numbers:
        """Return how close *steps* is to each of *rows*: at most 1.

        The cosine with the centred mean of the members, lowered where they are far
        from one another: between that cosine and the mean cosine with each member.
        """
        mean = (self._total + YOUNG * self._prior) / (self._members + YOUNG)
        own = (steps - mean) * self._scale
        counts = self._counts[rows]
        centres = (self._sums[rows] / counts[:, None] - mean) * self._scale
        lengths = np.maximum(np.sqrt((centres * centres).sum(axis=1)), 1e-9)
        cosines = (centres @ own) / (lengths * max(float(np.linalg.norm(own)), 1e-9))
        # What a member has left of its length without the mean, on average.
        middle = mean * self._scale
        usual = np.sqrt(max(STEPS_PER_ONE**2 - float(middle @ middle), 1.0))
        tight = np.where(counts == 1, 1.0, np.minimum(lengths / usual, 1.0))
        scores: Numbers = cosines * tight**LOOSE
        return scores

    def _add(self, row: int, sums: Sums | Steps, count: int) -> None:
        self._sums[row] += sums
        self._counts[row] += count
        self._total += sums
        self._members += count
        self._signs[:, row] = self._signs_of(self._sums[row] / self._counts[row])

    def _signs_of(self, vector: Numbers) -> NDArray[np.uint64]:
        # The prior mean does not move, so what is kept never has to be made again.
        bits = np.packbits(vector > self._prior)
        words: NDArray[np.uint64] = np.zeros(len(self._signs) * 8, dtype=np.uint8)
        words[: len(bits)] = bits
        return words.view(np.uint64)

    def _new_row(self) -> int:
        if self._rows == len(self._counts):
            more = self._rows // 2
            self._sums = np.pad(self._sums, ((0, more), (0, 0)))
            self._counts = np.pad(self._counts, (0, more))
            self._signs = np.pad(self._signs, ((0, 0), (0, more)))
        self._rows += 1
        return self._rows - 1
