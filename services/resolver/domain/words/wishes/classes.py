"""What each word of a message does, a letter to a word: a person, speaking, wanting."""

# ruff: noqa: RUF001 - words of many alphabets, as lists

import re
from functools import lru_cache

from services.resolver.domain.words.plain import folded, words_of
from services.resolver.domain.words.wishes import words as lists
from services.resolver.domain.words.wishes.frames.language import typos_of
from services.resolver.domain.words.wishes.stems import NEUTRAL, STEMS

_TYPO_CHARS = 5
"""Shorter words have no typos that are not other words."""

_NO_TYPOS = frozenset({"advise", "telefon", "praat"})
"""Words of their own."""
_CLASSES = (
    (".", NEUTRAL),
    ("p", lists.PERSON),
    ("b", lists.BOT),
    ("|", lists.BUT),
    ("n", lists.NOT),
    ("t", lists.SPEAK_LAST),
    ("s", lists.SPEAK),
    ("g", lists.ESCALATE),
    ("c", lists.CONNECT),
    ("l", lists.CALL),
    ("q", lists.SOMEONE),
    ("m", lists.ME),
    ("y", lists.PLEASE),
    ("w", lists.WANT),
    ("u", lists.SERVICE),
    ("r", lists.REAL),
    ("x", lists.ALREADY),
    ("h", lists.HELP),
    ("o", lists.MY),
    ("e", lists.THERE),
    ("i", lists.ISSUE),
    ("k", lists.OTHER),
    ("j", lists.OR),
    ("a", lists.FILLER),
)
"""Each class is a letter; a word that is in two is of the first."""
_CLAUSES = re.compile(r"[.,;:!?…\n؟،¿¡。()]+| - | – ")
_TOGETHER = (
    (r"(?:am|was) i|you are|are you|(?:do|must) i (?:have|need)(?: to)?", "was"),
    (r"can t|cannot", "can"),
    (r"don t|do not|doesn t", "not"),
    (r"(?:ai|as|a|avons) parle|(?:ayer|ya) hable", "was"),
    (r"(?:act|think|sound|talk|feel) like an?|you be an?", "was"),
    (r"o(?: con)?(?= (?:un |una |um )?(?:ro)?bo)", "or"),
    (r"get (?:a )?hold of|get (?:in touch|through)", "speak with"),
    (r"be (?:connected|transferred|put|passed)", "connect"),
    (r"ist da|is er|c e|y a(?: t il)?", "gibt"),
)
"""Words that mean something only together, and what they mean."""
_PHRASE = re.compile("|".join(rf"(\b(?:{phrase})\b)" for phrase, _ in _TOGETHER))
_PHRASES_HAVE = frozenset(
    b"am was are you must t cannot parle hable like o hold touch through be da er c y "
    b"have need not".split()
)
"""Of each phrase at least one word."""
_PREFIXES = ("", "ال", "لل", "بال", "وال", "ب", "ل", "و")
"""Arabic writes its small words onto the next one."""


def _lexicon() -> dict[str, str]:
    known: dict[str, str] = {}
    for letter, words in _CLASSES:
        for word in folded(words).split():
            known.setdefault(word, letter)
    for word, letter in list(known.items()):
        if letter in "psc" and len(word) >= _TYPO_CHARS and word.isascii():
            for typo in typos_of(word) - _NO_TYPOS:
                known.setdefault(typo, letter)
    return known


KNOWN_WORDS = _lexicon()
"""Word, folded -> the letter of its class."""
KNOWN_STEMS = {
    folded(stem): letter for letter, stems in STEMS.items() for stem in stems.split()
}
"""The same of what words begin with."""
_SHORTEST = min(map(len, KNOWN_STEMS))
_LONGEST = max(map(len, KNOWN_STEMS))


def classes_of(text: str, words: list[bytes] | None = None) -> str:
    """Return what the words of *text* do, a letter to a word, its clauses by bars.

    *words* are those of *text*, where the caller has them.
    """
    # Most messages hold no word of a phrase: 3 µs for them instead of 17.
    words = words_of(text) if words is None else words
    fold = folded if _PHRASES_HAVE.isdisjoint(words) else _together
    return "|".join(
        "".join(map(_class_of, fold(clause).split())) for clause in _CLAUSES.split(text)
    )


def _together(clause: str) -> str:
    return _PHRASE.sub(
        lambda found: _TOGETHER[(found.lastindex or 1) - 1][1], folded(clause)
    )


def _stem_of(word: str) -> str | None:
    for end in range(min(len(word), _LONGEST), _SHORTEST - 1, -1):
        if (found := KNOWN_STEMS.get(word[:end])) is not None:
            return found
    return None


@lru_cache(maxsize=16_384)
def _class_of(word: str) -> str:
    found = KNOWN_WORDS.get(word) or _stem_of(word)
    if found is None and "\u0600" <= word[0] <= "\u06ff":
        found = next(
            (
                known
                for prefix in _PREFIXES
                if word.startswith(prefix)
                and (known := KNOWN_WORDS.get(word[len(prefix) :].removesuffix("ا")))
                is not None
            ),
            None,
        )
    return found or "."
