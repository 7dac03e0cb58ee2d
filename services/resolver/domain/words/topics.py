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
        return cls(name, re.compile("|".join(patterns)))


def forbidden(text: str, topics: Iterable[Topic]) -> Topic | None:
    """Return the first of *topics* that *text* is about."""
    plain = " ".join(folded(text).split())
    return next((each for each in topics if each.pattern.search(plain)), None)


def _pattern(phrase: str) -> str:
    pattern = " ".join(map(re.escape, folded(phrase).split()))
    if not pattern or any(char >= _UNSPACED for char in pattern):
        return pattern  # a script that does not part words: wherever it stands
    ending = "" if phrase.rstrip().endswith("*") else r"(?!\w)"
    return rf"(?<!\w){pattern}{ending}"


_UNSPACED = "\u0e00"
