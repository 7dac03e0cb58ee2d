"""Learn an app: the regression over its texts, and a gate calibrated on its history."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.resolver.matching.calibration.features import cases_of, shortlist
from services.resolver.matching.calibration.gate import Cases
from services.resolver.matching.evidence import Evidence, Texts
from services.resolver.matching.kernel import Kernel, Learned, fit_kernel, spread
from services.resolver.matching.knowledge import Floats
from services.resolver.matching.lexical.cues import cues_of
from services.resolver.matching.lexical.words import Words
from services.resolver.matching.scores import Scores, Usual

Places = NDArray[np.int64]

MOST_IN_KERNEL = 1_500
"""Passages and titles that the regression learns beside what users asked. A larger
catalogue is searched, not learned."""
MOST_CASES = 1_500
"""Past messages that a gate is fitted on."""
MOST_SPOKEN = 500
"""Sentences that the regression learns; where there are more, whole passages say it."""
TAUGHT = 5
"""Texts asked for an outcome from which on its sentences add nothing."""
CHUNK = 250
_LEAST = 0.05
"""Length of a sum that is a direction still, and no rest of rounding."""
_SHRINK = 3
"""Texts that the mean of all candidates is worth beside a candidate's own."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """The regression of one app, and which of its rows are which texts."""

    kernel: Kernel
    learned: Learned
    owners: Places
    asked_from: int
    """Rows from here on are `Evidence.asked`, in order."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One app's texts, ready to be compared with messages."""

    evidence: Evidence
    kernel: Kernel | None
    usual: Usual
    in_kernel: NDArray[np.bool_]
    sums: Floats | None
    """Of the vectors asked for each outcome that was asked for at all."""
    lengths: Floats | None
    """Of `sums`: to measure them takes longer than to compare a message with them."""

    def scores(
        self,
        texts: Sequence[str],
        vectors: Floats | None,
        words: Words,
        *,
        own: Places | None = None,
    ) -> Scores:
        """Return how near each message comes to everything.

        *own* says, where the messages are texts of `asked` themselves, which: a text
        is not compared with itself.
        """
        described, asked = self.evidence.described, self.evidence.asked
        columns, here = self.evidence.columns.none + 1, np.arange(len(texts))
        shared = self.evidence.index.coverages([words.of(text) for text in texts])
        if own is not None:
            shared[here, len(described.owners) + own] = 0
        said = shared[:, : len(described.owners)]
        none = np.zeros((len(texts), columns), dtype=np.float32)
        near = dict.fromkeys(("described", "titled", "spoken", "asked"), none)
        for noun in near:
            known: Texts = getattr(self.evidence, noun)
            if vectors is None or known.vectors is None:
                continue
            close = vectors @ known.vectors.T
            if noun == "asked" and own is not None:
                close[here, own] = 0
            if noun == "described":
                said = said + 2 * close
            near[noun] = known.best(close, columns)
        learned = centre = none
        if vectors is not None and self.sums is not None and self.lengths is not None:
            centre = self._centre(self.sums, self.lengths, vectors, own)
        if vectors is not None and self.kernel is not None and own is None:
            learned = self.kernel.values(vectors)
        return Scores(
            **near,
            learned=learned,
            centre=centre,
            words=described.best(shared[:, : len(described.owners)], columns),
            words_asked=asked.best(shared[:, len(described.owners) :], columns),
            said=said,
            cues=[cues_of(text) for text in texts],
            usual=self.usual,
            in_kernel=self.in_kernel,
            dense=vectors is not None,
        )

    def _centre(
        self, sums: Floats, lengths: Floats, vectors: Floats, own: Places | None
    ) -> Floats:
        """Return how near each message is to the mean direction of each outcome."""
        asked, here = self.evidence.asked, np.arange(len(vectors))
        near = vectors @ sums.T
        if own is not None:
            lengths = np.tile(lengths, (len(vectors), 1))
            at = np.searchsorted(asked.present, asked.owners[own])
            rest = sums[at] - vectors
            near[here, at] = np.einsum("ij,ij->i", vectors, rest)
            lengths[here, at] = np.linalg.norm(rest, axis=1)
        centre = np.zeros((len(vectors), self.evidence.columns.none + 1), np.float32)
        centre[:, asked.present] = near / np.maximum(lengths, _LEAST)
        return centre


