"""Which of the addresses that a question named an answer means."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from services.resolver.domain.parameters.values.contacts import emails_in
from services.resolver.domain.words.plain import folded

MAX_WORDS = 12
"""A longer answer is about something else, unless it holds the address itself."""


def chosen_in(answer: str, addresses: Sequence[str]) -> str | None:
    """Return the one of *addresses* that *answer* means: itself, "bob's", "the first".

    None where it means none or several, or may be against the one that it names.
    """
    said = {each.casefold() for each in emails_in(answer)}
    if said:
        return _only([each for each in addresses if each.casefold() in said])
    words = frozenset(folded(answer).split())
    if len(words) > MAX_WORDS or not words.isdisjoint(_words("against")):
        return None
    named = [
        each
        for each in addresses
        if not words.isdisjoint(_parts(each) - _shared_parts(each, addresses))
    ]
    placed = [
        each
        for place, each in zip(("first", "second"), addresses, strict=False)
        if not words.isdisjoint(_words(place))
    ]
    return _only(named or placed)


def _only(found: Sequence[str]) -> str | None:
    return found[0] if len(found) == 1 else None


def _parts(address: str) -> frozenset[str]:
    """Return the words that *address* is made of: `bob`, `example`, `com`."""
    return frozenset(re.split(r"\W+", folded(address)))


def _shared_parts(address: str, addresses: Sequence[str]) -> frozenset[str]:
    others = [_parts(each) for each in addresses if each != address]
    return frozenset().union(*others)


@cache
def _words(kind: str) -> frozenset[str]:
    path = files("services.resolver.domain.acting") / "either.toml"
    return frozenset(str(tomllib.loads(path.read_text("utf-8"))[kind]).split())
