"""The gates that ship with the product: one for each kind of encoder and stage of app.

Made by `python -m handrail.eval.prior` from the open development sets; only numbers.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import orjson

from services.resolver.matching.calibration.features import CANDIDATE_FEATURES, FEATURES
from services.resolver.matching.calibration.gate import Cases, Gate, Logit

FILE = files("services.resolver.matching.calibration") / "prior.json"
WITHOUT_ENCODER = "none"
BELIEF = 300.0
"""Past messages of the app's own that the shipped gate is worth."""
FEW = 6
MANY = 16
"""Outcomes up to which an app has a handful, and from which on it has many."""
SETTLING = 30.0
"""Past messages after which an app is half way from a fresh to a settled one."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of an app before its own messages say more."""

    few: Gate
    """For an app with a handful of actions and documents, and no history."""
    fresh: Gate
    """For an app without a history."""
    settled: Gate

    def gate_for(self, outcomes: int, history: Cases | None) -> Gate:
        """Return the gate of an app with so many *outcomes* and this *history*."""
        size = np.log(max(outcomes, 1) / FEW) / np.log(MANY / FEW)
        new = self.few.towards(self.fresh, float(np.clip(size, 0, 1)))
        if history is None:
            return new
        part = len(history.right) / (len(history.right) + SETTLING)
        return new.towards(self.settled, part).refitted(history, belief=BELIEF)


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
        name: Prior(**{stage: _gate(row) for stage, row in stages.items()})
        for name, stages in read["encoders"].items()
    }


def _gate(row: dict[str, Any]) -> Gate:
    return Gate(
        _logit(row["trust"], FEATURES), _logit(row["choice"], CANDIDATE_FEATURES)
    )


def _logit(row: dict[str, Any], features: int) -> Logit:
    weights = np.array(row["weights"], dtype=np.float64)
    upper = np.zeros((features, features))
    upper[np.triu_indices(features)] = row["precision"]
    return Logit(weights, upper + np.triu(upper, 1).T)
