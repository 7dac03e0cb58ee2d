"""The few escalations that stand for a pattern: near its middle, and not all alike."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.analytics.domain.patterns.words import fingerprint_of
from services.analytics.domain.profiles.pattern import Member

MAX_EXEMPLARS = 5
DIVERSITY = 0.5
"""What being like a chosen one costs, beside what being near the middle is worth."""

Floats = NDArray[np.float32]


def choose_exemplars(
    members: Sequence[Member], *, limit: int = MAX_EXEMPLARS
) -> list[Member]:
    """Return at most *limit* members, the one nearest to what all share first.

    Each wording counts once; members without words or vector stand for nothing.
    Maximal marginal relevance (Carbonell and Goldstein, 1998).
    """
    shown = _different(members)
    if not shown:
        return []
    vectors = unit_vectors(shown)
    nearness = vectors @ _unit(vectors.mean(axis=0))
    chosen = [int(np.argmax(nearness))]
    while len(chosen) < min(limit, len(shown)):
        alike = (vectors @ vectors[chosen].T).max(axis=1)
        worth = (1 - DIVERSITY) * nearness - DIVERSITY * alike
        worth[chosen] = -np.inf
        chosen.append(int(np.argmax(worth)))
    return [shown[i] for i in chosen]


def unit_vectors(members: Sequence[Member]) -> Floats:
    """Return the members' vectors (n, d), each of length one."""
    steps = [np.frombuffer(each.vector, dtype=np.int8) for each in members]
    vectors: Floats = np.asarray(steps, dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Floats = vectors / np.maximum(lengths, 1e-9)
    return units


def _unit(vector: Floats) -> Floats:
    unit: Floats = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit


def _different(members: Sequence[Member]) -> list[Member]:
    """Return members that can be shown, each wording once.

    Those of another length of vector than the first are another encoder's.
    """
    found: dict[int, Member] = {}
    for each in members:
        if each.text.strip() and each.vector:
            found.setdefault(fingerprint_of(each.text), each)
    shown = list(found.values())
    return [each for each in shown if len(each.vector) == len(shown[0].vector)]
