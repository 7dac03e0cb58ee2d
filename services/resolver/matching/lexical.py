"""How far texts cover the words of a request, by BM25.

Adapter to `bm25s` (Apache-2.0, kept by the author of its paper, numpy only, several
times faster than rank-bm25 on a catalogue and with no server to run).

A raw BM25 score says nothing by itself: it grows with the query. Here it is divided by
what a text of average length would score that holds every word of the query once, and
words that no text knows count in full. So 1 means that the request is covered, and a
long request that shares one common word with a text is near 0.
"""

import logging
import math
from collections import Counter
from collections.abc import Iterable, Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

# It tells of every index that it builds, at a level of its own.
logging.getLogger("bm25s").setLevel(logging.WARNING)

K1 = 0.8
B = 0.5
"""Chosen on the labelled history of bank-3ex-300hist and the queries of
bank-0ex-0hist: short texts gain little from a repeated word."""
BACKGROUND = 50
"""Blank texts added to every index. In an app of one action every word is in all
texts, which would make each worth nothing; among fifty others it is worth its due."""
_BLANK = "\x00"


class TextIndex:
    """Scores a query's words against texts, each from 0 to 1."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._count = len(texts)
        length = max(1, round(sum(map(len, texts)) / max(1, len(texts))))
        padded = [list(text) or [_BLANK] for text in texts]
        padded += [[_BLANK] * length] * BACKGROUND
        self._index = bm25s.BM25(method="lucene", k1=K1, b=B)
        self._index.index(padded, show_progress=False)
        total = len(padded)
        seen = Counter(word for text in texts for word in set(text))
        self._weights = {
            word: _weight(total, count) / (1 + K1) for word, count in seen.items()
        }
        self._unknown = _weight(total, 0) / (1 + K1)

    def coverage(self, query: Iterable[str]) -> Scores:
        """Return how well each text covers *query*: 1 is well, more is better still."""
        words = set(query)
        known = sorted(word for word in words if word in self._weights)
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        full = sum(self._weights[word] for word in known)
        full += self._unknown * (len(words) - len(known))
        raw: Scores = self._index.get_scores(known)[: self._count]
        covered: Scores = (raw / full).astype(np.float32)
        return covered

    def scores(self, query: Iterable[str]) -> Scores:
        """Return each text's coverage of *query*, 1 at most."""
        scores: Scores = np.minimum(self.coverage(query), 1)
        return scores


def _weight(total: int, count: int) -> float:
    return math.log(1 + (total - count + 0.5) / (count + 0.5))
