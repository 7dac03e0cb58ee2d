"""What an answer says in free words, beside the values that were read out of it."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from services.resolver.domain.acting.consent import read_consent
from services.resolver.domain.parameters.checks import fits
from services.resolver.domain.parameters.leaves import Leaf
from services.resolver.domain.parameters.reading import Words, read
from services.resolver.domain.parameters.values.silence import says_nothing

MAX_FREE_TEXT = 500
"""Characters of an answer that is taken whole as a parameter's value."""
_PARTS = re.compile(r"[,;\n]+")

Taken = Iterable[tuple[Leaf, Any]]
"""What was read out of the same answer already."""


def free_text(leaf: Leaf, words: Words, taken: Taken) -> str | None:
    """Return what *words* say for *leaf* where that is free text, or None."""
    answer = _rest(words, list(taken)).strip()
    if leaf.shape != "text" or not 0 < len(answer) <= MAX_FREE_TEXT:
        return None
    if says_nothing(answer) or not _suits(answer, leaf):
        return None
    return answer if fits(answer, leaf.spec) else None


def _suits(answer: str, leaf: Leaf) -> bool:
    """Return whether a yes or a no, if *answer* is one, was asked for."""
    return read_consent(answer) is None or "?" in leaf.spec.get("description", "")


def _rest(words: Words, taken: list[tuple[Leaf, Any]]) -> str:
    """Return the parts of an answer that nothing was read out of: "Bob, 1042"."""
    if not taken:
        return words.text
    return ", ".join(
        part.strip()
        for part in _PARTS.split(words.text)
        if part.strip()
        and not any(
            read(leaf, replace(words, text=part), answering=True) == value
            for leaf, value in taken
        )
    )
