"""Forbidden topics: an app's phrases, found as whole words in a message."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.resolver.domain.words.plain import folded


@dataclass(frozen=True, slots=True)
class Topic:
    """What the assistant must leave to people, and how it is recognised."""

    name: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, name: str, phrases: Iterable[str]) -> "Topic | None":
        """Return the topic of *phrases*, or None where none of them says anything."""
        patterns = [each for each in map(_pattern, phrases) if each]
        if not patterns:
            return None
        return cls(name, re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)"))


def forbidden(text: str, topics: Iterable[Topic]) -> Topic | None:
    """Return the first of *topics* that *text* is about."""
    plain = " ".join(folded(text).split())
    return next((each for each in topics if each.pattern.search(plain)), None)


def _pattern(phrase: str) -> str:
    beginning = phrase.rstrip().endswith("*")
    words = folded(phrase).split()
    pattern = " ".join(map(re.escape, words))
    # Scripts that do not part words: wherever it stands.
    inside = any(ord(char) >= _UNSPACED for char in pattern)
    return rf"{pattern}\w*" if words and (beginning or inside) else pattern


_UNSPACED = 0x0E00
