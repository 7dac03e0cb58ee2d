"""What a pattern is called: a few words of its users', as a person would write them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from services.analytics.domain.patterns.words import WordCutter

MAX_WORDS = 9
MAX_CHARS = 80
COMFORTABLE_WORDS = 6
"""Up to these a label is read at a glance; each one more costs."""
LEAST_WORDS = 2
LEAST_TEXTS = 3
"""Texts from which a word that only one of them has is taken for that one's own."""
_COST_OF_A_WORD = 0.06
_COST_OF_AN_OWN_WORD = 0.15
_COST_OF_A_RANK = 0.02
_COST_OF_ONE_WORD = 0.3
_COST_OF_A_CUT = 0.4
_COST_OF_THE_PRIVATE = 1.0
"""Numbers, addresses and what was blacked out are one user's, not the pattern's."""
WRONG_BELOW = 0.3
"""Share of the texts that a label still speaks for; less, and it may be replaced."""
MUCH_BETTER = 2.0
"""Times as many texts that the new one must speak for."""
_DASHES = "-\u2013\u2014"
_QUOTES = "\"'\u2018\u2019\u201c\u201d\u00ab\u00bb"
_CLAUSE = re.compile(rf"(?:[.!?;:\n\r\u2026]+|,\s|\s[{_DASHES}]\s|\s\()\s*")
_WORD = re.compile(r"\S+")
_EDGES = f" \t()[]{{}}.,;:!?*_#>{_DASHES}{_QUOTES}"
_PRIVATE = re.compile(r"[@\d]|https?:|\[|█")


CLOSINGS = frozenset({"please", "pls", "thanks", "asap", "bitte", "svp", "danke"})


@dataclass(frozen=True, slots=True)
class Label:
    """A label, and whose words it is."""

    text: str
    source: str
    """The escalation it was taken from."""


def choose_label(
    texts: Sequence[tuple[str, str]],
    near: Iterable[str],
    *,
    language: str = "en",
    current: str = "",
    current_stands: bool = True,
) -> Label | None:
    """Return the label of a pattern, None where *current* stays.

    *texts* are pairs of an escalation's id and its words, *near* the ids nearest to
    what all have in common, the nearest first: the label is a phrase of one of those,
    the one with most of what all of them speak of, and of two the shorter. A label
    stays as long as it speaks for a part of the texts, and unless its words are to
    be gone (*current_stands* false).
    """
    cutter = WordCutter(language)
    stems = {each: set(cutter.stems(text)) for each, text in texts}
    texts_with = Counter(stem for found in stems.values() for stem in found)
    candidates = _candidates(dict(texts), near, cutter)
    total = max(1, len(stems))
    best = max(
        candidates,
        key=lambda each: (_worth(each, texts_with, total), -len(each.text)),
        default=None,
    )
    if current and current_stands and best is not None:
        kept = _share(set(cutter.stems(current)), stems.values())
        new = _share(best.stems, stems.values())
        if kept >= WRONG_BELOW or new < MUCH_BETTER * kept:
            return None
    return None if best is None else Label(best.text, best.source)


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    source: str
    stems: set[str]
    words: int
    rank: int
    """Of the text it is from: 0 is the nearest."""
    is_cut: bool
    """It goes on in the text."""


def _candidates(
    texts: Mapping[str, str], near: Iterable[str], cutter: WordCutter
) -> Iterator[_Candidate]:
    for rank, source in enumerate(near):
        for clause in _CLAUSE.split(texts.get(source, "")):
            phrase = phrase_of(clause, cutter)
            stems = set(cutter.stems(phrase))
            if stems:
                n = len(_WORD.findall(phrase))
                is_cut = n < len(_without_opening(_WORD.findall(clause)))
                yield _Candidate(phrase, source, stems, n, rank, is_cut)


def _worth(each: _Candidate, texts_with: Mapping[str, int], total: int) -> float:
    """Return how much of what all speak of the phrase says, less what it costs."""
    counts = [texts_with[stem] for stem in each.stems]
    if total >= LEAST_TEXTS:
        own = counts.count(1)
        worth = sum(n for n in counts if n > 1) / total - _COST_OF_AN_OWN_WORD * own
    else:
        worth = sum(counts) / total
    worth -= _COST_OF_A_RANK * each.rank
    worth -= _COST_OF_A_WORD * max(0, each.words - COMFORTABLE_WORDS)
    if each.is_cut:
        worth -= _COST_OF_A_CUT
    if each.words < LEAST_WORDS:
        worth -= _COST_OF_ONE_WORD
    if _PRIVATE.search(each.text):
        worth -= _COST_OF_THE_PRIVATE
    return worth


def _share(label: set[str], texts: Iterable[set[str]]) -> float:
    """Return the share of *texts* that have at least half of what a label says."""
    every = list(texts)
    if not label or not every:
        return 0.0
    return sum(2 * len(label & text) >= len(label) for text in every) / len(every)


def phrase_of(clause: str, cutter: WordCutter) -> str:
    """Return a clause as a label: no greeting, a few words, a capital at the front.

    One that is too long ends with a word that says something.
    """
    words = _without_opening(_WORD.findall(clause.strip(_EDGES)))
    while words and _plain(words[-1]) in CLOSINGS:
        words.pop()
    if len(words) > MAX_WORDS:
        words = words[:MAX_WORDS]
        while words and not cutter.stems(words[-1]):
            words.pop()
    text = " ".join(words)
    while len(text) > MAX_CHARS and " " in text:
        text = text.rsplit(" ", 1)[0]
    text = text[:MAX_CHARS].strip(_EDGES)
    return text[:1].upper() + text[1:]


def _without_opening(words: list[str]) -> list[str]:
    openings, longest = _openings()
    while words:
        plain = [_plain(word) for word in words[:longest]]
        fits = [n for n in range(1, len(plain) + 1) if tuple(plain[:n]) in openings]
        if not fits:
            return words
        words = words[max(fits) :]
    return words


def _plain(word: str) -> str:
    return word.casefold().replace("'", "").replace("\u2019", "").strip(_EDGES)


@cache
def _openings() -> tuple[frozenset[tuple[str, ...]], int]:
    path = files("services.analytics.domain.profiles") / "openings.txt"
    lines = path.read_text("utf8").splitlines()
    found = {tuple(line.split()) for line in lines if line.strip() and line[0] != "#"}
    return frozenset(found), max(map(len, found))
