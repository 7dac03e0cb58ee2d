"""Tell a question from a wish and from a problem report, by what was labelled."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from services.analytics.domain.gaps.causes.kinds.meaning import (
    Encode,
    MeaningHead,
    fit_meaning,
    mixed,
)
from services.analytics.domain.gaps.causes.kinds.regression import (
    Floats,
    fit_weights,
    shares_of,
)
from services.analytics.domain.gaps.causes.kinds.terms import (
    TermBlock,
    fit_blocks,
    rows_of,
)

KIND_NAMES = ("documentation", "action", "bug")
"""In the order of a classifier's probabilities."""
TRUST = 10.0
"""How much the labels weigh against plain weights; chosen on held-out issues."""
PHRASES = files("services.analytics.domain.gaps.causes.kinds") / "training_phrases"


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """What a user wrote, and what a person said it was."""

    text: str
    """Its first line counts twice, as a subject does."""
    kind: str
    """One of `KIND_NAMES`."""


@dataclass(frozen=True, slots=True)
class KindClassifier:
    """What was learned from labelled messages; the same messages make the same one."""

    blocks: tuple[TermBlock, ...]
    weights: Floats
    """Of the blocks' columns and the bias, shape (columns + 1, 3)."""
    meaning: MeaningHead | None = None
    """What sentence vectors teach, where an encoder was there."""

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Return how likely each kind is for each of *texts*, shape (texts, 3)."""
        if not texts:
            return np.zeros((0, len(KIND_NAMES)))
        shares = shares_of(rows_of(self.blocks, texts), self.weights)
        if self.meaning is None:
            return shares
        return mixed(shares, self.meaning.probabilities(texts))

    def kinds(self, texts: Sequence[str]) -> list[str]:
        """Return the likeliest kind of each of *texts*."""
        return [KIND_NAMES[at] for at in self.probabilities(texts).argmax(axis=1)]


def fit_classifier(
    messages: Sequence[LabelledMessage], *, encode: Encode | None = None
) -> KindClassifier:
    """Return what *messages* teach, by their terms and by their meaning.

    *encode* turns texts into vectors; without it terms alone count. Cubic in the
    number of messages: a few thousand take seconds. Raises ValueError where a kind is
    unknown.
    """
    texts = [each.text for each in messages]
    classes = np.array([_class_of(each) for each in messages], dtype=np.int64)
    blocks = fit_blocks(texts)
    n = len(KIND_NAMES)
    weights = fit_weights(rows_of(blocks, texts), classes, n=n, c=TRUST)
    meaning = fit_meaning(texts, classes, encode=encode, n=n) if encode else None
    return KindClassifier(blocks, weights, meaning)


def _class_of(message: LabelledMessage) -> int:
    if message.kind not in KIND_NAMES:
        raise ValueError(f"{message.kind!r} is none of {', '.join(KIND_NAMES)}")
    return KIND_NAMES.index(message.kind)


@cache
def shipped_classifier() -> KindClassifier:
    """Return what the phrases that come with the product teach."""
    return fit_classifier(training_phrases())


def training_phrases() -> list[LabelledMessage]:
    """Return the phrases that come with the product, of every language."""
    return [
        LabelledMessage(text, kind)
        for file in sorted(PHRASES.iterdir(), key=lambda each: each.name)
        if file.name.endswith(".toml")
        for kind, texts in tomllib.loads(file.read_text("utf-8")).items()
        for text in texts
    ]
