"""How near messages come to each candidate of an app."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.resolver.matching.knowledge import Floats
from services.resolver.matching.lexical.cues import Cues

Places = NDArray[np.int64]
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Usual:
    """Column: how near a new text of each candidate's own usually comes to it.

    What is near enough for a candidate that users ask in many ways is suspiciously
    far from one that they always ask alike.
    """

    learned: Floats
    asked: Floats


@dataclass(frozen=True, slots=True)
class Scores:
    """How near each message comes to each candidate; the last column is "none"."""

    learned: Floats
    described: Floats
    titled: Floats
    spoken: Floats
    asked: Floats
    centre: Floats
    """How near to the middle of what was asked for each."""
    words: Floats
    words_asked: Floats
    said: Floats
    """Message x described text: what the passage to show is chosen by."""
    cues: Sequence[Cues]
    """Of each message."""
    usual: "Usual"
    in_kernel: NDArray[np.bool_]
    """Column: whether `learned` knows it at all."""
    dense: bool = True
    """Whether a model was asked. Without one, all but the words is 0."""

    def with_actions(self, own: "Scores", at: int) -> "Scores":
        """Return these scores with those of *own* actions before column *at*."""

        def joined(ours: Array, theirs: Array) -> Array:
            parts = (ours[..., :at], theirs[..., :-1], ours[..., at:])
            return np.concatenate(parts, axis=-1)

        return Scores(
            learned=joined(self.learned, own.learned),
            described=joined(self.described, own.described),
            titled=joined(self.titled, own.titled),
            spoken=joined(self.spoken, own.spoken),
            asked=joined(self.asked, own.asked),
            centre=joined(self.centre, own.centre),
            words=joined(self.words, own.words),
            words_asked=joined(self.words_asked, own.words_asked),
            said=self.said,
            cues=self.cues,
            usual=Usual(
                joined(self.usual.learned, own.usual.learned),
                joined(self.usual.asked, own.usual.asked),
            ),
            in_kernel=joined(self.in_kernel, own.in_kernel),
            dense=self.dense,
        )

    def after(self, at: int) -> "Scores":
        """Return these scores from column *at* on."""
        return replace(
            self,
            learned=self.learned[:, at:],
            described=self.described[:, at:],
            titled=self.titled[:, at:],
            spoken=self.spoken[:, at:],
            asked=self.asked[:, at:],
            centre=self.centre[:, at:],
            words=self.words[:, at:],
            words_asked=self.words_asked[:, at:],
            usual=Usual(self.usual.learned[at:], self.usual.asked[at:]),
            in_kernel=self.in_kernel[at:],
        )

    def parts(self, row: int, columns: Places) -> list[tuple[float, float]]:
        """Return how near *columns* are by words and by meaning, each from 0 to 1."""
        words = np.maximum(self.words[row][columns], self.words_asked[row][columns])
        lexical = np.minimum(words, 1).tolist()
        if not self.dense:
            return [(each, 0.0) for each in lexical]
        near = np.maximum(self.described[row][columns], self.asked[row][columns])
        near = np.minimum(np.maximum(near, 0), 1)
        return list(zip(lexical, near.tolist(), strict=True))

    def rough(self) -> Floats:
        """Return what the shortlist is chosen by."""
        rough: Array = self.words / 2 + self.words_asked
        if self.dense:
            rough += self.described + self.asked + 2 * self.learned + self.titled / 2
        kept: Floats = rough[:, :-1]
        return kept
