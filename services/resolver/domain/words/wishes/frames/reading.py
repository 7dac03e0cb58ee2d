"""Recognise a wish for a person by the frames of one language at a time.

`persons` reads all languages at once, closely: an unknown word breaks its patterns.
Here each word is read in its own language and a frame lets a few words pass between
its parts, so that a sentence nobody wrote down before is heard as well. What keeps
this from hearing everything are the breaks: what is mine, what is others', a denial,
the past, and a question how something works.
"""

# ruff: noqa: RUF001 - punctuation of many alphabets

import re
from collections import Counter
from functools import lru_cache

from services.resolver.domain.words.wishes.frames.east import EAST
from services.resolver.domain.words.wishes.frames.language import (
    APART,
    NAMES,
    TYPO_CHARS,
    Language,
    bare,
    shortened,
)
from services.resolver.domain.words.wishes.frames.patterns import is_wish
from services.resolver.domain.words.wishes.frames.west import WEST

_FEW = 2
_FEW_WORDS = 3
_SPLIT = re.compile(r"[.,;:!?…\n؟،¿¡।()]+| - | – | — ")
_CLAUSES = 12
_FEW_LANGUAGES = 4
_LATELY = 64
"""A message is read twice: by the frames, and by what is learned."""

LANGUAGES = {name: Language(name, words) for name, words in (WEST | EAST).items()}
_TELLING_STEMS = tuple(
    part[:-1]
    for each in LANGUAGES.values()
    for part in each.telling
    if part.endswith("*")
)


def may_ask(text: str, words: list[bytes]) -> bool:
    """Return whether *words*, those of *text*, hold any that a wish is made of."""
    if not text.isascii() and APART.search(text):
        return True  # folding parts its words
    return any(map(_is_named, words)) or (
        len(words) <= _FEW_WORDS and any(map(_is_nearly_named, words))
    )


@lru_cache(maxsize=65_536)
def _is_named(word: bytes) -> bool:
    text = word.decode()
    return text.startswith(_TELLING_STEMS) or any(
        each.class_of(text, False) in NAMES  # noqa: FBT003 - cached
        or text in each.telling
        for each in LANGUAGES.values()
    )


@lru_cache(maxsize=65_536)
def _is_nearly_named(word: bytes) -> bool:
    text = word.decode()
    return len(text) >= TYPO_CHARS - 1 and any(
        part in each.near for part in shortened(text) for each in LANGUAGES.values()
    )


def frames_hear(text: str) -> bool:
    """Return whether *text* asks for a person, in one of the languages."""
    clauses, languages = _read(text)
    return any(_hears(each, clauses) for each in languages)


def readings(text: str) -> set[tuple[str, ...]]:
    """Return what *text*'s words do, by clause, in each of its likely languages."""
    clauses, languages = _read(text)
    few = sorted(languages, key=lambda each: each.name)[:_FEW_LANGUAGES]
    return {tuple([_classes(each, clause) for clause in clauses]) for each in few}


@lru_cache(maxsize=_LATELY)
def _read(text: str) -> tuple[list[str], list[Language]]:
    clauses = [found for clause in _SPLIT.split(text) if (found := bare(clause))]
    clauses = clauses[: _CLAUSES // 2] + clauses[_CLAUSES // 2 :][-_CLAUSES // 2 :]
    return clauses, _likely({word for clause in clauses for word in clause.split()})


@lru_cache(maxsize=_LATELY)
def _classes(language: Language, clause: str) -> str:
    return language.classes(clause)


@lru_cache(maxsize=65_536)
def _knowing(word: str) -> tuple[str, ...]:
    return tuple(name for name, each in LANGUAGES.items() if each.knows(word))


def _likely(words: set[str]) -> list[Language]:
    """Return the languages that know most of *words*; of a lone typo, all."""
    known = Counter(name for word in words for name in _knowing(word))
    least = max(known.values(), default=0) - (len(words) > _FEW)
    if least < 1:
        return [] if len(words) > _FEW_WORDS else list(LANGUAGES.values())
    return [LANGUAGES[name] for name, count in known.items() if count >= least]


def _hears(language: Language, clauses: list[str]) -> bool:
    read = [_classes(language, clause) for clause in clauses]
    for at, classes in enumerate(read):
        if classes == "P" and any("." in later for later in read[at + 1 :]):
            continue  # Mensch, wo ist die Rechnung?
        parts = classes.split("|")
        if len(parts) > 1:
            parts = [part for part in parts if part.strip("A") != "Q"]
        if any(part and is_wish(part, language.name) for part in parts):
            return True
    return False
