"""Whether two askings are one question: its words, and what was found for them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp

import numpy as np
import numpy.typing as npt

from services.analytics.domain.outcomes.history import Asking
from services.analytics.domain.patterns.words import WordCutter

Vector = npt.NDArray[np.float32]

SAME = 0.5
"""From this likeness on two askings are one question."""
SAME_AFTER_FAILURE = 0.4
"""The same right after an answer that failed: then most people say it again."""
UNKNOWN = 0.5
"""What counts for what was found where one of the two was not searched for."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Of a logistic regression; fitted on the simulation's dev half."""

    words: float
    cosine: float
    found: float
    none: float


BY_WORDS = Weights(words=12.2, cosine=0.0, found=3.0, none=-4.9)
BY_MEANING = Weights(words=3.7, cosine=20.9, found=3.6, none=-14.8)
MEANING = "minilm-l6-v2-int8+bge-small-en-v1.5-q8"
"""The encoder whose cosines these weights are for."""
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_PREFIX_CHARS = 5
"""Words this long may end in another way, or have a letter wrong, and be the same."""
_LONG = 8
"""Longer words count like these: they are longer, not more telling."""


Likeness = Callable[[Asking, Asking], float]
"""Tells how alike two askings are, from 0 to 1."""


def likeness(one: Asking, other: Asking) -> float:
    """Return how likely two askings are one question, by words and what was found.

    The words say much; where both were searched for, what was found first says more:
    the same document for words that share little is the same question, another one for
    the same words ("cancel my card", "cancel my order") is another.
    """
    return _weighed(BY_WORDS, one, other, cosine=0.0)


def likeness_by(vectors: Mapping[str, Vector]) -> Likeness:
    """Return what tells likeness by meaning too, of texts that have a vector.

    *vectors*: of length one each, of the encoder named `MEANING`.
    """

    def alike(one: Asking, other: Asking) -> float:
        ours, theirs = vectors.get(one.text), vectors.get(other.text)
        if ours is None or theirs is None:
            return likeness(one, other)
        return _weighed(BY_MEANING, one, other, cosine=float(ours @ theirs))

    return alike


def _weighed(weights: Weights, one: Asking, other: Asking, *, cosine: float) -> float:
    if not one.text.strip() or not other.text.strip():
        return 0.0
    if _numbers(one.text) != _numbers(other.text):
        return 0.0  # "error 500" is not "error 404"
    found = UNKNOWN
    if one.tried and other.tried:
        found = float(one.tried[0] == other.tried[0])
    language = one.language or other.language or "en"
    sum_of = (
        weights.none
        + weights.words * words_alike(one.text, other.text, language)
        + weights.cosine * cosine
        + weights.found * found
    )
    return 1 / (1 + exp(-sum_of))


def words_alike(one: str, other: str, language: str) -> float:
    """Return the share of telling words that both have, by their length: 0 to 1."""
    ours, theirs = _stems(one, language), _stems(other, language)
    if not ours or not theirs:
        return 0.0
    left, right = set(ours), set(theirs)
    both = left & right
    shared = 2 * sum(map(_weight, both))
    left, right = left - both, right - both
    for word in sorted(left):
        twin = next((each for each in sorted(right) if _is_near(word, each)), None)
        if twin is not None:
            right.discard(twin)
            shared += _weight(word) + _weight(twin)
    return shared / (sum(map(_weight, ours)) + sum(map(_weight, theirs)))


@lru_cache(maxsize=4096)
def _stems(text: str, language: str) -> frozenset[str]:
    return frozenset(_cutter(language.partition("-")[0].lower()).stems(text))


@lru_cache(maxsize=64)
def _cutter(language: str) -> WordCutter:
    return WordCutter(language)


def _numbers(text: str) -> frozenset[str]:
    return frozenset(_DIGITS.findall(text))


def _weight(word: str) -> int:
    return max(3, min(len(word), _LONG))


def _is_near(one: str, other: str) -> bool:
    """Return whether one word is the other with a letter wrong or another ending."""
    short, long = sorted((one, other), key=len)
    if len(short) < _PREFIX_CHARS or len(long) - len(short) > _PREFIX_CHARS:
        return False
    if long.startswith(short):
        return True
    if len(long) - len(short) > 1:
        return False
    start = 0
    while start < len(short) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or a[:2] == b[:2][::-1]
