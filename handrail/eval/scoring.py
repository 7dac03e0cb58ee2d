"""How good decisions were: each figure of `build/eval.json` from what was decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Marks = NDArray[np.bool_]
Figure = float | None

ACCEPTANCE = 0.95
"""Of the answerable messages: where the recall of misses is read off."""
PRECISION = 0.9
BINS = 15
"""Of equal width, for the calibration error."""
DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Gold:
    """What was right for a message."""

    kind: str
    """`action`, `document` or `escalate`."""
    name: str = ""
    distance: str = ""
    """Of what people must have: `near` what the app can do, or `far` from it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the resolver made of one message."""

    gold: Gold
    kind: str
    """`action`, `document` or `escalate`."""
    name: str
    actions: tuple[str, ...] = ()
    """Names of the candidates, best first."""
    documents: tuple[str, ...] = ()
    best: tuple[str, str] = ("escalate", "")
    """Kind and name of the likeliest candidate, whatever the thresholds."""
    confidence: float = 0.0
    """Its probability."""
    answerable: float = 0.0
    """How likely it is that the app answers this at all."""
    seconds: float = field(default=0.0, compare=False)

    @property
    def is_right(self) -> bool:
        """Return whether the very outcome was chosen that is right."""
        return (self.kind, self.name) == (self.gold.kind, self.gold.name)


def score_decisions(decided: Sequence[Decided]) -> dict[str, Figure]:
    """Return every figure of a decision set; None where nothing asks for it."""
    actions = [each for each in decided if each.gold.kind == "action"]
    documents = [each for each in decided if each.gold.kind == "document"]
    near, far = (_misses(decided, distance) for distance in ("near", "far"))
    ranks = [_rank(each.gold.name, each.documents) for each in documents]
    return {
        "accuracy": share(each.is_right for each in decided),
        "action_accuracy": share(
            _first(each.actions) == each.gold.name for each in actions
        ),
        "action_right": share(each.is_right for each in actions),
        "document_right": share(each.is_right for each in documents),
        "document_recall_1": share(rank == 1 for rank in ranks),
        "document_recall_3": share(0 < rank <= 3 for rank in ranks),  # noqa: PLR2004
        "document_mrr_10": mean(_reciprocal(rank) for rank in ranks),
        "escalate_near": share(each.kind == "escalate" for each in near),
        "escalate_far": share(each.kind == "escalate" for each in far),
        "wrong_action": share(_is_wrong(each, "action") for each in decided),
        "wrong_document": share(_is_wrong(each, "document") for each in decided),
        **_curves(decided, near, far),
    }


def _curves(
    decided: Sequence[Decided], near: Sequence[Decided], far: Sequence[Decided]
) -> dict[str, Figure]:
    answerable = [each for each in decided if each.gold.kind != "escalate"]
    confidence = np.array([each.confidence for each in decided])
    right = np.array(
        [each.best == (each.gold.kind, each.gold.name) for each in decided], dtype=bool
    )
    inside = _scores(answerable)
    return {
        "answered_at_p90": answered_at(
            confidence, right, of=len(answerable), precision=PRECISION
        ),
        "answered_at_p95": answered_at(
            confidence, right, of=len(answerable), precision=0.95
        ),
        "auroc": auroc(inside, _scores([*near, *far])),
        "auroc_near": auroc(inside, _scores(near)),
        "auroc_far": auroc(inside, _scores(far)),
        "recall_at_95_near": recall_of_misses(inside, _scores(near)),
        "recall_at_95_far": recall_of_misses(inside, _scores(far)),
        "ece": calibration_error(confidence, right),
    }


def auroc(inside: Numbers, outside: Numbers) -> Figure:
    """Return how often an answerable message scores above a miss; ties count half."""
    if not len(inside) or not len(outside):
        return None
    ordered = np.sort(outside)
    below = np.searchsorted(ordered, inside, side="left")
    upto = np.searchsorted(ordered, inside, side="right")
    return float((below + upto).mean() / 2 / len(outside))


def recall_of_misses(inside: Numbers, outside: Numbers) -> Figure:
    """Return the share of misses turned away where 95 % of the others are let in."""
    if not len(inside) or not len(outside):
        return None
    return float((outside < np.quantile(inside, 1 - ACCEPTANCE)).mean())


def answered_at(
    confidence: Numbers, right: Marks, *, of: int, precision: float
) -> Figure:
    """Return the largest share of *of* messages answered rightly at a *precision*.

    Messages are answered from the surest down; whatever people should have had counts
    against the precision, and only right answers count as answered.
    """
    if not of:
        return None
    order = np.argsort(-confidence, kind="stable")
    sure, hits = confidence[order], np.cumsum(right[order])
    reached = hits / np.arange(1, len(order) + 1) >= precision
    # A threshold takes all messages of one confidence or none of them.
    reached &= np.append(sure[:-1] != sure[1:], True)
    return float(hits[reached][-1] / of) if reached.any() else 0.0


def calibration_error(confidence: Numbers, right: Marks) -> Figure:
    """Return how far the probabilities are from the shares that came true."""
    if not len(confidence):
        return None
    at = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    told = np.bincount(at, weights=confidence, minlength=BINS)
    true = np.bincount(at, weights=right, minlength=BINS)
    return float(np.abs(told - true).sum() / len(confidence))


def share(marks: Iterable[bool]) -> Figure:
    """Return the share of *marks* that hold, None where there are none."""
    return mean(map(float, marks))


def mean(numbers: Iterable[float]) -> Figure:
    """Return the mean of *numbers*, None where there are none."""
    found = list(numbers)
    return float(np.mean(found)) if found else None


def _misses(decided: Iterable[Decided], distance: str) -> list[Decided]:
    return [
        each
        for each in decided
        if each.gold.kind == "escalate" and each.gold.distance == distance
    ]


def _is_wrong(decided: Decided, kind: str) -> bool:
    return decided.kind == kind and not decided.is_right


def _scores(decided: Iterable[Decided]) -> Numbers:
    return np.array([each.answerable for each in decided], dtype=np.float64)


def _first(names: Sequence[str]) -> str | None:
    return names[0] if names else None


def _rank(name: str, names: Sequence[str]) -> int:
    """Return where *name* stands, from 1; 0 where it is not listed."""
    return names.index(name) + 1 if name in names[:DEEPEST] else 0


def _reciprocal(rank: int) -> float:
    return 1 / rank if rank else 0.0
