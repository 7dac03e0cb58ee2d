"""What mentions are known by in one language: phrases of its data file, compiled."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl")
CLAUSE = ";"
"""Stands alone where a clause ends."""
_WORD = r"[^ ;]+"
_START = rf"(?:^|(?<= {CLAUSE})|(?<= and)|(?<= so)|(?<= but)|(?<= then))"
_END = rf"(?= (?:{CLAUSE}|$))"
_ANY_PAST = rf"(?:<ed>|<done>|{_WORD}ed)"
_PAST = "<ed>"
EVERY = ""
"""The trigger of a phrase that no single word announces."""


class MentionReason(StrEnum):
    """What makes a message a mention; of several the first here is told."""

    DECIDED_AGAINST = "decided_against"
    ANOTHER_PERSON = "another_person"
    NEGATED = "negated"
    HYPOTHETICAL = "hypothetical"
    COMPLAINT = "complaint"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row; texts to search are framed by spaces."""

    pattern: re.Pattern[str]
    triggers: frozenset[str]
    """A text without one of these words does not hold the phrase."""
    reason: MentionReason | None = None


class Phrases:
    """Many phrases, found by their words: most texts hold the words of very few."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = tuple(phrases)
        self._by_word: dict[str, list[int]] = {}
        for place, phrase in enumerate(self._phrases):
            for word in phrase.triggers:
                self._by_word.setdefault(word, []).append(place)

    def possible_in(self, words: Iterable[str]) -> Iterator[Phrase]:
        """Return the phrases that a text of *words* may hold, in order."""
        places = set(self._by_word.get(EVERY, ()))
        for word in words:
            if word in self._by_word:
                places.update(self._by_word[word])
        return (self._phrases[place] for place in sorted(places))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words and phrases of one language."""

    language: str
    persons: frozenset[str]
    past: frozenset[str]
    """Past forms that do not end in -ed."""
    light: frozenset[str]
    """Words that are no action's verb, however an example starts."""
    asking: frozenset[str]
    """What a question begins with, the asker's own verbs included: "tell me"."""
    making: frozenset[str]
    """Verbs of actions whose object is not there before them: `order_card`."""
    irregular: Mapping[str, tuple[str, ...]]
    ignored: Phrases
    problem: Phrases
    """Negations that tell what is the matter, and not what shall be left undone."""
    refusal: Phrases
    """Where one of these stands, no negation tells a problem."""
    direct: Phrases
    not_direct: Phrases
    strong: Phrases
    weak: Phrases


@cache
def lexicon_of(language: str) -> Lexicon:
    """Return the lexicon of *language*, one of LANGUAGES."""
    path = files("services.resolver.domain.acting.request_form") / f"{language}.toml"
    data = tomllib.loads(path.read_text("utf-8"))
    direct = data.get("direct", {})
    return Lexicon(
        language=language,
        persons=_words(data, "person"),
        past=_words(data, "past"),
        light=_words(data, "light"),
        asking=_words(data, "asking"),
        making=_words(data, "making"),
        irregular={
            verb: tuple(forms.split())
            for verb, forms in data.get("irregular", {}).items()
        },
        ignored=_phrases(data.get("ignored", {}).get("phrases", ())),
        problem=_phrases(data.get("problem", {}).get("phrases", ())),
        refusal=_phrases(data.get("problem", {}).get("refusal", ())),
        direct=_phrases(direct.get("phrases", ())),
        not_direct=_phrases(direct.get("not_direct", ())),
        strong=_by_reason(data.get("strong", {})),
        weak=_by_reason(data.get("weak", {})),
    )


def _words(data: Mapping[str, Any], name: str) -> frozenset[str]:
    return frozenset(str(data.get(name, "")).split())


def _phrases(written: Iterable[str]) -> Phrases:
    return Phrases(map(compiled, written))


def _by_reason(written: Mapping[str, Iterable[str]]) -> Phrases:
    return Phrases(
        compiled(each, reason)
        for reason in MentionReason
        for each in written.get(reason, ())
    )


def compiled(phrase: str, reason: MentionReason | None = None) -> Phrase:
    """Return *phrase* as it is written in a data file, ready to be looked for."""
    parts = phrase.split()
    pattern = re.compile("".join(map(_part_of, parts)) + r"(?= )")
    return Phrase(pattern, _triggers_of(parts), reason)


def _part_of(part: str) -> str:
    """Return *part* as an expression; each word takes the space before it."""
    if part == "^":
        return _START
    if part == "$":
        return _END
    if part == "...":
        return rf"(?: {_WORD}){{0,4}}?"
    optional = part.endswith("?")
    either = "|".join(map(_word_of, part.removesuffix("?").split("|")))
    return rf"(?: (?:{either}))" + ("?" if optional else "")


def _word_of(word: str) -> str:
    if word == "*":
        return _WORD
    return _ANY_PAST if word == _PAST else re.escape(word)


def _triggers_of(parts: Iterable[str]) -> frozenset[str]:
    """Return the words of which every text with the phrase holds one."""
    needed = [
        frozenset(each.split("|"))
        for each in parts
        if each not in {"^", "$", "...", "*"} and not each.endswith("?")
    ]
    if not (plain := [each for each in needed if not _holds_mark(each)]):
        plain = [each for each in needed if _PAST not in each]
    return min(plain, key=len, default=frozenset({EVERY}))


def _holds_mark(words: Iterable[str]) -> bool:
    """Return whether one of *words* is a mark: most messages hold the action's verb."""
    return any(each.startswith("<") for each in words)
