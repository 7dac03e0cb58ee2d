"""What an answer says in words of its own: by labels, one by one, or as a whole."""

# ruff: noqa: ANN401 - any JSON value

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from services.resolver.domain.acting.consent import read_consent
from services.resolver.domain.parameters.checks import fits
from services.resolver.domain.parameters.labels import Labelled, has_label
from services.resolver.domain.parameters.leaves import Leaf
from services.resolver.domain.parameters.reading import Words, read
from services.resolver.domain.parameters.values.contacts import codes_in
from services.resolver.domain.parameters.values.silence import (
    names_nothing,
    says_nothing,
)
from services.resolver.domain.words.small_talk import small_talk

MAX_FREE_TEXT = 500
"""Characters of an answer that is taken whole as a parameter's value."""
_PARTS = re.compile(r"[,;\n]+")
_NUMBERED = re.compile(r"(?:^|(?<=\s))(\d{1,2})[.)]\s+")
_BULLET = re.compile(r"^\s*[-*•]\s+")

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


def read_part(part: Labelled, words: Words) -> Any | None:
    """Return the value that a labelled *part* of *words* gives for its parameter."""
    own = replace(words, text=part.text)
    if part.leaf.shape == "text":
        return free_text(part.leaf, own, ())
    return read(part.leaf, own, answering=True)


def told_in_order(asked: Sequence[Leaf], words: Words) -> list[Any] | None:
    """Return a value for each of *asked*, from an answer of as many lines or numbers.

    None unless each line is a value for what stands in its place: a greeting, an
    unknown label or one line too many leaves it open what the others are.
    """
    items = _items(words.text)
    if len(asked) < 2 or len(items) != len(asked):  # noqa: PLR2004 - one is no list
        return None
    values = [
        _told(leaf, item, asked, words) for leaf, item in zip(asked, items, strict=True)
    ]
    return None if any(each is None for each in values) else values


def _items(text: str) -> list[str]:
    """Return the numbered items of *text*, else its lines."""
    numbered = list(_NUMBERED.finditer(text))
    if numbered and not text[: numbered[0].start()].strip():
        if [int(each[1]) for each in numbered] != list(range(1, len(numbered) + 1)):
            return []
        ends = [each.start() for each in numbered[1:]] + [len(text)]
        parts = zip(numbered, ends, strict=True)
        return [text[each.end() : end].strip(" \t\r\n,;") for each, end in parts]
    lines = (_BULLET.sub("", each).strip() for each in text.splitlines())
    return [each for each in lines if each]


def _told(leaf: Leaf, item: str, asked: Sequence[Leaf], words: Words) -> Any | None:
    own = replace(words, text=item)
    if has_label(item):
        return None
    if leaf.shape != "text":
        if leaf.shape == "code" and not codes_in(item):
            return None  # any word may be a code, if it is the only answer
        return read(leaf, own, answering=True)
    if (names_nothing(item) and read_consent(item) is None) or small_talk(item):
        return None
    if any(_is_value_of(each, item, own) for each in asked if each is not leaf):
        return None  # the order is another than that of the question
    return free_text(leaf, own, ())


def _is_value_of(other: Leaf, item: str, own: Words) -> bool:
    """Return whether *item* is a bare value of *other*, which is not free text."""
    if other.shape == "text" or (other.shape == "code" and not codes_in(item)):
        return False
    value = read(other, own, answering=True)
    return value is not None and len(str(value)) + 1 >= len(item)


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