def learn(evidence: Evidence) -> tuple[Subject, Lesson | None]:
    """Learn an app from its texts; without vectors there is no regression."""
    lesson = _lesson(evidence)
    in_kernel = np.zeros(evidence.columns.none + 1, dtype=np.bool_)
    if lesson is not None:
        in_kernel[lesson.owners] = True
    kernel = None if lesson is None else lesson.kernel
    asked = evidence.asked
    sums = lengths = None
    if asked.vectors is not None:
        sums = np.add.reduceat(asked.vectors, asked.starts, axis=0)
        lengths = np.linalg.norm(sums, axis=1)
    usual = _usual_of(evidence, lesson)
    return Subject(evidence, kernel, usual, in_kernel, sums, lengths), lesson


def rehearsal(subject: Subject, lesson: Lesson | None, words: Words) -> Cases | None:
    """Return the history, each message as if it were new; None where there is none."""
    evidence = subject.evidence
    past = np.flatnonzero(evidence.past)
    if not len(past):
        return None
    past = past[spread(evidence.asked.owners[past], MOST_CASES)]
    cases = []
    for start in range(0, len(past), CHUNK):
        rows = past[start : start + CHUNK]
        cases.append(_as_if_new(subject, lesson, words, rows))
    return Cases.joined(cases)


def _as_if_new(
    subject: Subject, lesson: Lesson | None, words: Words, rows: Places
) -> Cases:
    asked = subject.evidence.asked
    texts = [asked.texts[row] for row in rows]
    vectors = None if asked.vectors is None else asked.vectors[rows]
    scores = subject.scores(texts, vectors, words, own=rows)
    if lesson is not None:
        left_out = lesson.learned.left_out(rows + lesson.asked_from)
        scores = replace(scores, learned=left_out)
    columns = subject.evidence.columns
    places = shortlist(scores, columns.actions)
    return cases_of(scores, columns, places, right=asked.owners[rows])


def _lesson(evidence: Evidence) -> Lesson | None:
    parts = [*_told(evidence), evidence.asked]
    parts = [each for each in parts if each.vectors is not None]
    vectors = [each.vectors for each in parts if each.vectors is not None]
    if not vectors:
        return None
    owners = np.concatenate([each.owners for each in parts])
    kernel, learned = fit_kernel(
        np.concatenate(vectors), owners, evidence.columns.none + 1
    )
    return Lesson(kernel, learned, owners, len(owners) - len(evidence.asked.owners))


def _told(evidence: Evidence) -> list[Texts]:
    """Return what the regression learns beside what users asked."""
    whole = [evidence.described, evidence.titled]
    if sum(len(each.owners) for each in whole) > MOST_IN_KERNEL:
        return []
    spoken = evidence.spoken
    if spoken.vectors is None or len(spoken.owners) > MOST_SPOKEN:
        return whole
    untaught = evidence.columns.counts[spoken.owners] < TAUGHT
    return [*whole, spoken.only(untaught)]


def _usual_of(evidence: Evidence, lesson: Lesson | None) -> Usual:
    """Return how near the texts of each candidate come to each other."""
    asked, columns = evidence.asked, evidence.columns.none + 1
    if lesson is None or asked.vectors is None:
        nothing = np.zeros(columns, dtype=np.float32)
        return Usual(nothing, nothing)
    here = np.arange(len(asked.owners))
    learned = lesson.learned.left_out(here + lesson.asked_from)[here, asked.owners]
    nearest = np.zeros(len(here), dtype=np.float32)
    for owner in np.unique(asked.owners):
        rows = np.flatnonzero(asked.owners == owner)
        close = asked.vectors[rows] @ asked.vectors[rows].T
        np.fill_diagonal(close, 0)
        nearest[rows] = close.max(axis=1)
    several = evidence.columns.counts[asked.owners] > 1
    return Usual(
        _usual(learned[several], asked.owners[several], columns),
        _usual(nearest[several], asked.owners[several], columns),
    )


def _usual(values: Floats, owners: Places, columns: int) -> Floats:
    if not len(values):
        return np.zeros(columns, dtype=np.float32)
    count = np.bincount(owners, minlength=columns)
    total = np.bincount(owners, weights=values, minlength=columns)
    drawn = (total + _SHRINK * values.mean()) / (count + _SHRINK)
    usual: Floats = drawn.astype(np.float32)
    return usual
