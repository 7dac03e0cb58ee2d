"""All that is learned for one app, and what it says of a message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from services.resolver.domain.catalogue import Action, Passage, merge_actions
from services.resolver.domain.ranking import MAX_CANDIDATES, Candidate
from services.resolver.matching.calibration.features import cases_of, shortlist
from services.resolver.matching.calibration.gate import Doubles, Gate, Places
from services.resolver.matching.calibration.prior import prior_for
from services.resolver.matching.evidence import Columns, evidence_of
from services.resolver.matching.knowledge import Floats, Knowledge, Vectors, texts_of
from services.resolver.matching.learning import Subject, learn, rehearsal
from services.resolver.matching.lexical.words import Words
from services.resolver.matching.scores import Scores


class Encodes(Protocol):
    """Turns texts into vectors of length one."""

    @property
    def name(self) -> str: ...
    def encode(self, texts: Sequence[str], /) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Matched:
    """The best actions and passages for one message, best first."""

    actions: tuple[Candidate, ...] = ()
    passages: tuple[Candidate, ...] = ()
    none: float = 1.0
    """How likely nothing registered is right."""


@dataclass(frozen=True, slots=True)
class AppMatcher:
    """Scores every action and document of one app for a message."""

    _stored: tuple[Action, ...]
    _own: tuple[Action, ...]
    _words: Words
    _encoder: Encodes | None
    _gate: Gate
    _subject: Subject
    _passages: tuple[Passage, ...]
    """In the order of the described texts, those of actions aside."""
    _own_subject: Subject | None = None
    _of_documents: bool = False

    @classmethod
    def build(
        cls,
        knowledge: Knowledge,
        *,
        words: Words,
        encoder: Encodes | None,
        vectors: Vectors | None = None,
    ) -> Self:
        """Learn *knowledge*. Takes seconds for a large app: run it in a thread."""
        # A page of nothing but markup has no passage, and so nothing to answer with.
        answering = tuple(each for each in knowledge.documents if each.passages)
        knowledge = replace(knowledge, documents=answering)
        known = _completed(texts_of(knowledge), encoder, vectors)
        evidence = evidence_of(knowledge, words, known)
        subject, lesson = learn(evidence)
        prior = prior_for(encoder.name if encoder else None)
        return cls(
            knowledge.actions,
            (),
            words,
            encoder,
            prior.gate_for(evidence.columns.none, rehearsal(subject, lesson, words)),
            subject,
            tuple(each for page in knowledge.documents for each in page.passages),
        )

    def with_actions(
        self, own: tuple[Action, ...], vectors: Vectors | None = None
    ) -> Self:
        """Return the same app with a conversation's own actions added."""
        names = {each.name for each in self._stored}
        added = tuple(each for each in merge_actions((), own) if each.name not in names)
        if not added:
            return self
        knowledge = Knowledge(added)
        known = _completed(texts_of(knowledge), self._encoder, vectors)
        subject, _ = learn(evidence_of(knowledge, self._words, known))
        return replace(self, _own=added, _own_subject=subject)

    def of_documents(self) -> Self:
        """Return the same app as if its documents were all that it had.

        An action that was sure enough to be called leaves a document next to nothing
        of the probability, so after it failed the documents are weighed alone.
        """
        return replace(self, _own=(), _own_subject=None, _of_documents=True)

    def match(
        self,
        texts: Sequence[str],
        vectors: Floats | None = None,
        *,
        most: int = MAX_CANDIDATES,
    ) -> list[Matched]:
        """Return up to *most* candidates of each kind for each of *texts*."""
        scores, columns = self._scores(texts, vectors)
        if not columns.none:
            return [Matched()] * len(texts)
        places = shortlist(scores, columns.actions)
        chances = self._gate.chances(cases_of(scores, columns, places))
        return [
            self._matched(scores, columns, row, places[row], chances[row], most)
            for row in range(len(texts))
        ]

    def _scores(
        self, texts: Sequence[str], vectors: Floats | None
    ) -> tuple[Scores, Columns]:
        scores = self._subject.scores(texts, vectors, self._words)
        columns = self._subject.evidence.columns
        if self._of_documents:
            return scores.after(columns.actions), columns.without_actions()
        if self._own_subject is None:
            return scores, columns
        own = self._own_subject.scores(texts, vectors, self._words)
        wider = columns.with_actions(self._own_subject.evidence.columns)
        return scores.with_actions(own, columns.actions), wider

    def _matched(
        self,
        scores: Scores,
        columns: Columns,
        row: int,
        places: Places,
        chances: Doubles,
        most: int,
    ) -> Matched:
        actions: list[Candidate] = []
        passages: list[Candidate] = []
        parts = scores.parts(row, places)
        sure, listed = chances.tolist(), places.tolist()
        for at in np.argsort(-chances[:-1], kind="stable").tolist():
            column = listed[at]
            if column < 0:
                continue
            found = actions if column < columns.actions else passages
            if len(found) < most:
                entry = self._entry(scores, columns, row, column)
                found.append(_candidate(entry, sure[at], parts[at]))
        return Matched(tuple(actions), tuple(passages), sure[-1])

    def _entry(
        self, scores: Scores, columns: Columns, row: int, column: int
    ) -> Action | Passage:
        if column < columns.actions:
            stored = len(self._stored)
            known = column < stored
            return self._stored[column] if known else self._own[column - stored]
        # Of a document, the passage that says it best.
        owner = column - len(self._own)
        if self._of_documents:
            owner += len(self._stored)
        start, end = self._subject.evidence.described.of(owner)
        best = start
        if end - start > 1:
            best += int(scores.said[row, start:end].argmax())
        passage: Passage = self._passages[best - len(self._stored)]
        return passage


def _candidate(
    entry: Action | Passage, chance: float, parts: tuple[float, float]
) -> Candidate:
    return Candidate(
        chance,
        action=entry if isinstance(entry, Action) else None,
        passage=entry if isinstance(entry, Passage) else None,
        lexical=parts[0],
        dense=parts[1],
    )


def _completed(
    texts: Sequence[str], encoder: Encodes | None, vectors: Vectors | None
) -> Vectors | None:
    """Return a vector of each of *texts*; None where there is no model."""
    if encoder is None:
        return None
    known = vectors or {}
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if not missing:
        return known
    return {**known, **dict(zip(missing, encoder.encode(missing), strict=True))}
