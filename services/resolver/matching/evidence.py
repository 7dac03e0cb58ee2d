"""All texts that speak for a candidate, and how near a message comes to each kind.

Three kinds speak for an action or a document: what it says of itself (`described`, a
document by each of its passages), its title (`titled`), and what users asked for it
(`asked`: examples, questions, history). What users asked in vain speaks for "none".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Self

import numpy as np
from numpy.typing import NDArray

from services.resolver.matching.knowledge import (
    Floats,
    Knowledge,
    Vectors,
    described,
    said,
    sentences_of,
    title_of,
)
from services.resolver.matching.lexical.coverage import TextIndex
from services.resolver.matching.lexical.cues import cues_of
from services.resolver.matching.lexical.words import Words

Places = NDArray[np.int64]

MOST_ASKED = 120
"""Texts kept for each outcome: the hundredth example teaches next to nothing."""
MOST_TAUGHT = 10_000
"""Texts kept in all, which bounds memory and the time of a match."""
MANY = 200
"""Owners from which on `Runs` may pay."""
DEAR = 50
"""What numpy's reduceat takes for each owner, beside what `Runs` takes for a text."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Finds the best of each owner's texts, for very many owners of few texts each.

    A run of texts is covered by two runs as long as a power of two, and the best of all
    runs twice as long follows from the best of all runs in one sweep.
    """

    doublings: int
    firsts: Places
    """Where in the table of doublings the two runs of each owner are."""
    lasts: Places

    @classmethod
    def over(cls, starts: Places, texts: int) -> Self | None:
        """Return the runs from *starts*; None where numpy's own way is as fast."""
        counts = np.diff(starts, append=texts)
        doublings = np.frexp(counts)[1].astype(np.int64) - 1
        most = int(doublings.max(initial=0))
        if len(starts) < MANY or texts * (most + 1) > len(starts) * DEAR:
            return None
        firsts = doublings * texts + starts
        return cls(most, firsts, firsts + counts - (1 << doublings))

    def best(self, scores: Floats) -> Floats:
        """Return the best of one message's *scores* for each owner."""
        table = np.empty((self.doublings + 1, len(scores)), dtype=np.float32)
        table[0] = scores
        for at in range(self.doublings):
            half = 1 << at
            short, twice = table[at], table[at + 1, :-half]
            np.maximum(short[:-half], short[half:], out=twice)
        flat = table.reshape(-1)
        best: Floats = np.maximum(flat[self.firsts], flat[self.lasts])
        return best


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of one kind, grouped by whose they are."""

    texts: tuple[str, ...]
    owners: Places
    """Ascending."""
    vectors: Floats | None
    present: Places
    """Who owns any, and where theirs start."""
    starts: Places
    runs: Runs | None

    def best(self, scores: Floats, columns: int) -> Floats:
        """Return, for each message, the best of *scores* for each owner; else 0."""
        best = np.zeros((len(scores), columns), dtype=np.float32)
        if self.runs is not None:
            for row, each in zip(best, scores, strict=True):
                row[self.present] = self.runs.best(each)
        elif len(self.owners):
            best[:, self.present] = np.maximum.reduceat(scores, self.starts, axis=1)
        return best

    def of(self, owner: int) -> tuple[int, int]:
        """Return where the texts of *owner* start and end, if all own some."""
        last = owner + 1 == len(self.starts)
        end = len(self.owners) if last else int(self.starts[owner + 1])
        return int(self.starts[owner]), end

    def only(self, kept: NDArray[np.bool_]) -> "Texts":
        """Return the texts that are *kept*."""
        texts = tuple(compress(self.texts, kept))
        rows = None if self.vectors is None else self.vectors[kept]
        return _grouped(texts, self.owners[kept], rows)


@dataclass(frozen=True, slots=True)
class Columns:
    """The candidates, the actions first, then the documents; at the end "none"."""

    actions: int
    counts: Floats
    """Of the texts asked for each candidate, and in vain."""
    troubled: Floats
    """Share of each candidate's texts that tell of trouble."""
    faulty: Floats
    """1 where a candidate's texts tell of broken software, else 0."""

    taught: Floats = field(init=False)
    """How much each candidate's texts say of how users ask for it, from 0 to 1."""
    mean_taught: float = field(init=False)
    mean_troubled: float = field(init=False)

    def __post_init__(self) -> None:
        """Count once what every message needs."""
        taught, troubled = self.counts / (self.counts + 3), self.troubled[:-1]
        some = self.none > 0
        object.__setattr__(self, "taught", taught)
        object.__setattr__(
            self, "mean_taught", float(taught[:-1].mean()) if some else 0.0
        )
        object.__setattr__(
            self, "mean_troubled", float(troubled.mean()) if some else 0.0
        )

    @property
    def none(self) -> int:
        """Return the column of "none", which is the number of candidates."""
        return len(self.counts) - 1

    def with_actions(self, own: "Columns") -> "Columns":
        """Return these columns with those of *own* actions after the other actions."""
        at = self.actions
        counts, troubled, faulty = (
            np.concatenate([ours[:at], theirs[:-1], ours[at:]])
            for ours, theirs in (
                (self.counts, own.counts),
                (self.troubled, own.troubled),
                (self.faulty, own.faulty),
            )
        )
        return Columns(at + own.actions, counts, troubled, faulty)

    def without_actions(self) -> "Columns":
        """Return the columns of the documents, and "none"."""
        at = self.actions
        return Columns(0, self.counts[at:], self.troubled[at:], self.faulty[at:])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of every candidate."""

    columns: Columns
    described: Texts
    titled: Texts
    spoken: Texts
    """The single sentences of `described`; none in a large app."""
    asked: Texts
    index: TextIndex
    """Of `described`, then `asked`."""
    past: NDArray[np.bool_]
    """Which of `asked` come from the history."""


def evidence_of(
    knowledge: Knowledge, words: Words, vectors: Vectors | None
) -> Evidence:
    """Return the texts of *knowledge*, with their *vectors* where there is a model."""
    actions, documents = knowledge.actions, knowledge.documents
    columns = len(actions) + len(documents)
    own = [(at, described(each)) for at, each in enumerate(actions)]
    titles = [(at, each.title) for at, each in enumerate(actions)]
    for at, document in enumerate(documents, len(actions)):
        own += [(at, said(passage)) for passage in document.passages]
        titles.append((at, title_of(document)))
    kept = _asked(knowledge, columns)
    asked = [(each.owner, each.text) for each in kept]
    counts = np.bincount([at for at, _ in asked], minlength=columns + 1)
    cut = [words.of(text) for _, text in (*own, *asked)]
    return Evidence(
        Columns(
            len(actions),
            counts.astype(np.float32),
            *_signs([*own, *asked], columns),
        ),
        _texts(own, vectors),
        _texts(titles, vectors),
        _texts(sentences_of(knowledge) if vectors is not None else [], vectors),
        _texts(asked, vectors),
        index=TextIndex(cut),
        past=np.array([each.past for each in kept], dtype=np.bool_),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    owner: int
    text: str
    past: bool = False


def _asked(knowledge: Knowledge, columns: int) -> list[_Asked]:
    places: dict[tuple[str, str], int] = {}
    asked: list[_Asked] = []
    for at, action in enumerate(knowledge.actions):
        places["action", action.name] = at
        asked += [_Asked(at, text) for text in action.examples]
    for at, document in enumerate(knowledge.documents, len(knowledge.actions)):
        places["document", document.document_id] = at
        asked += [_Asked(at, text) for text in document.questions]
    for past in knowledge.history:
        # What was right once and is registered no longer is now for people.
        owner = places.get((past.kind, past.name), columns)
        asked.append(_Asked(owner, past.text, past=True))
    asked.sort(key=lambda each: each.owner)
    return _thinned(asked, columns)


def _thinned(asked: list[_Asked], columns: int) -> list[_Asked]:
    """Keep up to `MOST_ASKED` of each owner, evenly; of "none" ten times as many."""
    kept: list[_Asked] = []
    owners = np.array([each.owner for each in asked], dtype=np.int64)
    present = np.unique(owners)
    share = min(MOST_ASKED, MOST_TAUGHT // max(1, len(present)))
    for owner in present:
        rows = np.flatnonzero(owners == owner)
        most = max(1, share) * (10 if owner == columns else 1)
        if len(rows) > most:
            rows = rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
        kept += [asked[row] for row in rows]
    return kept


def _signs(owned: Sequence[tuple[int, str]], columns: int) -> tuple[Floats, Floats]:
    """Return each candidate's share of trouble, and whether it tells of a fault."""
    owners = [at for at, _ in owned]
    signs = [cues_of(text) for _, text in owned]

    def counted(marks: list[bool] | None) -> Floats:
        found = np.bincount(owners, weights=marks, minlength=columns + 1)
        return found.astype(np.float32)

    total = np.maximum(counted(None), 1)
    troubled = counted([each.trouble for each in signs])
    troubled /= total
    return troubled, np.minimum(counted([each.fault for each in signs]), 1)


def _texts(owned: Sequence[tuple[int, str]], vectors: Vectors | None) -> Texts:
    texts = tuple(text for _, text in owned)
    owners = np.array([at for at, _ in owned], dtype=np.int64)
    rows = None
    if vectors is not None and texts:
        rows = np.stack([vectors[text] for text in texts])
    return _grouped(texts, owners, rows)


def _grouped(texts: tuple[str, ...], owners: Places, rows: Floats | None) -> Texts:
    present, starts = np.unique(owners, return_index=True)
    starts = starts.astype(np.int64)
    return Texts(texts, owners, rows, present, starts, Runs.over(starts, len(owners)))
