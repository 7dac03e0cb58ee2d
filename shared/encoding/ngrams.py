"""Which groups of letters a text has, as a vector: no model, any language.

For languages that no encoder here knows. It finds the same words and their forms, and
not another wording of the same thing.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np

from shared.encoding.encoder import Floats

_WORD = re.compile(r"[^\W_]+")
LENGTHS = (3, 4, 5)
MAX_CHARS = 2_000
"""Of a text that are looked at."""
WORD_WEIGHT = 2.0
"""A whole word says more than a piece of one."""


class NgramEncoder:
    """Hashes the words of a text, and pieces of them, onto a fixed width."""

    name = "ngrams-512-v1"
    dimensions = 512

    def encode(self, texts: Sequence[str], /) -> Floats:
        """Return one row of length one for each of *texts*; of no words, zeros."""
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for piece, weight in _pieces(text[:MAX_CHARS]):
                digest = crc32(piece.encode("utf-8", "replace"))
                sign = 1 if digest >> 31 else -1
                row[digest % self.dimensions] += sign * weight
        # What comes ten times does not say ten times as much.
        rows = np.sign(rows) * np.sqrt(np.abs(rows))
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        normal: Floats = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
        return normal


def _pieces(text: str) -> Iterator[tuple[str, float]]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    for word in _WORD.findall(plain):
        yield f"={word}", WORD_WEIGHT
        framed = f" {word} "
        for length in LENGTHS:
            for at in range(len(framed) - length + 1):
                yield framed[at : at + length], 1.0
