"""The calibrated decision: how likely each candidate is right, and how likely none is.

A conditional logit: every candidate has one number, "none" has one, and their softmax
is the probability. The weights are shared by all candidates of all apps, so they can be
learned before an app has a history, and learned further from the one it gets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Places = NDArray[np.int64]

ABSENT = -1e9
"""The number of a place that no candidate takes."""
STEPS = 30
ENOUGH = 1e-6


@dataclass(frozen=True, slots=True)
class Cases:
    """Messages with their candidates' features and, for fitting, what was right."""

    candidates: Doubles
    """Message x place x feature."""
    taken: NDArray[np.bool_]
    """Message x place: whether a candidate is there."""
    nothing: Doubles
    """Message x feature of "none"."""
    handicaps: Doubles
    """Message x place: what is taken from a candidate before it is weighed."""
    right: Places
    """The right place; the number of places where none is right."""
    weights: Doubles

    @classmethod
    def joined(cls, cases: Sequence["Cases"]) -> Self:
        """Return *cases* as one."""
        return cls(
            np.concatenate([each.candidates for each in cases]),
            np.concatenate([each.taken for each in cases]),
            np.concatenate([each.nothing for each in cases]),
            np.concatenate([each.handicaps for each in cases]),
            np.concatenate([each.right for each in cases]),
            np.concatenate([each.weights for each in cases]),
        )


@dataclass(frozen=True, slots=True)
class Gate:
    """Weights, and how firmly they are believed."""

    weights: Doubles
    """Of the candidates' features, then of those of "none"."""
    precision: Doubles
    """Feature x feature: the curvature of one typical message's evidence."""

    def chances(self, cases: Cases) -> Doubles:
        """Return message x (places and none): each row adds up to 1."""
        return _chances(self.weights, cases)

    def refitted(self, cases: Cases, *, belief: float) -> "Gate":
        """Return the gate after *cases*; these weights count as *belief* messages."""
        prior = self.precision * belief + np.eye(len(self.weights)) * 1e-3
        weights = _fitted(cases, self.weights, prior)
        return Gate(weights, self.precision)


def fit_gate(cases: Cases, features: int, *, ridge: float) -> Gate:
    """Learn weights from nothing but *cases*."""
    start = np.zeros(features)
    weights = _fitted(cases, start, np.eye(features) * ridge)
    _, curvature = _slope_and_curvature(weights, cases)
    return Gate(weights, curvature / cases.weights.sum())


def _fitted(cases: Cases, prior: Doubles, precision: Doubles) -> Doubles:
    """Return the likeliest weights, by Newton's steps with halving."""
    weights, loss = prior, _loss(prior, cases)
    for _ in range(STEPS):
        slope, curvature = _slope_and_curvature(weights, cases)
        gap = weights - prior
        step = np.linalg.solve(curvature + precision, slope + precision @ gap)
        size, found = 1.0, loss
        while size > ENOUGH:
            tried = weights - size * step
            off = tried - prior
            found = _loss(tried, cases) + float(off @ precision @ off) / 2
            if found <= loss:
                break
            size /= 2
        else:
            return weights
        weights, gained, loss = tried, loss - found, found
        if gained < ENOUGH * (1 + abs(loss)):
            break
    return weights


def _logits(weights: Doubles, cases: Cases) -> Doubles:
    wide = cases.candidates.shape[2]
    logits = cases.candidates @ weights[:wide] - cases.handicaps
    logits = np.where(cases.taken, logits, ABSENT)
    nothing = cases.nothing @ weights[wide:]
    return np.concatenate([logits, nothing[:, None]], axis=1)


def _chances(weights: Doubles, cases: Cases) -> Doubles:
    logits = _logits(weights, cases)
    raised: Doubles = np.exp(logits - logits.max(axis=1, keepdims=True))
    raised /= raised.sum(axis=1, keepdims=True)
    return raised


def _loss(weights: Doubles, cases: Cases) -> float:
    chances = _chances(weights, cases)
    right = chances[np.arange(len(chances)), cases.right]
    return float(-(cases.weights * np.log(np.maximum(right, 1e-300))).sum())


def _slope_and_curvature(weights: Doubles, cases: Cases) -> tuple[Doubles, Doubles]:
    chances = _chances(weights, cases)
    wide = cases.candidates.shape[2]
    expected = np.concatenate(
        [
            np.einsum("ij,ijk->ik", chances[:, :-1], cases.candidates),
            chances[:, -1:] * cases.nothing,
        ],
        axis=1,
    )
    seen = np.zeros_like(expected)
    known = np.flatnonzero(cases.right < cases.taken.shape[1])
    seen[known, :wide] = cases.candidates[known, cases.right[known]]
    none = np.flatnonzero(cases.right == cases.taken.shape[1])
    seen[none, wide:] = cases.nothing[none]
    weighted = cases.weights[:, None]
    slope = ((expected - seen) * weighted).sum(axis=0)
    spread = chances[:, :-1] * weighted
    flat = cases.candidates.reshape(-1, wide)
    curvature = np.zeros((len(weights), len(weights)))
    curvature[:wide, :wide] = (flat * spread.reshape(-1, 1)).T @ flat
    none_spread = chances[:, -1:] * weighted * cases.nothing
    curvature[wide:, wide:] = none_spread.T @ cases.nothing
    curvature -= (expected * weighted).T @ expected
    return slope, curvature
