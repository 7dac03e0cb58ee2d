"""What grouping goes by: one setting for all apps, chosen on open streams.

How they were chosen, and what near values give: docs/patterns.md.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rules:
    """Similarities from which on things belong together."""

    join: float
    """An escalation and a pattern; see `score_of`."""
    merge: float
    """Two patterns: the mean cosine of their members, smoothed."""


SIDE_BY_SIDE: Final = Rules(join=0.39, merge=0.5)
ALONE: Final = {
    "bge-": Rules(join=0.39, merge=0.55),
    "minilm-": Rules(join=0.4, merge=0.5),
    "wordllama-": Rules(join=0.35, merge=0.5),
    "ngrams-": Rules(join=0.25, merge=0.5),
}
"""By how an encoder's name begins."""
UNKNOWN: Final = Rules(join=0.4, merge=0.55)
"""For an encoder that nobody measured here."""
SHARES: Final = (0.4, 0.6)
"""Of MiniLM and of bge, side by side, in a similarity; from 0.3 to 0.5 both serve."""
YOUNG: Final = 10
"""Escalations until an app's own mean counts as much as that of all apps."""


def rules_of(encoder: str) -> Rules:
    """Return the rules for vectors of *encoder*."""
    if "+" in encoder:
        return SIDE_BY_SIDE
    known = (rules for name, rules in ALONE.items() if encoder.startswith(name))
    return next(known, UNKNOWN)


def prior_mean(encoder: str, dimensions: int) -> NDArray[np.float64]:
    """Return the mean vector (d,) of escalations of any app; zeros if not known."""
    known = _means().get(encoder)
    if known is None or len(known) != dimensions:
        return np.zeros(dimensions)
    return np.array(known, dtype=np.float64)


def scale_of(encoder: str, dimensions: int) -> NDArray[np.float64]:
    """Return what each number of a vector (d,) counts for: 1 on the average square."""
    if "+" not in encoder or dimensions % len(SHARES):
        return np.ones(dimensions)
    shares = np.array(SHARES) * len(SHARES)
    return np.repeat(np.sqrt(shares), dimensions // len(SHARES))


@cache
def _means() -> dict[str, list[float]]:
    path = files("services.analytics.domain.patterns") / "data" / "prior_mean.json"
    means: dict[str, list[float]] = json.loads(path.read_text("utf8"))
    return means
