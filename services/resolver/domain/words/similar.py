"""How much of two messages is the same words: to know a question that is repeated."""

import re

from services.resolver.domain.words.languages import says_something
from services.resolver.domain.words.plain import folded

_TYPO_CHARS = 5
"""A word this long may have a letter wrong and still be the word."""
_LONG = 8
"""Longer words count like these: they are longer, not more telling."""
_LEAST = 4
"""Shorter words count like these: csv or pdf may be all that is another."""
_UNSPACED = "\u0e00"
"""From here on scripts mostly do not part their words."""


_ASKING = re.compile(
    "如何|怎么样?|怎麼樣?|怎样|请问|請問|我|的|吗|嗎|呢|了|"
    "어떻게|방법|はどう|ですか|ますか"
)
"""Grammar that is written into the words."""
_WHICH = frozenset(
    folded(
        "when where why who wann wo warum wer quand ou pourquoi qui cuando donde "
        "porque quien onde quem dove perche chi wanneer waar waarom wie"
    ).split()
)
"""The same words with another of these are another question; how and what are not."""


def likeness(one: str, other: str) -> float:
    """Return the share of telling words that both have, by their length: 0 to 1.

    Grammar and politeness are left out, and another number is another question.
    """
    if one == other:
        return 1.0
    ours, theirs = _telling(one), _telling(other)
    if not ours or not theirs or _asked(one, ours) != _asked(other, theirs):
        return 0.0
    both = ours & theirs
    shared = sum(map(_weight, both)) * 2
    left, right = ours - both, theirs - both
    for word in left:
        twin = next((each for each in right if _is_typo(word, each)), None)
        if twin is not None:
            right.discard(twin)
            shared += _weight(word) + _weight(twin)
    return shared / (sum(map(_weight, ours)) + sum(map(_weight, theirs)))


def _telling(text: str) -> set[str]:
    words = folded(text).split()
    if any(word >= _UNSPACED for word in words):
        words = [pair for word in words for pair in _pairs(_ASKING.sub("", word))]
    return {word for word in words if says_something(word)}


def _pairs(word: str) -> list[str]:
    if word < _UNSPACED:
        return [word]
    return [word[at : at + 2] for at in range(max(1, len(word) - 1))]


def _asked(text: str, words: set[str]) -> set[str]:
    """Return what must be the same: the numbers, and what is asked of the rest."""
    numbers = {word for word in words if any(map(str.isdigit, word))}
    return numbers | _WHICH.intersection(folded(text).split())


def _weight(word: str) -> int:
    """Return what a word says; what is mostly grammar was left out before."""
    return max(_LEAST, min(len(word), _LONG) - 1)


def _is_typo(one: str, other: str) -> bool:
    """Return whether the words differ by one letter lost, added, changed or moved."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < _TYPO_CHARS:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return (
        a[1:] == b[1:]
        or a[1:] == b
        or a == b[1:]
        or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
    )
