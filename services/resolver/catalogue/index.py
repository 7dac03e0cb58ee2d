"""Lexical ranking of actions and passages with BM25.

Adapter to `bm25s` (Apache-2.0, kept by the author of its paper, numpy only, several
times faster than rank-bm25 on a catalogue and with no server to run) and `PyStemmer`
(the Snowball project's own binding). Neither is known outside this package.

A raw BM25 score says nothing by itself: it grows with the query. Here it is divided by
what a text of average length would score that holds every word of the query once, and
words that no text knows count in full. So 1 means that the request is covered, and a
long request that shares one common word with a text is near 0.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from services.resolver.catalogue.words import Words
from services.resolver.domain.catalogue import Action, Document, Passage
from services.resolver.domain.ranking import MAX_CANDIDATES, Candidate

Scores = NDArray[np.float32]

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

    def scores(self, query: Iterable[str]) -> Scores:
        """Return each text's score for the words of *query*."""
        words = set(query)
        known = sorted(word for word in words if word in self._weights)
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        full = sum(self._weights[word] for word in known)
        full += self._unknown * (len(words) - len(known))
        raw: Scores = self._index.get_scores(known)[: self._count]
        scores: Scores = np.minimum(raw / full, 1).astype(np.float32)
        return scores


def _weight(total: int, count: int) -> float:
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


class ActionIndex:
    """Ranks actions: each by its best single text, and by all it says together.

    A request that repeats one example word by word is certain; otherwise both views
    must agree, which halves the wrong actions on the development sets.
    """

    def __init__(self, actions: Sequence[Action], words: Words) -> None:
        self._actions = list(actions)
        self._words = words
        owners: list[int] = []
        singles: list[list[str]] = []
        wholes: list[list[str]] = []
        for at, action in enumerate(actions):
            texts = [f"{action.title} {action.description}", *action.examples]
            cut = [words.of(text) for text in texts]
            owners += [at] * len(cut)
            singles += cut
            wholes.append([word for text in cut for word in text])
        self._owners = np.array(owners, dtype=np.int64)
        self._singles = TextIndex(singles)
        self._wholes = TextIndex(wholes)
        self.entries = len(singles) + len(wholes)

    def rank(self, text: str) -> tuple[Candidate, ...]:
        """Return the best actions for *text*, best first."""
        if not self._actions:
            return ()
        query = self._words.of(text)
        best = np.zeros(len(self._actions), dtype=np.float32)
        np.maximum.at(best, self._owners, self._singles.scores(query))
        scores = _fused(best, self._wholes.scores(query))
        order = np.argsort(-scores, kind="stable")[:MAX_CANDIDATES]
        return tuple(
            Candidate(float(scores[at]), action=self._actions[at])
            for rank, at in enumerate(order)
            if _worth_listing(rank, scores[at])
        )


class PassageIndex:
    """Ranks documents, each by the passage of it that answers best."""

    def __init__(self, documents: Sequence[Document], words: Words) -> None:
        self._words = words
        self._passages: list[Passage] = []
        self._documents: list[int] = []
        singles: list[list[str]] = []
        wholes: list[list[str]] = []
        asked: list[list[str]] = []
        self._askers: list[int] = []
        for at, document in enumerate(documents):
            questions = [words.of(question) for question in document.questions]
            asked += questions
            self._askers += [at] * len(questions)
            for passage in document.passages:
                cut = words.of(_said(passage))
                self._passages.append(passage)
                self._documents.append(at)
                singles.append(cut)
                wholes.append([*cut, *(word for text in questions for word in text)])
        self._count = len(documents)
        self._singles = TextIndex(singles)
        self._wholes = TextIndex(wholes)
        self._asked = TextIndex(asked)
        self.entries = len(singles) + len(wholes) + len(asked)

    def rank(self, text: str) -> tuple[Candidate, ...]:
        """Return the best passage of each of the best documents, best first."""
        if not self._passages:
            return ()
        query = self._words.of(text)
        asked = np.zeros(self._count, dtype=np.float32)
        if self._askers:
            np.maximum.at(asked, self._askers, self._asked.scores(query))
        alone = self._singles.scores(query)
        best = np.maximum(alone, asked[self._documents])
        scores = _fused(best, self._wholes.scores(query))
        # Of a document whose question was asked, the passage closest to it answers.
        order = np.lexsort((-alone, -scores))
        found: dict[int, Candidate] = {}
        for at in order:
            document = self._documents[at]
            if not _worth_listing(len(found), scores[at]):
                break
            if document not in found:
                found[document] = Candidate(
                    float(scores[at]), passage=self._passages[at]
                )
                if len(found) == MAX_CANDIDATES:
                    break
        return tuple(found.values())


def _fused(best: Scores, whole: Scores) -> Scores:
    fused: Scores = np.maximum(best, (best + whole) / 2)
    return fused


def _worth_listing(rank: int, score: float) -> bool:
    """Leave out what shares no word, the first aside: it shows that we looked."""
    return rank == 0 or score > 0


def _said(passage: Passage) -> str:
    return " ".join((passage.title, *passage.headings, passage.text))
