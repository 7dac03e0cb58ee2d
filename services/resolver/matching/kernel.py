"""Learn which texts belong together: kernel ridge regression, solved in closed form.

Each outcome has a column that is 1 at its own texts and 0 elsewhere; a message's value
in it is near 1 close to those texts, and near 0 far from all. What a text would score
had it not been learned follows from the same solution without fitting again
(`left_out`): that is what the gate is calibrated on. See docs/decisions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

WIDTH = 1.5
"""Of the Gaussian over unit vectors, exp(2 * WIDTH * (cosine - 1)). From 1 to 2 the
development sets differ by less than a point."""
NOISE = 0.15
"""How far a text may be from what it is registered for."""
MOST_LANDMARKS = 1_500
"""Texts that a message is compared with. Beyond, these stand for the others: fitting
takes a second, and a match stays under one millisecond."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """A fitted regression."""

    landmarks: Floats
    weights: Floats

    def values(self, vectors: Floats) -> Floats:
        """Return, for each of *vectors*, its value for every outcome."""
        values: Floats = _similar(vectors, self.landmarks) @ self.weights
        return values


@dataclass(frozen=True, slots=True)
class Learned:
    """What each learned text did to the regression; needed only to calibrate on it."""

    left: Floats
    """`left @ right.T` is the influence of each text on each other's value."""
    right: Floats
    fitted: Floats
    wanted: Floats

    def left_out(self, rows: Places) -> Floats:
        """Return the values of *rows* as if each had not been learned."""
        own = np.einsum("ij,ij->i", self.left[rows], self.right[rows])[:, None]
        gap: Floats = self.fitted[rows] - own * self.wanted[rows]
        gap /= np.maximum(1 - own, 1e-3)
        return gap


def fit_kernel(vectors: Floats, owners: Places, columns: int) -> tuple[Kernel, Learned]:
    """Learn that the text with *vectors[i]* belongs to the outcome *owners[i]*."""
    wanted = np.zeros((len(vectors), columns), dtype=np.float32)
    wanted[np.arange(len(vectors)), owners] = 1
    chosen = spread(owners, MOST_LANDMARKS)
    left = _similar(vectors, vectors[chosen])
    if len(chosen) == len(vectors):
        noisy = left + np.float32(NOISE) * np.eye(len(left), dtype=np.float32)
        right: Floats = np.linalg.inv(noisy).astype(np.float32, copy=False)
    else:
        # The landmarks' share of the whole solution; squared, so in double precision.
        normal = np.asarray(left.T @ left + NOISE * left[chosen], dtype=np.float64)
        normal[np.diag_indices_from(normal)] += 1e-3
        right = (left @ np.linalg.inv(normal)).astype(np.float32)
    weights: Floats = right.T @ wanted
    kernel = Kernel(vectors[chosen], weights)
    return kernel, Learned(left, right, left @ weights, wanted)


def spread(owners: Places, most: int) -> Places:
    """Return up to *most* places, as many of each owner as can be."""
    if len(owners) <= most:
        return np.arange(len(owners))
    order = np.argsort(owners, kind="stable")
    _, starts, counts = np.unique(owners[order], return_index=True, return_counts=True)
    rank = np.empty(len(owners), dtype=np.int64)
    rank[order] = np.arange(len(owners)) - np.repeat(starts, counts)
    return np.sort(np.argsort(rank, kind="stable")[:most])


def _similar(left: Floats, right: Floats) -> Floats:
    similar: Floats = left @ right.T
    similar -= 1
    similar *= 2 * WIDTH
    np.exp(similar, out=similar)
    return similar
