"""Which pattern an escalation joins, or that it founds one: a streaming leader.

Nothing here depends on the order in which patterns are restored: sums are whole
numbers, and of two equally close patterns the one with the smaller id wins.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from services.analytics.domain.patterns.because import (
    because_founded,
    because_joined,
    because_same_words,
)
from services.analytics.domain.patterns.centroids import Centroids, Sums
from services.analytics.domain.patterns.changing import (
    centres_of,
    merged_states,
    split_states,
    sum_of,
)
from services.analytics.domain.patterns.items import (
    MAX_FINGERPRINTS,
    MAX_REPRESENTATIVE_CHARS,
    Assignment,
    Centre,
    Item,
    PatternState,
    Steps,
    pattern_id_of,
    to_steps,
)
from services.analytics.domain.patterns.rules import prior_mean, rules_of, scale_of
from services.analytics.domain.patterns.words import (
    WordCutter,
    count_stems,
    fingerprint_of,
    rarest,
)


@dataclass(slots=True)
class _Pattern:
    rows: list[int]
    """Its own centre, then those of patterns that it absorbed."""
    count: int
    representative: bytes
    text: str
    prints: list[int] = field(default_factory=list)


class PatternIndex:
    """The patterns of one app and language, by the vectors of one encoder."""

    def __init__(self, encoder: str, dimensions: int, *, language: str = "en") -> None:
        self._rules = rules_of(encoder)
        self._words = WordCutter(language)
        self._centroids = Centroids(
            prior_mean(encoder, dimensions), scale_of(encoder, dimensions)
        )
        self._patterns: dict[str, _Pattern] = {}
        self._ids: dict[int, str] = {}
        self._prints: dict[int, str] = {}
        self._texts_with: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._patterns)

    def __contains__(self, pattern_id: object) -> bool:
        return pattern_id in self._patterns

    def assign(self, item: Item) -> Assignment:
        """Return the pattern of *item*, and remember that it belongs there."""
        steps = to_steps(item.vector)
        mark = fingerprint_of(item.text)
        known = self._prints.get(mark)
        if known is not None:
            self._join(self._patterns[known].rows[0], steps, mark)
            return Assignment(known, founded=False, similarity=1.0,
                              because=because_same_words())  # fmt: skip
        nearest, similarity = self._nearest(steps)
        if nearest is None or similarity < self._rules.join:
            self._found(item, steps, mark)
            because = because_founded(None if nearest is None else similarity)
            return Assignment(pattern_id_of(item.escalation_id), founded=True,
                              similarity=1.0, because=because)  # fmt: skip
        pattern_id = self._join(nearest, steps, mark)
        because = because_joined(self._shared(item.text, pattern_id), similarity)
        return Assignment(pattern_id, founded=False, similarity=similarity,
                          because=because)  # fmt: skip

    def restore(self, states: Iterable[PatternState]) -> None:
        """Take *states* as `state_of` returned them, in any order."""
        for state in states:
            self.put(state)

    def put(self, state: PatternState) -> None:
        """Make the pattern what *state* says, whether it is known or new."""
        if state.pattern_id in self._patterns:
            self.remove(state.pattern_id)
        rows = [
            self._centroids.put(_numbers(each.sums), each.count)
            for each in centres_of(state)
        ]
        self._patterns[state.pattern_id] = _Pattern(
            rows, state.count, state.representative, state.representative_text
        )
        self._ids.update(dict.fromkeys(rows, state.pattern_id))
        for mark in state.fingerprints:
            self._remember(state.pattern_id, mark)
        count_stems(
            self._texts_with, self._words.stems(state.representative_text), by=1
        )

    def remove(self, pattern_id: str) -> None:
        """Forget the pattern. Raises KeyError where it is not known."""
        pattern = self._patterns.pop(pattern_id)
        for row in pattern.rows:
            self._centroids.drop(row)
            del self._ids[row]
        for mark in pattern.prints:
            if self._prints.get(mark) == pattern_id:
                del self._prints[mark]
        count_stems(self._texts_with, self._words.stems(pattern.text), by=-1)

    def state_of(self, pattern_id: str) -> PatternState:
        """Return what `restore` takes. Raises KeyError where it is not known."""
        pattern = self._patterns[pattern_id]
        centres = [
            Centre(self._centroids.count_of(row), _bytes(self._centroids.sums_of(row)))
            for row in pattern.rows
        ]
        return PatternState(
            pattern_id,
            pattern.count,
            _bytes(sum_of(centres)),
            pattern.representative,
            pattern.text,
            tuple(pattern.prints),
            tuple(centres[1:]),
        )

    def merge(self, into: str, absorbed: str) -> None:
        """Make *absorbed* a part of *into*, which keeps its first escalation.

        Raises KeyError where one is not known, ValueError where both are the same.
        """
        if into == absorbed:
            raise ValueError(f"{into} cannot be merged with itself")
        merged = merged_states(self.state_of(into), self.state_of(absorbed))
        self.remove(absorbed)
        self.put(merged)

    def split(
        self,
        pattern_id: str,
        new_id: str,
        vectors: Sequence[bytes],
        *,
        texts: Sequence[str],
    ) -> None:
        """Move members out of *pattern_id* into *new_id*.

        *vectors* are theirs, as `quantise` made them, the new pattern's first
        escalation first, and *texts* what they say. Raises KeyError where the pattern
        is not known, ValueError where nothing is moved or nothing would stay.
        """
        marks = tuple(dict.fromkeys(fingerprint_of(text) for text in texts))
        if len(texts) != len(vectors):
            raise ValueError(f"{len(vectors)} vectors, {len(texts)} texts")
        kept, leaving = split_states(self.state_of(pattern_id), vectors, marks)
        self.put(kept)
        text = texts[0][:MAX_REPRESENTATIVE_CHARS]
        self.put(replace(leaving, pattern_id=new_id, representative_text=text))

    def _nearest(self, steps: Steps) -> tuple[int | None, float]:
        rows, similarity = self._centroids.closest(steps)
        if not rows:
            return None, similarity
        # Of two as close, the smaller id, and there its own centre before others.
        row = min(rows, key=lambda each: (self._ids[each], self._place_of(each)))
        return row, similarity

    def _place_of(self, row: int) -> int:
        return self._patterns[self._ids[row]].rows.index(row)

    def _found(self, item: Item, steps: Steps, mark: int) -> None:
        self.put(
            PatternState(
                pattern_id_of(item.escalation_id),
                1,
                steps.astype("<i4").tobytes(),
                steps.tobytes(),
                item.text[:MAX_REPRESENTATIVE_CHARS],
                (mark,),
            )
        )

    def _join(self, row: int, steps: Steps, mark: int) -> str:
        pattern_id = self._ids[row]
        self._patterns[pattern_id].count += 1
        self._centroids.add(row, steps)
        self._remember(pattern_id, mark)
        return pattern_id

    def _remember(self, pattern_id: str, mark: int) -> None:
        prints = self._patterns[pattern_id].prints
        if mark in prints:
            return
        prints.append(mark)
        self._prints[mark] = pattern_id
        if len(prints) > MAX_FINGERPRINTS:
            oldest = prints.pop(0)
            if self._prints.get(oldest) == pattern_id:
                del self._prints[oldest]

    def _shared(self, text: str, pattern_id: str) -> list[str]:
        own = self._words.stems(text)
        theirs = self._words.stems(self._patterns[pattern_id].text)
        return [own[stem] for stem in rarest(own.keys() & theirs, self._texts_with)]


def _numbers(sums: bytes) -> Sums:
    return np.frombuffer(sums, dtype="<i4").astype(np.int32)


def _bytes(sums: Sums) -> bytes:
    return sums.astype("<i4").tobytes()
