"""The calibrated decision: how likely each candidate is right, and how likely none is.

Two conditional logits: in each every candidate has one number, and their softmax is the
probability. In the first "none" has a number too, and only how likely none is right is
taken from it. The second shares the rest out: it is learned from messages that have an
answer alone, so what tells that none is right does not blur which one is. The weights
are shared by all candidates of all apps, so they can be learned before an app has a
history, and learned further from the one it gets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    """Message x feature of "none"; without features there is no "none"."""
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

    def closed(self) -> Self:
        """Return the cases as if "none" were no choice: those with an answer."""
        kept = self.right < self.taken.shape[1]
        return replace(
            self,
            candidates=self.candidates[kept],
            taken=self.taken[kept],
            nothing=np.empty((int(kept.sum()), 0)),
            handicaps=self.handicaps[kept],
            right=self.right[kept],
            weights=self.weights[kept],
        )


@dataclass(frozen=True, slots=True)
class Logit:
    """Weights, and how firmly they are believed."""

    weights: Doubles
    """Of the candidates' features, then of those of "none"."""
    precision: Doubles
    """Feature x feature: the curvature of one typical message's evidence."""

    def refitted(self, cases: Cases, *, belief: float) -> "Logit":
        """Return the logit after *cases*; these weights count as *belief* messages."""
        prior = self.precision * belief + np.eye(len(self.weights)) * 1e-3
        return replace(self, weights=_fitted(cases, self.weights, prior))

    def towards(self, other: "Logit", part: float) -> "Logit":
        """Return a logit between this one and *other*, believed as the other is."""
        weights = (1 - part) * self.weights + part * other.weights
        return replace(other, weights=weights)


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether any candidate is right, and if so which."""

    trust: Logit
    choice: Logit

    def chances(self, cases: Cases) -> Doubles:
        """Return message x (places and none): each row adds up to 1."""
        none = _chances(self.trust.weights, cases)[:, -1:]
        wide = cases.candidates.shape[2]
        shares = _shares(_of_candidates(self.choice.weights[:wide], cases))
        return np.concatenate([shares * (1 - none), none], axis=1)

    def refitted(self, cases: Cases, *, belief: float) -> "Gate":
        """Return the gate after *cases*; the weights count as *belief* messages."""
        answered = cases.closed()
        return Gate(
            self.trust.refitted(cases, belief=belief),
            self.choice.refitted(answered, belief=belief)
            if len(answered.right)
            else self.choice,
        )

    def towards(self, other: "Gate", part: float) -> "Gate":
        """Return a gate between this one and *other*, believed as the other is."""
        return Gate(
            self.trust.towards(other.trust, part),
            self.choice.towards(other.choice, part),
        )


def fit_gate(cases: Cases, *, ridge: float, choice_ridge: float) -> Gate:
    """Learn weights from nothing but *cases*."""
    return Gate(_fit(cases, ridge), _fit(cases.closed(), choice_ridge))


def _fit(cases: Cases, ridge: float) -> Logit:
    features = cases.candidates.shape[2] + cases.nothing.shape[1]
    weights = _fitted(cases, np.zeros(features), np.eye(features) * ridge)
    _, curvature = _slope_and_curvature(weights, cases)
    return Logit(weights, curvature / cases.weights.sum())


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


def _of_candidates(weights: Doubles, cases: Cases) -> Doubles:
    logits = cases.candidates @ weights - cases.handicaps
    return np.where(cases.taken, logits, ABSENT)


def _chances(weights: Doubles, cases: Cases) -> Doubles:
    wide = cases.candidates.shape[2]
    logits = _of_candidates(weights[:wide], cases)
    if cases.nothing.shape[1]:
        nothing = cases.nothing @ weights[wide:]
    else:
        nothing = np.full(len(logits), 2 * ABSENT)
    return _shares(np.concatenate([logits, nothing[:, None]], axis=1))


def _shares(logits: Doubles) -> Doubles:
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
