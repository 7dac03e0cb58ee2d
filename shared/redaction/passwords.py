"""Passwords that people say in words: "my password is hunter2"."""

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

import re2

from shared.redaction.detectors import Span, compiled

PHRASES = "phrases"
_VALUE = r"""(?:"[^"\n]{1,64}"|'[^'\n]{1,64}'|«[^»\n]{1,64}»|“[^”\n]{1,64}”|\S{1,64})"""
_TRAILING = ".,;:!?)]}»”\"'"


@lru_cache(maxsize=1)
def _patterns() -> tuple[Any, Any, Any, frozenset[str]]:
    """Return what finds a password said, one set, and a code; and what is none."""
    every = [
        tomllib.loads(file.read_text("utf8"))
        for file in sorted(
            files("shared.redaction").joinpath(PHRASES).iterdir(),
            key=lambda each: each.name,
        )
        if file.name.endswith(".toml")
    ]
    nouns = _any_of([noun for each in every for noun in each["nouns"]])
    codes = _any_of([code for each in every for code in each["codes"]])
    between = _any_of([verb for each in every for verb in each["between"]])
    said = compiled(rf"(?i)(?:{nouns})\s+(?:{between})(?:\s*:\s*|\s+)({_VALUE})")
    is_set = compiled(rf"(?i)(?:{nouns})\s*[:=]\s*({_VALUE})")
    code = compiled(rf"(?i)\b(?:{codes})\s*(?:[:=]|{between})?\s*([0-9]{{3,8}})\b")
    ordinary = frozenset(word for each in every for word in each["ordinary"])
    return said, is_set, code, ordinary


def password_spans(text: str) -> Iterator[Span]:
    """Yield each password or code; ordinary words ("is wrong") are none."""
    said, is_set, code, ordinary = _patterns()
    for pattern in (is_set, code):
        for match in pattern.finditer(text):
            yield _inner(text, match.span(1))
    for match in said.finditer(text):
        start, end = _inner(text, match.span(1))
        if text[start:end].casefold() not in ordinary and end > start:
            yield start, end


def _inner(text: str, span: Span) -> Span:
    """Return *span* without what stands around the word."""
    start, end = span
    opening = text[start : start + 1]
    if opening and opening in "\"'«“":
        return start + 1, max(start + 1, end - 1)
    while end > start + 1 and text[end - 1] in _TRAILING:
        end -= 1
    return start, end


def _any_of(words: list[str]) -> str:
    longest_first = sorted({re2.escape(word) for word in words}, key=len, reverse=True)
    return "|".join(longest_first)
