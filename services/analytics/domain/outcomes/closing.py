"""What a user's last words say: settled, dropped, content, or nothing of it."""

import re
import tomllib
import unicodedata
from enum import StrEnum
from functools import cache
from importlib.resources import files

MAX_WORDS = 8
"""A longer message is no mere word at the end."""
_NO_WORD = re.compile(r"[\W_]+")
_APOSTROPHES = re.compile("['\u2019`\u00b4]")


class Closing(StrEnum):
    """What a user said at the end."""

    SOLVED = "solved"
    DROPPED = "dropped"
    THANKS = "thanks"


def read_closing(text: str) -> Closing | None:
    """Return what *text* says of the matter; None where it says nothing of its end."""
    plain = _folded(text)
    if not plain or plain.count(" ") >= MAX_WORDS or text.rstrip().endswith("?"):
        return None
    padded = f" {plain} "
    if _has(padded, "dropped"):
        return Closing.DROPPED
    if _has(padded, "solved"):
        return None if _has(padded, "unsettled") else Closing.SOLVED
    left = _without(padded, "thanks")
    if left != padded and not _has(left, "unsettled"):
        return Closing.THANKS
    return None


def _has(padded: str, kind: str) -> bool:
    return any(phrase in padded for phrase in _phrases()[kind])


def _without(padded: str, kind: str) -> str:
    """Return *padded* without a phrase of *kind* that it begins or ends with."""
    for phrase in _phrases()[kind]:
        if padded.startswith(phrase) or padded.endswith(phrase):
            return padded.replace(phrase, " ", 1)
    return padded


def _folded(text: str) -> str:
    """Return the words of *text*, without case, accents and signs."""
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NO_WORD.sub(" ", bare).strip()


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    """Return the phrases of each kind with a space around, the longest first."""
    path = files("services.analytics.domain.outcomes") / "closing.toml"
    data = tomllib.loads(path.read_text("utf-8"))
    return {
        kind: tuple(
            f" {phrase} "
            for phrase in sorted(re.split(r"[|\n]", text.strip()), key=len)[::-1]
        )
        for kind, text in data.items()
    }
