"""Fit one weight to each clue: logistic regression, by few-memory Newton steps."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.resolver.domain.words.wishes.clues import BUCKETS
from services.resolver.domain.words.wishes.learned import SPREAD

REMEMBERED = 8
ENOUGH = 1e-4
"""A step that must gain this part of what it promises."""
Numbers = NDArray[np.float64]
Objective = Callable[[Numbers], tuple[float, Numbers]]


@dataclass(frozen=True)
class Messages:
    """The clues of many messages, one after another."""

    clues: NDArray[np.int64]
    begins: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, clues: list[NDArray[np.int64]]) -> "Messages":
        """Return *clues*, a row to a message, as one."""
        counts = np.array([len(each) for each in clues])
        begins = np.concatenate([[0], np.cumsum(counts)[:-1]])
        return cls(np.concatenate(clues), begins, counts)

    def scores(self, weights: Numbers) -> Numbers:
        """Return the log-odds of each message; the last weight is the bias."""
        summed = np.add.reduceat(weights[self.clues], self.begins)
        odds: Numbers = summed * SPREAD / np.sqrt(self.counts) + weights[-1]
        return odds

    def blame(self, wrong: Numbers) -> Numbers:
        """Return each weight's part in what is *wrong* with each message."""
        each = np.repeat(wrong * SPREAD / np.sqrt(self.counts), self.counts)
        parts: Numbers = np.zeros(BUCKETS + 1)
        parts += np.bincount(self.clues, each, minlength=BUCKETS + 1)
        parts[-1] = wrong.sum()
        return parts


def fitted(
    messages: Messages,
    wished: Numbers,
    counts: Numbers,
    *,
    ridge: float = 3e-6,
    steps: int = 120,
) -> Numbers:
    """Return the weights by which *wished* is likeliest, a message as it *counts*."""
    share = counts / counts.sum()
    free = np.zeros(BUCKETS + 1)
    free[:-1] = ridge

    def objective(weights: Numbers) -> tuple[float, Numbers]:
        odds = messages.scores(weights)
        loss = share @ (np.logaddexp(0, odds) - wished * odds)
        wrong = share * (1 / (1 + np.exp(-odds)) - wished)
        penalty = float(free @ weights**2) / 2
        return float(loss) + penalty, messages.blame(wrong) + free * weights

    return _descended(objective, np.zeros(BUCKETS + 1), steps)


def _descended(objective: Objective, at: Numbers, steps: int) -> Numbers:
    past: deque[tuple[Numbers, Numbers]] = deque(maxlen=REMEMBERED)
    value, slope = objective(at)
    for _ in range(steps):
        way = -_newton(slope, past)
        length = 1.0 if past else 1.0 / float(np.linalg.norm(slope))
        while True:
            there = at + length * way
            new_value, new_slope = objective(there)
            if new_value <= value + ENOUGH * length * float(slope @ way):
                break
            length /= 2
        if (there - at) @ (new_slope - slope) > 0:
            past.append((there - at, new_slope - slope))
        at, value, slope = there, new_value, new_slope
    return at


def _newton(slope: Numbers, past: deque[tuple[Numbers, Numbers]]) -> Numbers:
    way, shares = slope.copy(), []
    for moved, turned in reversed(past):
        share = (moved @ way) / (moved @ turned)
        shares.append(share)
        way -= share * turned
    if past:
        moved, turned = past[-1]
        way *= (moved @ turned) / (turned @ turned)
    for (moved, turned), share in zip(past, reversed(shares), strict=True):
        way += moved * (share - (turned @ way) / (moved @ turned))
    return way
