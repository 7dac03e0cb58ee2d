"""Say how likely a message is a wish for a person, by what was learned from many.

The words and frames know what somebody listed; this has learned from written and
composed messages which clues go with a wish, and so has a say on wordings that nobody
listed. `weights.bin` is made by `python -m handrail.wishes`; it holds only numbers.
"""

import struct
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from math import sqrt

from services.resolver.domain.words.plain import words_of
from services.resolver.domain.words.wishes.classes import classes_of
from services.resolver.domain.words.wishes.clues import (
    clues_of_classes,
    clues_of_order,
    clues_of_word,
)
from services.resolver.domain.words.wishes.frames.language import bare
from services.resolver.domain.words.wishes.frames.reading import readings

HEAD = struct.Struct("<2f")
"""What one step of a weight is worth, and what a message without clues is."""
SPREAD = 5.0
"""A message's clues are weighed by their number, so that long ones do not win."""
_DATA = (files("services.resolver.domain.words.wishes") / "weights.bin").read_bytes()
_STEP: float
_BIAS: float
_STEP, _BIAS = HEAD.unpack_from(_DATA)
_WEIGHTS = memoryview(_DATA)[HEAD.size :].cast("b")

MOST_WORDS = 60
LEAST_BY_WORDS = -1.0
LEAST_BY_ORDER = -3.0
"""Less than this by single words, or by their order too, is no wish whatever else."""


def hinted(words: list[bytes]) -> bool:
    """Return whether *words*, one by one, leave a wish possible: seldom."""
    total = many = 0
    for word in words:
        worth, clues = _of_word(word)
        total += worth
        many += clues
    return bool(many) and _weighed(total, many) >= LEAST_BY_WORDS


def likelihood(text: str, *, least: float = LEAST_BY_ORDER) -> float:
    """Return the log-odds that *text* asks for a person; under *least*, roughly."""
    words = words_of(text) if text.isascii() else bare(text).encode().split()
    words = words[:MOST_WORDS]
    total = many = 0
    for word in words:
        worth, clues = _of_word(word)
        total += worth
        many += clues
    order = clues_of_order(words)
    total += sum([_WEIGHTS[clue] for clue in order])
    many += len(order)
    if (roughly := _weighed(total, many)) < least:
        return roughly
    told = [_of_classes("w", clause) for clause in classes_of(text).split("|")]
    told += [_of_classes("f", clause) for each in readings(text) for clause in each]
    total += sum(worth for worth, _ in told)
    many += sum(clues for _, clues in told)
    return _weighed(total, many) + _BIAS


def _weighed(total: int, clues: int) -> float:
    return total * _STEP * SPREAD / sqrt(clues)


def _worth(clues: Iterable[int]) -> tuple[int, int]:
    worths = [_WEIGHTS[clue] for clue in clues]
    return sum(worths), len(worths)


@lru_cache(maxsize=16_384)
def _of_word(word: bytes) -> tuple[int, int]:
    # Each once: in a long run of one letter the same four would speak thirty times.
    return _worth(dict.fromkeys(clues_of_word(word.decode())))


@lru_cache(maxsize=16_384)
def _of_classes(reader: str, classes: str) -> tuple[int, int]:
    return _worth(clues_of_classes(reader, classes))
