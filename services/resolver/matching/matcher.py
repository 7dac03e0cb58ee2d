"""All that is learned for one app, and what it says of a message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from services.resolver.domain.catalogue import Action, Document, Passage, merge_actions
from services.resolver.domain.ranking import MAX_CANDIDATES, Candidate
from services.resolver.matching.knowledge import (
    Floats,
    Knowledge,
    Vectors,
    described,
    said,
    texts_of,
)
from services.resolver.matching.lexical import TextIndex
from services.resolver.matching.words import Words


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


@dataclass(frozen=True, slots=True)
class _Side:
    """One side's texts: which entry owns each, their words and their vectors."""

    owners: np.ndarray[tuple[int], np.dtype[np.int64]]
    count: int
    index: TextIndex
    vectors: Floats | None

    def scores(self, query: list[str], vector: Floats | None) -> tuple[Floats, Floats]:
        lexical = np.zeros(self.count, dtype=np.float32)
        dense = np.zeros(self.count, dtype=np.float32)
        np.maximum.at(lexical, self.owners, self.index.scores(query))
        if vector is not None and self.vectors is not None:
            np.maximum.at(dense, self.owners, self.vectors @ vector)
        return lexical, dense


class AppMatcher:
    """Scores every action and passage of one app for a message."""

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        words: Words,
        encoder: Encodes | None,
        vectors: Vectors,
    ) -> None:
        self._knowledge = knowledge
        self._words = words
        self._encoder = encoder
        self._passages = [
            passage for document in knowledge.documents for passage in document.passages
        ]
        self._actions_side = self._side(*_texts_of_actions(knowledge), vectors)
        self._passages_side = self._side(*_texts_of_passages(knowledge), vectors)

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
        known = _completed(texts_of(knowledge), encoder, vectors or {})
        return cls(knowledge, words=words, encoder=encoder, vectors=known)

    def with_actions(
        self, own: tuple[Action, ...], vectors: Vectors | None = None
    ) -> Self:
        """Return the same app with a conversation's own actions added."""
        merged = tuple(merge_actions(self._knowledge.actions, own))
        knowledge = replace(self._knowledge, actions=merged)
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._knowledge = knowledge
        texts, owners, count = _texts_of_actions(knowledge)
        known = _completed(texts, self._encoder, vectors or {})
        other._actions_side = self._side(texts, owners, count, known)
        return other

    def match(
        self, texts: Sequence[str], vectors: Floats | None = None
    ) -> list[Matched]:
        """Return the best candidates for each of *texts*."""
        return [
            self._match(text, None if vectors is None else vectors[at])
            for at, text in enumerate(texts)
        ]

    def _match(self, text: str, vector: Floats | None) -> Matched:
        query = self._words.of(text)
        actions = _scored(self._actions_side, query, vector)
        passages = _scored(self._passages_side, query, vector)
        # The zero stands for "none of them", which a candidate must beat.
        best = _best_of_documents(self._passages, passages)
        total = 1 + float(actions.odds.sum()) + sum(passages.odds[at] for at in best)
        order = np.argsort(-actions.odds, kind="stable")[:MAX_CANDIDATES]
        own = self._knowledge.actions
        return Matched(
            tuple(actions.candidate(at, total, entry=own[at]) for at in order),
            tuple(
                passages.candidate(at, total, entry=self._passages[at])
                for at in best[:MAX_CANDIDATES]
            ),
        )

    def _side(
        self, texts: Sequence[str], owners: Sequence[int], count: int, vectors: Vectors
    ) -> _Side:
        index = TextIndex([self._words.of(text) for text in texts])
        dense = None
        if self._encoder is not None and texts:
            dense = np.stack([vectors[text] for text in texts])
        return _Side(np.array(owners, dtype=np.int64), count, index, dense)


@dataclass(frozen=True, slots=True)
class _Scored:
    odds: Floats
    lexical: Floats
    dense: Floats

    def candidate(self, at: int, total: float, *, entry: Action | Passage) -> Candidate:
        return Candidate(
            float(self.odds[at] / total),
            action=entry if isinstance(entry, Action) else None,
            passage=entry if isinstance(entry, Passage) else None,
            lexical=float(self.lexical[at]),
            dense=float(self.dense[at]),
        )


def _scored(side: _Side, query: list[str], vector: Floats | None) -> _Scored:
    lexical, dense = side.scores(query, vector)
    if vector is None:
        logits = 10 * (lexical - 0.7)
    else:
        logits = 14 * (0.75 * dense + 0.25 * lexical - 0.5)
    return _Scored(np.exp(logits).astype(np.float32), lexical, dense)


def _best_of_documents(passages: Sequence[Passage], scored: _Scored) -> list[int]:
    """Return where the best passage of each document is, best first."""
    found: dict[str, int] = {}
    for at in np.argsort(-scored.odds, kind="stable"):
        found.setdefault(passages[at].document_id, int(at))
    return list(found.values())


def _texts_of_actions(knowledge: Knowledge) -> tuple[list[str], list[int], int]:
    texts: list[str] = []
    owners: list[int] = []
    names: dict[str, int] = {}
    for at, action in enumerate(knowledge.actions):
        own = [described(action), *action.examples]
        texts += own
        owners += [at] * len(own)
        names[action.name] = at
    for past in knowledge.history:
        if past.kind == "action" and past.name in names:
            texts.append(past.text)
            owners.append(names[past.name])
    return texts, owners, len(knowledge.actions)


def _texts_of_passages(knowledge: Knowledge) -> tuple[list[str], list[int], int]:
    texts: list[str] = []
    owners: list[int] = []
    at = 0
    for document in knowledge.documents:
        asked = [*document.questions, *_asked(knowledge, document)]
        for passage in document.passages:
            own = [said(passage), *asked]
            texts += own
            owners += [at] * len(own)
            at += 1
    return texts, owners, at


def _asked(knowledge: Knowledge, document: Document) -> list[str]:
    return [
        past.text
        for past in knowledge.history
        if past.kind == "document" and past.name == document.document_id
    ]


def _completed(
    texts: Sequence[str], encoder: Encodes | None, vectors: Vectors
) -> Vectors:
    if encoder is None:
        return {}
    missing = [text for text in dict.fromkeys(texts) if text not in vectors]
    if not missing:
        return vectors
    return {**vectors, **dict(zip(missing, encoder.encode(missing), strict=True))}
