"""Whether a message requests an action, or only mentions it, and by what it shows.

The message's words are marked by what they are to the action (its verb, its past, its
noun), and phrases of the language's data file are looked for among them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from services.resolver.domain.acting.request_form.lexicon import (
    CLAUSE,
    LANGUAGES,
    Lexicon,
    MentionReason,
    Phrase,
    Phrases,
    lexicon_of,
)
from services.resolver.domain.acting.request_form.verbs import (
    MARKS,
    NOUN,
    clauses_of,
    is_asked_for,
    noun_stems,
    verb_forms,
)
from services.resolver.domain.parameters.values.nouns import words_of
from services.resolver.domain.words.languages import language_of
from services.resolver.domain.words.plain import folded

OTHERS = MentionReason.ANOTHER_PERSON
SHARED = frozenset(
    {MentionReason.HYPOTHETICAL, MentionReason.COMPLAINT, MentionReason.PAST}
)
"""Told by how a sentence is built: where one example is built so, requests are."""
EXPLAINED = frozenset({MentionReason.NEGATED, MentionReason.COMPLAINT})
"""What a problem is told with, and the refusal of an action as well."""
INABILITY = frozenset({"can", "couldn", "cannot", "cant", "couldnt"})
"""What is not possible is a problem: where an example tells one so, requests do."""
MAX_CHARS = 1000
"""Of a message: what an action is to do is said by then."""


@dataclass(frozen=True, slots=True)
class RequestForm:
    """How a message speaks of an action; no reason where it requests it outright."""

    reason: MentionReason | None = None

    @property
    def is_direct_request(self) -> bool:
        """Return whether the action may be run without asking first."""
        return self.reason is None


class DescribedAction(Protocol):
    """What is read of an action: its verb and how its users ask for it."""

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def examples(self) -> tuple[str, ...]: ...


def read_request_form(text: str, action: DescribedAction) -> RequestForm:
    """Return how *text* speaks of *action*.

    A phrase that an example of the action holds as well says nothing: "I can't log in"
    may be how its users ask for it.
    """
    clauses = clauses_of(text[:MAX_CHARS])
    language = language_of(text)
    for each in (language,) if language else LANGUAGES:
        lexicon = lexicon_of(each)
        marked = _mark(clauses, action.name, action.examples, lexicon)
        read = _without(lexicon.ignored, marked)
        own = (*action.examples, action.description)
        said = _example_words(action.name, own, each)
        skipped = _skipped(action, lexicon)
        # Who does not name the action does not refuse it: "I can't log in".
        aside = read
        if not _refuses(action, marked, lexicon):
            aside = _without_problem(read, action, lexicon)
        reason = _reason_besides(aside, lexicon.strong, read, said, skipped)
        if reason is None and not _requests(action, marked, lexicon):
            reason = _reason_besides(aside, lexicon.weak, read, said, skipped)
        if reason is not None:
            return RequestForm(reason)
    return RequestForm()


def _reason_besides(
    aside: str,
    phrases: Phrases,
    words: str,
    said: str,
    skipped: frozenset[MentionReason],
) -> MentionReason | None:
    """Return the first reason in *words* that no problem, set *aside*, explains."""
    reason = _reason_in(phrases, words, said, skipped)
    if aside is words or reason not in EXPLAINED:
        return reason
    besides = _reason_in(phrases, aside, said, skipped)
    # "not sure" is no refusal, and a doubt all the same.
    return besides or _reason_in(phrases, words, said, skipped | EXPLAINED)


def _skipped(action: DescribedAction, lexicon: Lexicon) -> frozenset[MentionReason]:
    """Return the reasons that *action* gives by nature: all its requests hold them."""
    names = words_of(action.name)
    # An action about others, `invite_member`, is asked for with others in it.
    others = () if lexicon.persons.isdisjoint(names) else (OTHERS,)
    asked = SHARED if is_asked_for(action.name, action.examples) else ()
    return frozenset((*others, *asked))


def _reason_in(
    phrases: Phrases, words: str, said: str, skipped: frozenset[MentionReason]
) -> MentionReason | None:
    """Return the first reason in *words* that the action's own, *said*, do not give."""
    for phrase in phrases.possible_in(words.split()):
        if phrase.reason in skipped:
            continue
        if _is_shared(phrase, words, said):
            continue
        for found in phrase.pattern.finditer(words):
            # With the word after it: "can't log" is the example's, "can't you" is not.
            end = words.find(" ", found.end() + 1)
            if words[found.end() :].startswith(f" {CLAUSE}") or end < 0:
                end = found.end()
            if words[found.start() : end + 1] not in said:
                return phrase.reason
    return None


