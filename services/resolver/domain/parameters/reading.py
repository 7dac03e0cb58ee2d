"""Read one value out of a user's words, by its shape; None is always an answer."""

# ruff: noqa: ANN401 - any JSON value

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from services.resolver.domain.acting.consent import read_consent
from services.resolver.domain.parameters.checks import fits
from services.resolver.domain.parameters.known import fitting
from services.resolver.domain.parameters.leaves import Leaf
from services.resolver.domain.parameters.values.choices import choices_in, read_choice
from services.resolver.domain.parameters.values.codes import is_of_codes, lone_code
from services.resolver.domain.parameters.values.contacts import (
    code_named,
    codes_in,
    emails_in,
    is_left_behind,
    matches_in,
    only,
    other_emails_in,
    phones_in,
    site_said,
    uris_in,
    uuids_in,
)
from services.resolver.domain.parameters.values.dates import (
    Clock,
    looks,
    read_date,
    read_moment,
    read_time,
)
from services.resolver.domain.parameters.values.locality import locality_of, zone_of
from services.resolver.domain.parameters.values.nouns import words_of
from services.resolver.domain.parameters.values.numbers import numbers_in, read_number
from services.resolver.domain.parameters.values.silence import names_nothing

EVIDENT = frozenset({"choice", "number", "code", "pattern", "array of choices"})
"""Shapes that a value in words fills by evidence of its own: a noun beside it, a list
or a pattern that it is of. The others are told apart by shape alone."""
LASTING = frozenset({"email", "phone", "uuid", "uri", "pattern", "code", "number"})
"""What was said earlier and still holds; a date or a colour was of its own sentence."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a user said, when, and how they write."""

    text: str
    now: datetime
    locale: str | None = None
    timezone: str | None = None
    about: str = ""
    """What the action is called and does: booking looks ahead."""
    own_email: str | None = None
    """The user's address: whatever `new_email` is, it is not this one."""


def read(leaf: Leaf, words: Words, *, answering: bool) -> Any | None:
    """Return the value that *words* give for *leaf*, valid by its schema, or None."""
    value = _read(leaf, words, answering=answering)
    if value is None:
        return None
    if leaf.spec.get("type") == "array":
        return value if fits(value, leaf.spec) else None
    return fitting(value, leaf.spec)


def takes_code(leaf: Leaf) -> bool:
    """Return whether *leaf* is a code, or a whole number that is called as one."""
    whole = leaf.spec.get("type") == "integer" and "enum" not in leaf.spec
    return leaf.shape == "code" or (whole and is_of_codes(leaf.name))


def read_lone_code(
    leaf: Leaf, words: Words, *, others: Sequence[Leaf], of_money: bool
) -> Any | None:
    """Return the code for *leaf* in a message that says nothing else.

    A mere number is one where the action takes no other number, and no money; none is
    one that any of *others* would take.
    """
    digits = not of_money and not any(
        each.shape in {"number", "pattern", "date"} for each in others
    )
    code = lone_code(words.text, about=words.about, digits=digits)
    if code is None or (leaf.shape == "number" and not code.isdecimal()):
        return None
    told = replace(words, text=code)
    if any(read(each, told, answering=True) is not None for each in others):
        return None
    return fitting(code, leaf.spec)


def get_ready() -> None:
    """Load what the first reading would: a quarter of a second that no message waits.

    For the loop's sake this is done in a thread; other locales take some 50 ms once.
    """
    words = Words(
        "tomorrow, order 1, +351 912 345 678", datetime(2026, 1, 1, tzinfo=UTC)
    )
    for spec in ({"type": "string", "format": "date"}, {"type": "number"}):
        read(Leaf(("order",), spec, required=True), words, answering=False)
    read(Leaf(("phone",), {"type": "string"}, required=True), words, answering=False)


def is_contested(leaf: Leaf, words: Words) -> bool:
    """Return whether *words* name several values: no other source settles that."""
    match leaf.shape:
        case "choice":
            found: Sequence[Any] = choices_in(
                words.text, leaf.spec["enum"], name=leaf.name, answering=False
            )
        case "number":
            numbers = numbers_in(words.text, locality_of(words.locale)) or ()
            found = [each.value for each in numbers if each.is_of(leaf.name)]
        case "code":
            found = code_named(words.text, leaf.name)
        case _:
            return False
    return len(set(found)) > 1


