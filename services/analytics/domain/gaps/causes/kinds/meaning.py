"""What sentence vectors say of a message's kind, beside its terms."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from services.analytics.domain.gaps.causes.kinds.regression import (
    Floats,
    fit_weights,
    shares_of,
)
from services.analytics.domain.gaps.causes.kinds.terms import first_line, whole

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts -> one row of length one for each, shape (texts, d)."""

TRUST = 3.0
"""How much the labels weigh against plain weights; chosen on held-out issues."""
SHARE = 0.5
"""What a vector's word weighs against that of the terms, which know kinds better."""
READ_CHARS = 1500
"""Of one message: an encoder reads no more of it."""
LEAST_SHARE = 1e-6

_UNREADABLE = re.compile(
    r"<!--.*?(?:-->|$)|```.*?(?:```|$)|!?\[[^\]]*\]\([^)]*\)|https?://\S+", re.DOTALL
)
"""Comments of templates, code, pictures and links: no encoder learned to read them."""


@dataclass(frozen=True, slots=True)
class MeaningHead:
    """A linear model over the vectors of the first line and of the whole."""

    encode: Encode
    centre: Floats
    """The mean of what was learned from, shape (2 d,)."""
    weights: Floats
    """Shape (2 d + 1, kinds)."""

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Return how likely each kind is, shape (texts, kinds)."""
        rows = vectors_of(texts, self.encode) - self.centre
        return shares_of(csr_array(rows), self.weights)


def fit_meaning(
    texts: Sequence[str], classes: NDArray[np.int64], *, encode: Encode, n: int
) -> MeaningHead:
    """Return what the vectors of *texts* teach of their *classes*."""
    rows = vectors_of(texts, encode)
    centre = rows.mean(axis=0)
    weights = fit_weights(csr_array(rows - centre), classes, n=n, c=TRUST)
    return MeaningHead(encode, centre, weights)


def vectors_of(texts: Sequence[str], encode: Encode) -> Floats:
    """Return the vectors of first lines and of whole texts, shape (texts, 2 d)."""
    read = read_by_encoder(texts)
    parts = encode(read[: len(texts)]), encode(read[len(texts) :])
    return np.hstack(parts).astype(np.float64)


def read_by_encoder(texts: Sequence[str]) -> list[str]:
    """Return what an encoder is given of *texts*: all first lines, then all wholes."""
    read = [readable(text) for text in texts]
    return [*(first_line(text) for text in read), *read]


def readable(text: str) -> str:
    """Return *text* without what an encoder cannot read."""
    return _UNREADABLE.sub(" ", whole(text))[:READ_CHARS].strip()


def mixed(by_terms: Floats, by_meaning: Floats) -> Floats:
    """Return one probability of two, shape (texts, kinds): the weighted product."""
    logs = np.log(by_terms + LEAST_SHARE) + SHARE * np.log(by_meaning + LEAST_SHARE)
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    found: Floats = shares / shares.sum(axis=1, keepdims=True)
    return found