def _refuses(action: DescribedAction, marked: str, lexicon: Lexicon) -> bool:
    """Return whether a negation in *marked* may be about the action.

    So it may where the action is named, or what it is to make: "my refund isn't here"
    is no wish for another.
    """
    words = marked.split()
    if not MARKS.isdisjoint(words) or _holds(lexicon.refusal, marked, words):
        return True
    first, *objects = words_of(action.name) or ("",)
    return (
        bool(objects)
        and first in lexicon.making
        and any(word.startswith(objects[-1]) for word in words)
    )


def _is_shared(phrase: Phrase, words: str, said: str) -> bool:
    """Return whether the action's own, *said*, show that its requests are built so."""
    own = phrase.pattern.search(said)
    if own is None or phrase.reason in SHARED:
        return own is not None
    # "I can't have you reset it" is about the action, and no problem of its user.
    problem = MARKS.isdisjoint(words.split())
    return problem and not INABILITY.isdisjoint(own.group().split())


def _requests(action: DescribedAction, marked: str, lexicon: Lexicon) -> bool:
    """Return whether a clause of *marked* asks outright for the action.

    So does a message without a word of the action: "I get an error" is a wish for what
    mends it, "the reset gives an error" is none for a reset.
    """
    own = _own_words(action.name, action.examples)
    if own.isdisjoint(marked.split()):
        return True
    for clause in marked.split(CLAUSE):
        words = clause.split()
        if (
            not own.isdisjoint(words)
            and _holds(lexicon.direct, clause, words)
            and not _holds(lexicon.not_direct, clause, words)
        ):
            return True
    return False


def _holds(phrases: Phrases, clause: str, words: Sequence[str]) -> bool:
    return any(each.pattern.search(clause) for each in phrases.possible_in(words))


def _mark(
    clauses: Iterable[str], name: str, examples: tuple[str, ...], lexicon: Lexicon
) -> str:
    """Return *clauses* as one text, the words that concern the action marked."""
    forms = verb_forms(name, examples)
    stems = noun_stems(name, examples)
    marked: list[str] = []
    for clause in clauses:
        for word in clause.split():
            if word in forms:
                marked.append(forms[word])
            elif word in lexicon.persons:
                marked.append("<person>")
            elif word in lexicon.past:
                marked.append("<ed>")
            elif word.startswith(stems):
                marked.append(NOUN)
            else:
                marked.append(word)
        marked.append(CLAUSE)
    return f" {' '.join(marked)} "


def _without(ignored: Phrases, words: str) -> str:
    """Return *words* without what only sounds like a mention: "if possible"."""
    for phrase in ignored.possible_in(words.split()):
        words = phrase.pattern.sub("", words)
    return words


def _without_problem(words: str, action: DescribedAction, lexicon: Lexicon) -> str:
    """Return *words* without what tells a problem.

    What denies a problem that the action's examples tell is none: "it isn't stolen".
    """
    own = _own_words(action.name, action.examples)

    def kept(found: re.Match[str]) -> str:
        denied = found.string[found.end() :].split()[:1]
        return "" if own.isdisjoint(denied) else found.group()

    for phrase in lexicon.problem.possible_in(words.split()):
        words = phrase.pattern.sub(kept, words)
    return words


@lru_cache(maxsize=4096)
def _example_words(name: str, examples: tuple[str, ...], language: str) -> str:
    """Return what the examples say, marked like a message."""
    clauses = [each for example in examples for each in clauses_of(example)]
    lexicon = lexicon_of(language)
    return _without(lexicon.ignored, _mark(clauses, name, examples, lexicon))


@lru_cache(maxsize=4096)
def _own_words(name: str, examples: tuple[str, ...]) -> frozenset[str]:
    """Return the marks and the words that speak of the action itself."""
    light = lexicon_of("en").light
    said = folded(" ".join((name.replace("_", " "), *examples))).split()
    return MARKS | {each for each in said if each not in light}
