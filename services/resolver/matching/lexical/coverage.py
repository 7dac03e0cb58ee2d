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
from itertools import pairwise

import bm25s
import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Impacts = tuple[NDArray[np.int32], Scores]
"""Of one word: the texts that hold it, and what it counts in each."""

# It tells of every index that it builds, at a level of its own.
logging.getLogger("bm25s").setLevel(logging.WARNING)

K1 = 0.8
B = 0.5
"""Chosen on the labelled history of bank-3ex-300hist and the queries of
bank-0ex-0hist: short texts gain little from a repeated word."""
BACKGROUND = 50
"""Blank texts added to every index. In an app of one action every word is in all
texts, which would make each worth nothing; among fifty others it is worth its due."""
COMMON = 8
"""A word is common if more than one text in so many holds it. It is kept as a row of
all texts: to add a row takes a tenth of the time of adding text by text, and requests
are mostly made of such words."""
_BLANK = "\x00"
_NOTHING: Impacts = (np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))


class TextIndex:
    """Scores a query's words against texts."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        held = Counter(word for text in texts for word in set(text))
        words = sorted(held, key=lambda word: (-held[word], word))
        total = len(texts) + BACKGROUND
        self._places = {word: place for place, word in enumerate(words)}
        self._weights = [_weight(total, held[word]) / (1 + K1) for word in words]
        self._unknown = _weight(total, 0) / (1 + K1)
        self._sums = _Sums(len(texts), _impacts(texts, words))

    def coverage(self, query: Iterable[str]) -> Scores:
        """Return how well each text covers *query*: 1 is well, more is better still."""
        covered: Scores = self.coverages([query])[0]
        return covered

    def coverages(self, queries: Sequence[Iterable[str]]) -> Scores:
        """Return the coverage of each of *queries*, query x text."""
        covered = np.zeros((len(queries), self._sums.texts), dtype=np.float32)
        for row, query in zip(covered, queries, strict=True):
            words = set(query)
            found = [self._places.get(word) for word in words]
            places = sorted(place for place in found if place is not None)
            if not places:
                continue
            self._sums.add(places, row)
            full = sum(self._weights[place] for place in places)
            full += self._unknown * (len(words) - len(places))
            np.divide(row, full, out=row)
        return covered


def _impacts(texts: Sequence[Sequence[str]], words: Sequence[str]) -> list[Impacts]:
    """Return, for each of *words*, which texts hold it and what it counts in each."""
    length = max(1, round(sum(map(len, texts)) / max(1, len(texts))))
    padded = [list(text) or [_BLANK] for text in texts]
    padded += [[_BLANK] * length] * BACKGROUND
    index = bm25s.BM25(method="lucene", k1=K1, b=B)
    index.index(padded, show_progress=False)
    starts = index.scores["indptr"].tolist()
    spans = [slice(*starts[at : at + 2]) for at in map(index.vocab_dict.get, words)]
    rows, counted = index.scores["indices"], index.scores["data"]
    return [(rows[span], counted[span]) for span in spans]


class _Sums:
    """Adds up, text by text, what the words of a query count.

    bm25s works out what each word counts; `BM25.get_scores` would add that up too, but
    takes five times as long in a large app, as it treats all words alike.
    """

    def __init__(self, texts: int, impacts: Sequence[Impacts]) -> None:
        """Take the *impacts* of each word, those of the commonest first."""
        self.texts = texts
        commons = sum(len(rows) * COMMON > texts for rows, _ in impacts)
        self._common = np.zeros((commons, texts), dtype=np.float32)
        for sums, (rows, counted) in zip(self._common, impacts, strict=False):
            sums[rows] = counted
        rare = impacts[commons:] or [_NOTHING]
        self._rows = np.concatenate([rows for rows, _ in rare]).astype(np.intp)
        self._counted = np.concatenate([counted for _, counted in rare])
        ends = np.cumsum([len(rows) for rows, _ in rare]).tolist()
        self._spans = [slice(*each) for each in pairwise([0, *ends])]

    def add(self, places: Sequence[int], sums: Scores) -> None:
        """Add to each text's sum what the words at *places* count in it."""
        commons = len(self._common)
        rare = []
        for place in places:
            if place < commons:
                sums += self._common[place]
            else:
                rare.append(self._spans[place - commons])
        if rare:
            rows = np.concatenate([self._rows[span] for span in rare])
            counted = np.concatenate([self._counted[span] for span in rare])
            np.add.at(sums, rows, counted)


def _weight(total: int, count: int) -> float:
    return math.log(1 + (total - count + 0.5) / (count + 0.5))
