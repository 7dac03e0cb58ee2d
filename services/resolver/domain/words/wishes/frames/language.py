"""Read the words of one language by what they do in a wish for a person."""

# ruff: noqa: RUF001, SIM905 - letters of many alphabets, a list of words

import re
import unicodedata
from functools import lru_cache

from services.resolver.domain.words.plain import folded

_APOSTROPHE = re.compile(r"(?<=[а-яіїєґ])['’ʼ](?=[а-яіїєґ])", re.IGNORECASE)
DEVANAGARI = re.compile("[\u0900-\u097f]")
APART = re.compile(f"{DEVANAGARI.pattern}|{_APOSTROPHE.pattern}", re.IGNORECASE)
_DROPPED = "\u0900\u0901\u0902\u093c"
_FIRST = 3
"""Letters by which the phrases that may begin with a word are found."""
_ARABIC = ("", "ال", "لل", "بال", "وال", "ب", "ل", "و", "ف", "فل", "وب", "ول")
NAMES = "PQUBKLSTkRI"
"""Classes of which a wish has at least one."""
TYPO_CHARS = 6
_TYPO_WORDS = 6
_LONGEST_TYPO = 40
"""Longer "words" are pasted data, and all their typos would take minutes."""
WORDS_OF_THEIR_OWN = frozenset(
    "export exports exporter directory directions directed directive manage manages "
    "managed letter letters member members college colleges employer employers "
    "employed manner manners responsible expect reference grant grants standards "
    "leading series german developed linter".split()
)
"""No typos, though a letter away from an expert, a manager or a director."""


class Language:
    """A language's words, by what they do."""

    def __init__(self, name: str, words: str) -> None:
        """Read *words*: a class to a line, then its words."""
        self.name = name
        self.exact: dict[str, str] = {}
        self.stems: dict[str, str] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._parts: set[str] = set()
        self.telling: set[str] = set()
        self._part_stems: tuple[str, ...] = ()
        for line in words.strip().splitlines():
            letter, *listed = line.split()
            for word in listed:
                if "_" in word or " " in bare(word):
                    self._add_phrase(word, letter)
                elif word.endswith("*"):
                    self.stems.setdefault(bare(word), letter)
                else:
                    self.exact.setdefault(bare(word), letter)
        for phrases in self._phrases.values():
            phrases.sort(key=lambda phrase: -len(phrase[0]))
        self.near = {
            part: letter
            for known, letter in (self.stems | self.exact).items()
            if letter in "PQU" and len(known) >= TYPO_CHARS
            for part in shortened(known)
        }
        self._shortest = min(map(len, self.stems), default=1)
        self._longest = max(map(len, self.stems), default=0)
        self.class_of = lru_cache(maxsize=8_192)(self._class_of)

    def classes(self, clause: str) -> str:
        """Return what the words of a bare *clause* do, a letter to a word."""
        words = clause.split()
        guess = len(words) <= _TYPO_WORDS
        found: list[str] = []
        at = 0
        while at < len(words):
            letter, length = self._phrase_at(words, at)
            found.append(letter or self.class_of(words[at], guess))
            at += length
        return "".join(found)

    def _phrase_at(self, words: list[str], at: int) -> tuple[str, int]:
        for phrase, letter in self._phrases.get(words[at][:_FIRST], ()):
            here = words[at : at + len(phrase)]
            if len(here) == len(phrase) and all(
                word.startswith(part[:-1]) if part[-1] == "*" else word == part
                for word, part in zip(here, phrase, strict=True)
            ):
                return letter, len(phrase)
        return "", 1

    def knows(self, word: str) -> bool:
        """Return whether *word* is one, or is part of a phrase."""
        return (
            self.class_of(word, False) != "."  # noqa: FBT003 - cached
            or word in self._parts
            or word.startswith(self._part_stems)
        )

    def _add_phrase(self, phrase: str, letter: str) -> None:
        parts: list[str] = []
        for part in phrase.split("_"):
            if part.endswith("*"):
                self._part_stems += (bare(part),)
                parts.append(bare(part) + "*")
            else:
                self._parts.update(bare(part).split())
                parts += bare(part).split()
        if letter in NAMES:
            self.telling.add(max(parts, key=len))
        first = parts[0].removesuffix("*")[:_FIRST]
        self._phrases.setdefault(first, []).append((tuple(parts), letter))

    def _class_of(self, word: str, guess: bool) -> str:  # noqa: FBT001 - cached
        for prefix in _ARABIC if self.name == "ar" else ("",):
            if word.startswith(prefix) and (known := self._known(word[len(prefix) :])):
                return known
        if guess and len(word) >= TYPO_CHARS - 1 and word not in WORDS_OF_THEIR_OWN:
            return next(
                (self.near[part] for part in shortened(word) if part in self.near),
                ".",
            )
        return "."

    def _known(self, word: str) -> str | None:
        if (found := self.exact.get(word)) is not None:
            return found
        for end in range(min(len(word), self._longest), self._shortest - 1, -1):
            if (found := self.stems.get(word[:end])) is not None:
                return found
        return None


def shortened(word: str) -> set[str]:
    """Return *word*, and it without each of its letters but the first."""
    if len(word) > _LONGEST_TYPO:
        return {word}
    return {word} | {word[:at] + word[at + 1 :] for at in range(1, len(word))}


def bare(text: str) -> str:
    """Return *text* folded; Indic vowel signs are letters, not spaces."""
    if not DEVANAGARI.search(text):
        return " ".join(folded(_APOSTROPHE.sub("", text)).split())
    apart = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(map(_indic, apart)).split())


def _indic(char: str) -> str:
    if char.isalnum() or unicodedata.category(char) == "Mc":
        return char
    if unicodedata.category(char) == "Mn":
        return "" if char in _DROPPED else char
    return " "


def typos_of(word: str) -> set[str]:
    """Return *word* with one letter lost, doubled or changed places."""
    inner = range(1, len(word))
    lost = {word[:at] + word[at + 1 :] for at in inner}
    twice = {word[:at] + word[at] + word[at:] for at in inner}
    swapped = {
        word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in inner[:-1]
    }
    return lost | twice | swapped
