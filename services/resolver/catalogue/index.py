"""Lexical ranking of actions and passages, by their best text and by all they say."""

from collections.abc import Sequence

import numpy as np

from services.resolver.domain.catalogue import Action, Document, Passage
from services.resolver.domain.ranking import MAX_CANDIDATES, Candidate
from services.resolver.matching.lexical import Scores, TextIndex
from services.resolver.matching.words import Words


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
