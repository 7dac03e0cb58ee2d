"""Read which of a list's values a text names."""

# ruff: noqa: ANN401, RUF001 - any JSON value; the typographic apostrophe is data

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from services.resolver.domain.parameters.values.nouns import nouns_of

_NOT = re.compile(
    r"(?:\b(?:not|no|non|never|without|except|nicht|kein(?:e[nrms]?)?|sin|sans|senza|"
    r"sem|niet|geen|ikke|inte|nie|не)|n't|instead of|rather than|from)"
    r"(?: (?:the|a|an|my|to))?$"
)
"""A value after one of these is the one that is not meant."""
MIN_TELLING = 3
"""Shorter values (S, M, on) are in many sentences without being meant."""


def read_choice(
    text: str, choices: Sequence[Any], *, name: str, answering: bool
) -> Any | None:
    """Return the one of *choices* that *text* names, or None."""
    found = choices_in(text, choices, name=name, answering=answering)
    return found[0] if len(found) == 1 else None


def choices_in(
    text: str, choices: Sequence[Any], *, name: str, answering: bool
) -> list[Any]:
    """Return those of *choices* that *text* names, a longer one before its part."""
    plain = _plain(text)
    found: list[Any] = []
    for choice in sorted(choices, key=lambda each: -len(str(each))):
        said = _plain(str(choice))
        if not said or said not in plain:
            continue
        named = _named_before(said, name)
        pattern = re.compile(rf"(?<!\w){re.escape(said)}(?:e?s)?(?!\w)")
        for match in pattern.finditer(plain):
            before = plain[: match.start()].rstrip()
            if _NOT.search(before):
                continue
            if answering or _is_telling(said) or named.search(plain):
                found.append(choice)
                break
        else:
            continue
        plain = pattern.sub(" ", plain)  # "next day" is not "day" too
    return found


def _is_telling(said: str) -> bool:
    return len(said) >= MIN_TELLING and not said.isdigit()


def _named_before(said: str, name: str) -> re.Pattern[str]:
    nouns = "|".join(map(re.escape, nouns_of(name))) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{nouns})(?: is| to| of|:)? {re.escape(said)}(?!\w)")


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    kept = "".join(
        char
        if char.isalnum() or char in "'+#" or unicodedata.category(char)[0] == "M"
        else " "
        for char in folded
    )
    return " ".join(kept.split())