def _read(leaf: Leaf, words: Words, *, answering: bool) -> Any | None:
    text, shape = words.text, leaf.shape
    if leaf.spec.get("type") == "array":
        return _read_several(leaf, words, answering=answering)
    match shape:
        case "choice":
            return read_choice(
                text, leaf.spec["enum"], name=leaf.name, answering=answering
            )
        case "number":
            return read_number(
                text,
                name=leaf.name,
                whole=leaf.spec["type"] == "integer",
                locality=locality_of(words.locale),
                answering=answering,
            )
        case "boolean":
            return read_consent(text) if answering else None
        case "code":
            return _read_code(leaf.name, text, answering=answering)
        case _:
            return _read_shaped(leaf, words, answering=answering)


def _read_shaped(leaf: Leaf, words: Words, *, answering: bool) -> str | None:
    reader = _BY_SHAPE.get(leaf.shape)
    found = reader(leaf, words) if reader else None
    if found is None and answering and leaf.shape == "uri":
        return site_said(words.text)
    return found


def is_new(leaf: Leaf) -> bool:
    """Return whether *leaf* is an address that takes another's place: `new_email`."""
    return leaf.shape == "email" and "new" in words_of(leaf.name)


def _read_email(leaf: Leaf, words: Words) -> str | None:
    if not is_new(leaf):
        return only(emails_in(words.text))
    others = other_emails_in(words.text, words.own_email)
    return only(each for each in others if not is_left_behind(each, words.text))


def clock_of(leaf: Leaf, words: Words) -> Clock:
    """Return when and where *words* were said, and whether *leaf* looks back."""
    own = f"{leaf.name.replace('_', ' ')} {leaf.spec.get('description', '')}"
    hint = own if looks(own) else words.about
    zone = zone_of(words.timezone, words.now)
    return Clock(words.now, zone, locality_of(words.locale), hint)


def _read_code(name: str, text: str, *, answering: bool) -> str | None:
    named = only(code_named(text, name))
    if named is not None or not answering:
        return named
    found = codes_in(text)
    if found:
        return only(found)
    word = text.strip(" .!")
    if not word or " " in word or not word.isascii() or names_nothing(text):
        return None
    return None if word.casefold() in words_of(name) else word


def _read_several(leaf: Leaf, words: Words, *, answering: bool) -> list[Any] | None:
    inner = Leaf(leaf.path, leaf.spec.get("items", {}), required=True)
    text, found = words.text, []
    match inner.shape:
        case "choice":
            found = choices_in(
                text, inner.spec["enum"], name=leaf.name, answering=answering
            )
            found.sort(key=inner.spec["enum"].index)
        case "email":
            found = emails_in(text)
        case "uuid":
            found = uuids_in(text)
        case "pattern":
            found = matches_in(text, inner.spec["pattern"])
        case "number" if answering:
            numbers = numbers_in(text, locality_of(words.locale)) or ()
            found = [fitting(each.value, inner.spec) for each in numbers]
        case "code" if answering:
            found = codes_in(text)
    return list(dict.fromkeys(found)) or None


_BY_SHAPE: dict[str, Callable[[Leaf, Words], str | None]] = {
    "email": _read_email,
    "phone": lambda _, words: only(
        phones_in(words.text, locality_of(words.locale).region)
    ),
    "uri": lambda _, words: only(uris_in(words.text)),
    "uuid": lambda _, words: only(uuids_in(words.text)),
    "pattern": lambda leaf, words: only(matches_in(words.text, leaf.spec["pattern"])),
    "date": lambda leaf, words: read_date(words.text, clock_of(leaf, words)),
    "date-time": lambda leaf, words: read_moment(words.text, clock_of(leaf, words)),
    "time": lambda _, words: read_time(words.text),
}
"""Shapes that are looked for wherever they stand."""
