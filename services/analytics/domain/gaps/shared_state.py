"""What the users of a pattern share in the app's state, and others do not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from scipy.stats import hypergeom

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.gaps.remedies.paths import PathKind, kind_of_path

SIGNIFICANCE = 0.01
"""Of all values tried together: one pattern in a hundred may name one by chance."""
LEAST_USERS = 3
"""With the value in the pattern: what two users share is seen anywhere."""
LEAST_SHARE = 0.5
"""Of the pattern's users: what fewer have does not explain the pattern."""
LEAST_RATIO = 2.0
"""How many times more common it has to be inside than outside."""
MAX_SHARED = 10
"""Values that are named; more of them are the same thing in other words."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SharedState:
    """A value that the users of a pattern have far more often than others."""

    path: str
    """Dotted, as `flatten_state` makes it."""
    value: str
    inside: float
    """The share of the pattern's users who have it, 0 to 1."""
    outside: float
    """The share of the others who have it, 0 to 1."""
    p_value: float
    """How likely chance alone gives this, corrected for all that were tried."""

    @property
    def kind(self) -> PathKind:
        """Return whether this is an error, a version, or something else."""
        return kind_of_path(self.path)


def find_shared(cases: Sequence[Case], others: Sequence[Case]) -> list[SharedState]:
    """Return the values that *cases* share and *others* do not.

    Users are compared, not cases: one who wrote ten times is one. Each value is put to
    Fisher's exact test, one-sided; Holm's correction counts all that were tried, which
    are the values that enough users have at all, inside or outside: how many those are
    is not seen by the test. Errors come first, then versions, then the rest, each from
    the least likely by chance on.
    """
    states = _states(cases)
    inside = _newest(states)
    insiders = {user for user, _ in states}
    outside = _newest(each for each in _states(others) if each[0] not in insiders)
    if len(inside) < LEAST_USERS or not outside:
        return []
    here, there = _counts(inside), _counts(outside)
    tried = sorted(
        pair for pair in {*here, *there} if here[pair] + there[pair] >= LEAST_USERS
    )
    if not tried:
        return []
    counts = np.array([(here[pair], there[pair]) for pair in tried])
    corrected = holm(_fisher(counts, len(inside), len(outside)))
    shares = counts / (len(inside), len(outside))
    found = [
        SharedState(*pair, round(float(a), 4), round(float(b), 4), float(p))
        for pair, (a, b), (n, _), p in zip(
            tried, shares, counts, corrected, strict=True
        )
        if n >= LEAST_USERS
        and a >= LEAST_SHARE
        and a >= LEAST_RATIO * b
        and p <= SIGNIFICANCE
    ]
    found.sort(key=lambda each: (each.kind, each.p_value, each.path, each.value))
    return found[:MAX_SHARED]


def holm(p_values: np.ndarray) -> np.ndarray:
    """Return *p_values* corrected for their number, by Holm's step-down method."""
    order = np.argsort(p_values, kind="stable")
    left = np.arange(len(p_values), 0, -1)
    stepped = np.maximum.accumulate(np.minimum(1.0, p_values[order] * left))
    corrected = np.empty_like(stepped)
    corrected[order] = stepped
    return corrected


def _fisher(counts: np.ndarray, inside: int, outside: int) -> np.ndarray:
    """Return the chance of as many inside or more, for each row of *counts*."""
    having = counts.sum(axis=1)
    chance: np.ndarray = hypergeom.sf(
        counts[:, 0] - 1, inside + outside, having, inside
    )
    return chance


def _states(cases: Iterable[Case]) -> list[tuple[str, Case]]:
    """Return the cases that come with a state, each with its user, the newest last."""
    told = [
        (case.user_id or f"\0{case.escalation_id}", case)
        for case in cases
        if case.app_state
    ]
    return sorted(told, key=lambda each: (each[0], each[1].at, each[1].escalation_id))


def _newest(states: Iterable[tuple[str, Case]]) -> list[Case]:
    """Return the last case of each user."""
    grouped = groupby(states, key=lambda each: each[0])
    return [[case for _, case in group][-1] for _, group in grouped]


def _counts(cases: Iterable[Case]) -> Counter[Pair]:
    return Counter(pair for case in cases for pair in case.app_state.items())
