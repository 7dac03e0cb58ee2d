"""A verb and an object for an action, from the requests that wanted it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.analytics.domain.gaps.remedies.lexicon import lexicon

MAX_OBJECT_WORDS = 2
LEAST_OF_BEST = 0.5
"""A second word joins the object where at least this share of its requests has it."""
LEAST_OBJECT_SHARE = 0.25
"""Of the requests: an object that fewer name after the verb is looked for anywhere."""
VAGUE_WEIGHT = 0.5
DEFAULT_VERB = "handle"
"""Where no request names a verb: a person has to choose one."""

_WORD = re.compile(r"[a-z][a-z']*")
_CLAUSE = re.compile(r"[.,;:!?\n()]+")
_ENDINGS = (("ies", "y"), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("s", ""))


@dataclass(frozen=True, slots=True)
class ActionName:
    """What an action does, and to what."""

    verb: str
    object: tuple[str, ...]

    @property
    def identifier(self) -> str:
        """Return `verb_object`."""
        return "_".join((self.verb, *self.object))

    @property
    def is_risky(self) -> bool:
        """Return whether it may do harm: all but what only reads may."""
        return self.verb not in lexicon().safe


def name_action(requests: Sequence[str]) -> ActionName:
    """Return the verb most requests ask for, and what they ask it of.

    Deterministic: where two are as common, the first by the alphabet.
    """
    read = [_clauses(each) for each in requests]
    said = Counter(verb for each in read for verb in {v for v, _ in _pairs(each)})
    weighed = {
        verb: count * (VAGUE_WEIGHT if verb in lexicon().vague else 1)
        for verb, count in said.items()
    }
    verb = _most(weighed) or DEFAULT_VERB
    return ActionName(verb, _object(read, verb))


def plain_verb(word: str) -> str | None:
    """Return the verb that *word* is a form of, as definitions are named; or None."""
    known = lexicon()
    for form in (word, *_stems(word)):
        if form in known.canonical:
            return known.canonical[form]
        if form in known.verbs:
            return form
    return None


def singular(word: str) -> str:
    """Return *word* without its plural ending, where it has one."""
    # Shorter ones keep the `e`: "ties" is "tie", "queries" is "query".
    if word.endswith("ies") and len(word) > len("ties"):
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _stems(word: str) -> Iterator[str]:
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:  # noqa: PLR2004 - "sing"
            stem = word.removesuffix(ending) + instead
            yield stem
            if len(stem) > 3 and stem[-1] == stem[-2]:  # noqa: PLR2004 - "stopp"
                yield stem[:-1]


def _clauses(text: str) -> list[list[str]]:
    parts = _CLAUSE.split(text.casefold().replace("\u2019", "'"))
    return [_WORD.findall(each) for each in parts]


def _pairs(clauses: Iterable[list[str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each verb of a request with the object that follows it."""
    for words in clauses:
        for at, word in enumerate(words):
            verb = plain_verb(word) if word not in lexicon().empty else None
            if verb is None or _is_noun(words, at):
                continue
            found = tuple(_following(words[at + 1 :]))
            if found:
                yield verb, found


def _is_noun(words: Sequence[str], at: int) -> bool:
    """Return whether the word is the thing itself: "my order", "a refund"."""
    return at > 0 and words[at - 1] in {"my", "the", "a", "an", "your", "this", "that"}


def _following(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word in lexicon().ends:
            return
        if word not in lexicon().empty:
            yield singular(word)


def _object(read: Sequence[list[list[str]]], verb: str) -> tuple[str, ...]:
    """Return the words that most objects of *verb* hold, in their usual order."""
    objects = [found for each in read for said, found in _pairs(each) if said == verb]
    counts = Counter(word for each in objects for word in set(each))
    if not counts or max(counts.values()) < LEAST_OBJECT_SHARE * len(read):
        objects = [_content(each) for each in read]
        counts = Counter(word for each in objects for word in set(each))
    best = _most(counts)
    if best is None:
        return ("request",)
    beside = Counter(
        word for each in objects if best in each for word in set(each) if word != best
    )
    second = _most(beside)
    with_best = sum(best in each for each in objects)
    if second is None or beside[second] < LEAST_OF_BEST * with_best:
        return (best,)
    before = sum(
        each.index(second) < each.index(best)
        for each in objects
        if best in each and second in each
    )
    return (second, best) if 2 * before >= beside[second] else (best, second)


def _content(clauses: Iterable[list[str]]) -> tuple[str, ...]:
    known = lexicon()
    return tuple(
        singular(word)
        for words in clauses
        for word in words
        if word not in known.empty | known.ends and plain_verb(word) is None
    )


def _most(counts: Mapping[str, float]) -> str | None:
    return min(counts, key=lambda each: (-counts[each], each)) if counts else None
