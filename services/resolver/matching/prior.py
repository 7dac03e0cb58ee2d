"""The gates that ship with the product: one for each kind of encoder and stage of app.

Made by `python -m handrail.eval.prior` from the open development sets; only numbers.
"""

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import orjson

from services.resolver.matching.features import FEATURES
from services.resolver.matching.gate import Cases, Gate

FILE = files("services.resolver.matching") / "prior.json"
WITHOUT_ENCODER = "none"
BELIEF = 300.0
"""Past messages of the app's own that the shipped gate is worth."""
SETTLING = 30.0
"""Past messages after which an app is half way from a fresh to a settled one."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of an app before its own messages say more."""

    fresh: Gate
    """For an app without a history."""
    settled: Gate

    def gate_for(self, history: Cases | None) -> Gate:
        """Return the gate of an app with this *history*."""
        if history is None:
            return self.fresh
        part = len(history.right) / (len(history.right) + SETTLING)
        weights = part * self.settled.weights + (1 - part) * self.fresh.weights
        gate = replace(self.settled, weights=weights)
        return gate.refitted(history, belief=BELIEF)


def prior_for(encoder: str | None) -> Prior:
    """Return the prior for vectors of *encoder*; for an unknown model, the default's.

    An unknown model's similarities are scaled otherwise, until a history corrects it.
    """
    priors = _priors()
    if encoder is None:
        return priors[WITHOUT_ENCODER]
    return priors.get(encoder) or next(iter(priors.values()))


@cache
def _priors() -> dict[str, Prior]:
    read = orjson.loads(FILE.read_bytes())
    return {
        name: Prior(_gate(stages["fresh"]), _gate(stages["settled"]))
        for name, stages in read["encoders"].items()
    }


def _gate(row: dict[str, Any]) -> Gate:
    weights = np.array(row["weights"], dtype=np.float64)
    upper = np.zeros((FEATURES, FEATURES))
    upper[np.triu_indices(FEATURES)] = row["precision"]
    return Gate(weights, upper + np.triu(upper, 1).T)
