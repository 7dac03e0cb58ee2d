"""Read the number that a text gives for a parameter; a mere number is none."""

# ruff: noqa: PLR2004, RUF001 - digits of a number; typographic marks are data

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from services.resolver.domain.parameters.values.locality import Locality
from services.resolver.domain.parameters.values.nouns import (
    after_value,
    before_value,
    is_money,
)
from services.resolver.domain.parameters.values.numerals import numeral_said

_NUMBER = re.compile(
    r"(?<![\w.,:/+\-−])[#]?(?P<sign>[-−](?=\d))?"
    r"(?P<digits>\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d+)?|\d[\d.,]*\d|\d)"
    r"(?![\w:/]|[-−]\w)"
)
_SYMBOLS = "$€£¥￥₹₽₩₺₴₪฿₫₦円元원"
_CODES = (
    "usd|eur|gbp|jpy|chf|cad|aud|nzd|inr|brl|mxn|cny|krw|pln|sek|nok|dkk|czk|huf|try|"
    "rub|uah|ils|zar|dollars?|euros?|pounds?|yen|francs?|rupees?|reais|real|pesos?|"
    "kronor|kroner|kr|k[čc]|z[łl](?:oty(?:ch)?)?|lei|tl|lira|rs|рубл\\w*|руб|грн|रुपये|"
    "रुपए|bucks|cents?"
)
_MONEY_BEFORE = re.compile(rf"(?i)(?:[{_SYMBOLS}]|(?<!\w)(?:{_CODES}|us\$|r\$))\s*$")
_MONEY_AFTER = re.compile(rf"(?i)\s*(?:[{_SYMBOLS}]|(?:{_CODES})(?!\w))")
_JOINED = re.compile(
    r"(?i)(?<=[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af])(?=\d)|"
    r"(?<=\d)(?=[円元원]|(?:usd|eur|gbp|jpy|chf|cad|aud|inr|brl|cny|kr)(?!\w))"
)
"""Where a number touches a word of its sentence, or its currency: 退款100元, 20USD."""
_FOREIGN = re.compile(
    r"(?i)(?<!\w)(?:error|err|code|http|https|status|version|v|room|page|line|step|"
    r"chapter|question|fehler|erreur|erro|errore|port|build|release|windows|ios|"
    r"android|iphone|python)\s*[:#]?\s*$"
)
"""A number after one of these is that thing's, never an order or an amount."""
_UNIT = re.compile(r"(?i)\s*(?:%|°|(?:[kmgt]i?b|ms|px|km|kg|am|pm|uhr|x)(?!\w))")
BESIDE = 60
"""Characters on either side of a number that can say what it is."""
_OTHERS = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?|(?<![\d./-])\d{1,4}([./-])\d{1,2}\1\d{2,4}(?![\d/-])|"
    r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?|\S+@\S+|https?://\S+"
)
"""Days, times and addresses have numbers in them that are not numbers."""
_PERCENT = re.compile(r"\s*%")
MAX_ANSWER_WORDS = 4
"""An answer that is a number has few other words; a sentence is about something."""


@dataclass(frozen=True, slots=True)
class Found:
    """One number in a text, and what stands beside it."""

    value: float
    before: str
    after: str

    @property
    def is_money(self) -> bool:
        """Return whether it stands beside a currency."""
        return bool(_MONEY_BEFORE.search(self.before) or _MONEY_AFTER.match(self.after))

    def is_of(self, name: str) -> bool:
        """Return whether the parameter *name* is named beside it."""
        before, after = before_value(name), after_value(name)
        return bool(
            (before and before.search(_without_money(self.before)))
            or (after and after.match(self.after))
        )


def read_number(
    text: str, *, name: str, whole: bool, locality: Locality, answering: bool
) -> int | float | None:
    """Return the number that *text* gives for the parameter *name*, or None."""
    found = numbers_in(text, locality)
    if found is None:
        return None
    if not found and answering:
        return numeral_said(text, name=name, language=locality.language)
    own = [each for each in found if each.is_of(name)]
    if not own and is_money(name):
        own = [each for each in found if each.is_money]
    if not own and answering and len(text.split()) <= MAX_ANSWER_WORDS:
        own = [each for each in found if not is_of_another(each.before)]
        if len(found) != 1 or (own and own[0].is_money and not is_money(name)):
            return None
    values = {each.value for each in own}
    if len(values) != 1:
        return None
    value = values.pop()
    if value.is_integer():
        return int(value)
    return None if whole else value


def numbers_in(text: str, locality: Locality) -> Sequence[Found] | None:
    """Return the numbers in *text*; None where one of them can be read two ways."""
    plain = _OTHERS.sub(lambda found: " " * len(found[0]), _western(text))
    plain = _JOINED.sub(" ", plain)
    found: list[Found] = []
    for match in _NUMBER.finditer(plain):
        before = plain[max(0, match.start() - BESIDE) : match.start()]
        after = plain[match.end() : match.end() + BESIDE]
        percent = _PERCENT.match(after)
        if _UNIT.match(after) and not _MONEY_AFTER.match(after) and not percent:
            continue
        value = _value(match["digits"], locality)
        if value is None:
            return None
        after = _PERCENT.sub(" percent", after, count=1) if percent else after
        found.append(Found(-value if match["sign"] else value, before, after))
    return found


def is_of_another(before: str) -> bool:
    """Return whether a number after *before* is that thing's: "error 500"."""
    return bool(_FOREIGN.search(before))


def _value(digits: str, locality: Locality) -> float | None:
    """Return what *digits* mean, or None where that depends on who reads them."""
    kept = re.sub(r"[ \u00a0\u202f'’]", "", digits)
    separators = re.sub(r"\d", "", kept)
    if not separators:
        return float(kept) if len(kept) <= 15 else None
    last = separators[-1]
    head, _, tail = kept.rpartition(last)
    if len(set(separators)) == 2 and separators.count(last) == 1:
        group = separators[0]
        return (
            float(f"{_ungrouped(head, group)}.{tail}")
            if _ungrouped(head, group)
            else None
        )
    if len(separators) > 1:
        joined = _ungrouped(kept, last)
        return float(joined) if joined else None
    if len(tail) != 3:
        return float(f"{head}.{tail}")
    # `1,000` is a thousand to some and one to others; one's own locale says which.
    return float(head + tail) if last == locality.group else None


def _ungrouped(text: str, group: str) -> str | None:
    first, *others = text.split(group)
    # India groups by two from the thousands on: 1,50,000.
    middle = {len(each) for each in others[:-1]}
    by_two = middle == {2} and len(first) < 3
    last = {len(each) for each in others[-1:]}
    sound = 0 < len(first) <= 3 and last <= {3} and (middle <= {3} or by_two)
    return first + "".join(others) if sound and first.isdigit() else None


def _without_money(before: str) -> str:
    """Return *before* without a currency at its end: "the price is $"."""
    return _MONEY_BEFORE.sub("", before)


def _western(text: str) -> str:
    """Return *text* with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text
    )
