"""What an action needs to be told, from what its requests told."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from services.analytics.domain.gaps.remedies.lexicon import lexicon
from services.analytics.domain.gaps.remedies.naming import plain_verb, singular

LEAST_REQUESTS = 2
"""That tell a parameter; one request's detail is its own."""
LEAST_SHARE = 0.2
"""Of the requests: what fewer tell is a detail of a few."""
REQUIRED_SHARE = 0.6
"""Of the requests: what as many tell unasked, the action cannot do without."""
MAX_CHOICES = 8
"""Named options that are listed; a longer list is free text."""

_MONTHS = r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_CURRENCY = r"[$€£]|\b(?:usd|eur|gbp|dollars?|euros?|pounds?)\b"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that an action needs to be told."""

    name: str
    type: str
    """As JSON Schema names it."""
    description: str
    required: bool
    count: int
    """How many requests told it."""
    format: str = ""
    """As JSON Schema names it; empty where it has none."""
    choices: tuple[str, ...] = ()
    """What it may be, where requests name a few over and over."""


@dataclass(frozen=True, slots=True)
class _Detail:
    """A kind of detail that is found by its form."""

    name: str
    pattern: re.Pattern[str]
    type: str
    description: str
    format: str = ""


def _detail(name: str, pattern: str, kind: str, says: str, form: str = "") -> _Detail:
    return _Detail(name, re.compile(pattern, re.IGNORECASE), kind, says, form)


DETAILS = (
    _detail(
        "email",
        r"\[email\]|[\w.+-]+@[\w-]+\.[\w.-]*\w",
        "string",
        "An e-mail address",
        "email",
    ),
    _detail("url", r"https?://\S+", "string", "A web address", "uri"),
    _detail("card", r"\[card\]", "string", "A card, by what the app knows it by"),
    _detail("iban", r"\[IBAN\]", "string", "A bank account number"),
    _detail(
        "amount",
        rf"(?:{_CURRENCY}) ?\d[\d.,]*|\b\d[\d.,]* ?(?:{_CURRENCY})",
        "number",
        "An amount of money",
    ),
    _detail(
        "date",
        rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?\b"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})[a-z]*\b"
        rf"|\b(?:{_MONTHS})[a-z]* \d{{1,2}}(?:st|nd|rd|th)?\b"
        r"|\bthe \d{1,2}(?:st|nd|rd|th)\b"
        rf"|\b(?:today|tomorrow|tonight|yesterday|{_DAYS}|next (?:week|month|year))\b",
        "string",
        "A day",
        "date",
    ),
    _detail(
        "time",
        r"\b\d{1,2}:\d\d\b(?: ?[ap]m)?|\b\d{1,2} ?[ap]m\b|\b(?:noon|midnight)\b",
        "string",
        "A time of day",
        "time",
    ),
    _detail(
        "percentage", r"\b\d+(?:\.\d+)? ?(?:%|percent\b)", "number", "A percentage"
    ),
    _detail("phone", r"\[phone\]|\+\d[\d ()-]{7,}\d", "string", "A phone number"),
)
"""In order: what one has taken, a later one cannot take."""

_NUMBERED = re.compile(
    r"\b([a-z]{3,20})(?: (?:number|no\.?|nr\.?|id|reference|ref))? ?[:#]? ?#?"
    r"((?=[\w-]*\d)[A-Z]{0,5}-?\d[\w-]{2,20})\b",
    re.IGNORECASE,
)
_QUANTITY = re.compile(r"\b(\d{1,3}) ([a-z]{3,})\b", re.IGNORECASE)
_CHOICE = re.compile(
    r"\b(?:to|into|in|as) (?:the |a |an |my )?([a-z]+)\b", re.IGNORECASE
)


def find_parameters(requests: Sequence[str], verb: str) -> tuple[Parameter, ...]:
    """Return what at least a fifth of *requests* tell: first what most of them do.

    *verb* is what they ask for; only of some does "to" name what is chosen.
    """
    found: list[Parameter] = []
    left = list(requests)
    for detail in DETAILS:
        told = sum(bool(detail.pattern.search(text)) for text in left)
        left = [detail.pattern.sub(" ", text) for text in left]
        if _is_told(told, len(requests)):
            found.append(_of(detail, told, len(requests)))
    found += [*_references(left), *_quantities(left)]
    if verb in lexicon().choosing:
        found += _choices(left)
    found.sort(key=lambda each: (-each.count, each.name))
    return tuple({each.name: each for each in reversed(found)}.values())[::-1]


def _is_told(count: int, requests: int) -> bool:
    return count >= LEAST_REQUESTS and count >= LEAST_SHARE * requests


def _is_required(count: int, requests: int) -> bool:
    return count >= REQUIRED_SHARE * requests


def _of(detail: _Detail, told: int, requests: int) -> Parameter:
    return Parameter(
        detail.name,
        detail.type,
        detail.description,
        _is_required(told, requests),
        told,
        detail.format,
    )


def _references(requests: Sequence[str]) -> list[Parameter]:
    """Return numbers that name a thing: "order 48213", "invoice INV-204"."""
    return _counted(
        requests,
        lambda text: _nouns(match[1] for match in _NUMBERED.finditer(text)),
        lambda noun: (f"{noun}_id", "string", f"Which {noun}"),
    )


def _quantities(requests: Sequence[str]) -> list[Parameter]:
    """Return numbers of things: "3 licences"."""
    return _counted(
        requests,
        lambda text: _nouns(match[2] for match in _QUANTITY.finditer(text)),
        lambda noun: (f"{noun}_count", "integer", f"How many of: {noun}"),
    )


def _counted(
    requests: Sequence[str],
    nouns_of: Callable[[str], set[str]],
    made: Callable[[str], tuple[str, str, str]],
) -> list[Parameter]:
    counts = Counter(noun for text in requests for noun in nouns_of(text))
    return [
        Parameter(*made(noun), _is_required(told, len(requests)), told)
        for noun, told in sorted(counts.items())
        if _is_told(told, len(requests))
    ]


def _choices(requests: Sequence[str]) -> list[Parameter]:
    """Return named options: "to the pro plan" and "to the basic plan", told often."""
    counts = Counter(
        word
        for text in requests
        for word in _nouns(match[1] for match in _CHOICE.finditer(text))
    )
    often = sorted(word for word, told in counts.items() if told >= LEAST_REQUESTS)
    told = sum(counts[word] for word in often)
    several = 1 < len(often) <= MAX_CHOICES
    if not several or not _is_told(told, len(requests)):
        return []
    told = min(told, len(requests))
    required = _is_required(told, len(requests))
    says = f"Which one: {', '.join(often)}"
    return [Parameter("target", "string", says, required, told, choices=tuple(often))]


def _is_noun(word: str) -> bool:
    known, plain = lexicon(), word.casefold()
    if plain in known.empty | known.ends:
        return False
    return plain in known.also_nouns or plain_verb(plain) is None


def _nouns(words: Iterable[str]) -> set[str]:
    return {singular(word.casefold()) for word in words if _is_noun(word)}
