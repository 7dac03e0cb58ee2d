"""Which words name a parameter, so that a value beside them is this parameter's."""

# ruff: noqa: SIM905 - lists of words

import re
from functools import lru_cache

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
GENERIC = frozenset(
    "id ids identifier number num no nr code key ref reference value count quantity "
    "qty uuid of the a an in to for by from new old my your user customer".split()
)
"""Words of a name that say nothing of what it names: `order_id` is about orders."""
_COUNTS = frozenset("id ids identifier number num no nr of the a an".split())
MONEY = frozenset(
    "amount price cost fee sum total betrag preis kosten summe montant prix somme "
    "importe precio monto suma valor preco quantia importo prezzo bedrag prijs".split()
)
"""Words of money that have no numbers of their own: "refund 1042" is an order's."""
_OF_MONEY = MONEY | set("refund budget payment charge balance money salary".split())
IDENTIFYING = frozenset(
    "id identifier number num no nr code key ref reference sku serial order invoice "
    "ticket booking reservation tracking account".split()
)
"""A text parameter with one of these in its name is never a whole sentence."""
_TOLD = frozenset(
    "name title subject reason why note notes comment comments description text body "
    "message details detail address holder owner type kind status topic question plan "
    "instruction instructions summary label content contents category feedback".split()
)
"""But for these at its end: `order_notes` is told in words, `ticket_subject` too."""
_LINKS = (
    r"(?:\s*(?:#|:|=|-|\bis\b|\bwas\b|\bof\b|\bto\b|\bid\b|\bnumber\b|\bno\b\.?|"
    r"\bnr\b\.?|\bnumero\b|\bnúmero\b|\bnuméro\b|\bnummer\b|\bnumer\b|\bist\b|\bes\b|"
    r"\best\b|\bé\b|\bè\b|n°|nº|№|\bcode\b|\bref\b\.?|\breference\b|\bthe\b)){0,4}\s*"
)
"""What may stand between a noun and its value: "order number is #17"."""


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a parameter's *name*, however it joins them."""
    return tuple(part.lower() for part in _PARTS.findall(name))


@lru_cache(maxsize=4096)
def nouns_of(name: str) -> tuple[str, ...]:
    """Return the words that, beside a value, say that it is *name*'s."""
    words = words_of(name)
    money = [word for word in words if word in MONEY]
    if money:
        return tuple(money)
    plain = GENERIC | _OF_MONEY
    telling = [word for word in words if word not in plain and not word.isdigit()]
    # Of `key_id` or `quantity` there is nothing else to go by.
    plainly = [word for word in words if word not in _COUNTS]
    return tuple(telling[-1:] or plainly[-1:] or words[-1:])


def is_money(name: str) -> bool:
    """Return whether *name* is an amount of money."""
    return not _OF_MONEY.isdisjoint(words_of(name))


def is_identifying(name: str) -> bool:
    """Return whether *name* names one thing among many, by a code or a number."""
    words = words_of(name)
    return not IDENTIFYING.isdisjoint(words) and words[-1] not in _TOLD


@lru_cache(maxsize=4096)
def before_value(name: str) -> re.Pattern[str] | None:
    """Return what matches, at the end of a text, the noun of *name* and its links."""
    nouns = nouns_of(name)
    if not nouns:
        return None
    joined = "|".join(f"{re.escape(_stem(noun))}(?:e?s)?" for noun in nouns)
    return re.compile(rf"(?i)(?<!\w)(?:{joined})(?!\w){_LINKS}$")


@lru_cache(maxsize=4096)
def after_value(name: str) -> re.Pattern[str] | None:
    """Return what matches, right after a value, the noun of *name*: "20 minutes"."""
    nouns = nouns_of(name)
    if not nouns:
        return None
    joined = "|".join(f"{re.escape(_stem(noun))}(?:e?s)?" for noun in nouns)
    return re.compile(rf"(?i)\s*(?:{joined})(?!\w)")


def _stem(noun: str) -> str:
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
