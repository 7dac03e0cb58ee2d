"""Read the one code of a message that says nothing else: "cancel ORD-1042"."""

# ruff: noqa: SIM905 - lists of words

import re

from services.resolver.domain.parameters.values.contacts import codes_in
from services.resolver.domain.parameters.values.nouns import is_money, words_of
from services.resolver.domain.parameters.values.numbers import is_of_another

MAX_WORDS = 8
"""A longer message is about something beside its code."""
_LITTLE = frozenset(
    "please pls thanks hi hello hey can could you i d want to would like need my the "
    "for me it now bitte ich möchte will die der das meine mein können sie je veux "
    "voudrais le la ma mon quiero por favor mi el quero minha meu voglio il mio ik wil "
    "mijn".split()
)
"""Words that say nothing of a code beside them."""
_WORD = re.compile(r"[^\W\d_]+")
_MEASURED = re.compile(r"(?i)\d[\d.,:/-]*[a-z]{0,4}|[a-z]{1,2}\d{1,2}|[a-z]{5,}\d+")
"""Not sure to be a code: 10MB, 5th, 17, 2026-12-05; v2, Q3; windows11."""
_NUMBER = re.compile(r"\d{3,15}")
_YEAR = re.compile(r"(?:19|20)\d\d")


def lone_code(text: str, *, about: str, digits: bool) -> str | None:
    """Return the one code of *text*, where all else are words of *about*, the action.

    A mere number only where *digits* are allowed: if nothing else of the action is one.
    """
    found = codes_in(text)
    if len(found) != 1 or len(text.split()) > MAX_WORDS:
        return None
    (code,) = found
    before, _, after = text.partition(code)
    known = _LITTLE | {each.casefold() for each in _WORD.findall(about)}
    said = {each.casefold() for each in _WORD.findall(f"{before} {after}")}
    if not said <= known or said <= _LITTLE or is_of_another(before):
        return None
    if re.search(r"[^\w\s#.,!?'’-]", f"{before} {after}"):  # noqa: RUF001 - as it is typed
        return None  # 1042 € is no order, nor is 50 %
    if _NUMBER.fullmatch(code):
        return code if digits and not _YEAR.fullmatch(code) else None
    return None if _MEASURED.fullmatch(code) else code


def is_of_codes(name: str) -> bool:
    """Return whether a number called *name* is a code, as a ticket's is."""
    last = "id identifier number no nr code ref reference order invoice ticket booking"
    # A name of signs alone has no words.
    return any(word in last.split() for word in words_of(name)[-1:]) and not is_money(
        name
    )
