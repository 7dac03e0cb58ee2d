"""Decide whether a user asks for a person: by words and frames, and by what is learned.

The words and frames say yes to what they know; the learned opinion says yes to what it
is sure of, and takes back what it finds most unlikely.
"""

# ruff: noqa: RUF001 - punctuation of many alphabets

import re
from math import inf

from services.resolver.domain.words.plain import words_of
from services.resolver.domain.words.wishes.learned import hinted, likelihood
from services.resolver.domain.words.wishes.persons import (
    MAX_CHARS,
    should_look,
    words_hear,
)

SURE = 0.75
"""Log-odds from which on a message is a wish that no word or frame knows."""
SURE_ALONE = 3.0
DOUBTED = -3.0
"""The same of one sentence of several, and of the whole with which it goes."""
UNLIKELY = -4.5
"""Log-odds under which words and frames are not believed; strange words have more."""
MOST_WORDS = 40
"""More words are not what was learned from; they are looked at by sentence."""
FEWEST_WORDS = 3
FIRST_AND_LAST = 3
"""A wish stands at the beginning or the end: so many sentences of each."""
_LEARNED = re.compile(
    "[a-z\u00c0-\u024f\u0400-\u04ff\u0600-\u06ff\u0900-\u097f"
    "\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)
"""The alphabets that were learned; of Thai, say, nothing learned may speak."""
_END = re.compile(r"(?<![.!?…।؟。！？\n])[.!?…।؟。！？\n]++\s*+(?=\S)")


def asks_for_person(text: str) -> bool:
    """Return whether the user of *text* asks to be with a person."""
    if len(text) > MAX_CHARS:
        # Before anything reads it: a pasted file must not hold up the event loop.
        text = f"{text[: MAX_CHARS // 2]}\n{text[-MAX_CHARS // 2 :]}"
    words = words_of(text)
    if words_hear(text, words):
        read = [each for each in (text, *_sentences(text)) if _is_short(words_of(each))]
        return not (read and _LEARNED.search(text.casefold())) or any(
            likelihood(each, least=-inf) >= UNLIKELY for each in read
        )
    if _is_sure(text, words, SURE):
        return True
    return any(
        _is_sure(each, words_of(each), SURE_ALONE) for each in _sentences(text)
    ) and (not _is_short(words) or likelihood(text, least=-inf) >= DOUBTED)


def _sentences(text: str) -> list[str]:
    if len(parts := _END.split(text)) == 1:
        return []
    parts = [
        part
        for part in parts
        if len(part.split()) >= FEWEST_WORDS or not part.isascii()
    ]
    return parts[:FIRST_AND_LAST] + parts[FIRST_AND_LAST:][-FIRST_AND_LAST:]


def _is_short(words: list[bytes]) -> bool:
    return len(words) <= MOST_WORDS


def _is_sure(text: str, words: list[bytes], least: float) -> bool:
    """Return whether *text* is one; words that others grow onto give no hint."""
    return (
        _is_short(words)
        and (not text.isascii() or hinted(words) or should_look(text, words))
        and likelihood(text) >= least
    )
