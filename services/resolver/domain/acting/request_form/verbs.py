"""An action's verbs, from its name and its examples, in each form a user gives them."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from services.resolver.domain.acting.request_form.lexicon import Lexicon, lexicon_of
from services.resolver.domain.parameters.values.nouns import words_of
from services.resolver.domain.words.plain import folded

_PAUSES = re.compile(r"[.,;:!?()\n\u2013\u2014\u2026]+|\s-+\s")
VERB, DONE, DOING, NOUN = "<verb>", "<done>", "<doing>", "<noun>"
MARKS = frozenset({VERB, DONE, DOING, NOUN})
MAX_EXAMPLES = 50
"""Of an action, that its verbs are looked for in: more say nothing new."""
MIN_TOLD_VERBS = 3
"""So many verbs in examples, none of them the one word of its name: that is a noun."""
MIN_STEM_CHARS = 4
_VOWELS = frozenset("aeiou")
_BEFORE_VERB = frozenset("please to you just and".split())  # noqa: SIM905 - a list of words
_MAY_STAND_BEFORE_VERB = _BEFORE_VERB | frozenset("i we can me ll d don t".split())  # noqa: SIM905 - likewise


def clauses_of(text: str) -> list[str]:
    """Return the clauses of *text*, folded, in order."""
    found = (" ".join(folded(each).split()) for each in _PAUSES.split(text))
    return [each for each in found if each]


@lru_cache(maxsize=4096)
def verb_forms(name: str, examples: tuple[str, ...]) -> Mapping[str, str]:
    """Return form -> class of every verb of an action of that *name*."""
    lexicon = lexicon_of("en")
    verbs = dict.fromkeys(_verbs_of(name, examples[:MAX_EXAMPLES], lexicon))
    forms: dict[str, str] = {}
    for verb in verbs:
        for form, kind in _forms_of(verb, lexicon):
            forms.setdefault(form, kind)
    return forms


@lru_cache(maxsize=4096)
def noun_stems(name: str, examples: tuple[str, ...]) -> tuple[str, ...]:
    """Return what nouns of the action's verbs begin with: `cancel`, `delet`."""
    forms = verb_forms(name, examples)
    verbs = (each for each, kind in forms.items() if kind == VERB)
    return tuple(each.removesuffix("e") for each in verbs if len(each) > MIN_STEM_CHARS)


def _verbs_of(name: str, examples: Iterable[str], lexicon: Lexicon) -> Iterable[str]:
    told = tuple(dict.fromkeys(_example_verbs(examples, lexicon)))
    first, *objects = words_of(name) or ("",)
    shown = objects or first in told or len(told) < MIN_TOLD_VERBS
    if shown and first not in ("", *lexicon.light) and not is_noun(first, examples):
        yield first
    yield from told


@lru_cache(maxsize=4096)
def is_asked_for(name: str, examples: tuple[str, ...]) -> bool:
    """Return whether users ask for what the action tells, and nothing is done.

    So it is where its name is no verb and half of its examples are questions:
    `credit_score`, "what's my credit score".
    """
    lexicon = lexicon_of("en")
    first = next(iter(words_of(name)), "")
    if not first or first in lexicon.light or not is_noun(first, examples):
        return False
    asking = sum(_asks(each, lexicon) for each in examples)
    return asking * 2 >= len(examples)


def _asks(example: str, lexicon: Lexicon) -> bool:
    words = folded(example).split()[:2]
    return example.rstrip().endswith("?") or not lexicon.asking.isdisjoint(words)


def is_noun(word: str, examples: Iterable[str]) -> bool:
    """Return whether *examples* say *word*, and nowhere as one says a verb.

    The `credit` of `credit_score` is none, where users ask for "my credit score".
    """
    said = False
    for example in examples:
        for clause in clauses_of(example):
            words = clause.split()
            said = said or word in words
            for before, each in zip(["please", *words], words, strict=False):
                if each == word and before in _MAY_STAND_BEFORE_VERB:
                    return False
    return said


def _example_verbs(examples: Iterable[str], lexicon: Lexicon) -> Iterable[str]:
    for example in examples:
        for clause in clauses_of(example):
            words = clause.split()
            for before, word in zip(["please", *words], words, strict=False):
                if before in _BEFORE_VERB and word not in lexicon.light:
                    yield word


def _forms_of(verb: str, lexicon: Lexicon) -> Iterable[tuple[str, str]]:
    stem = verb.removesuffix("e")
    doubled = verb + verb[-1] if _doubles(verb) else verb
    yield verb, VERB
    yield f"{verb}s", VERB
    yield f"{verb}es", VERB
    irregular = lexicon.irregular.get(verb)
    past = irregular or (f"{stem}ed", f"{doubled}ed")
    yield from ((each, DONE) for each in past if each != verb)
    if verb.endswith("y"):
        yield f"{verb[:-1]}ied", DONE
        yield f"{verb[:-1]}ies", VERB
    yield f"{stem}ing", DOING
    yield f"{doubled}ing", DOING


def _doubles(verb: str) -> bool:
    """Return whether its last consonant may be doubled: stop, cancel, reset."""
    return (
        len(verb) > 2  # noqa: PLR2004 - consonant, vowel, consonant
        and verb[-1] not in _VOWELS | {"w", "x", "y"}
        and verb[-2] in _VOWELS
        and verb[-3] not in _VOWELS
    )
