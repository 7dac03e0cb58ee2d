"""Read e-mail addresses, telephone numbers, web addresses and ids out of words."""

# ruff: noqa: PLC0415, SIM905 - a large library is loaded when it is needed; lists of words

import re
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any

from services.resolver.domain.parameters.checks import fits, pattern_of
from services.resolver.domain.parameters.values.nouns import before_value

_EMAIL = re.compile(
    r"(?<![\w.+@-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?![\w@])"
)
_BEHIND = re.compile(
    r"(?i)(?<!\w)(?:from|old|current|previous|former|instead of|access to|von|vom|"
    r"statt|alten?|bisherigen?|de|du|desde|ancienne|actuelle|antigu[oa]|viej[oa]|actual|"
    r"antig[oa]|da|dal|vecchi[oa]|attuale|van|oude|från|gamla|fra|gamle|z|od)"
    r"(?:\s+(?:my|e-?mail|mail|address|adresse|one|is|was|ist|es|est)){0,4}\W*$"
)
"""What says of the address after it that it is the one to be replaced."""
_URI = re.compile(r"https?://[^\s<>\"'\u201c\u201d]{1,2000}")
_SITE = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}(?:[/?#][^\s<>\"']{0,2000})?")
_UUID = re.compile(
    r"(?i)(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])"
)
_TOKEN = re.compile(r"[^\s,;:!?\"“”'()<>\[\]{}]+")
_CODE = re.compile(
    r"(?<![\w/.@-])(?=[\w/-]*\d)#?(?P<code>[A-Za-z0-9](?:[\w/-]*[A-Za-z0-9])?)(?!\w)"
)
BESIDE = 60
"""Characters before a code that can say what it is."""
_EDGES = ".…#*_`"
_ORDINARY = (
    "the and for with not please help hello upload password account Please The HELP "
    "cancel order my thanks error 500 10 2 10MB"
).split()
"""A pattern that takes these says nothing of what it is looking for."""


def emails_in(text: str) -> list[str]:
    """Return the valid addresses in *text*."""
    found = (each.strip(".'`*_") for each in _EMAIL.findall(text))
    return [each for each in found if fits(each, {"type": "string", "format": "email"})]


def other_emails_in(text: str, own: str | None) -> list[str]:
    """Return the addresses in *text* that are not the user's *own*, each once.

    No mailbox in use tells capitals apart: Ana@ is ana@.
    """
    mine = (own or "").casefold()
    return list(
        dict.fromkeys(each for each in emails_in(text) if each.casefold() != mine)
    )


def is_left_behind(email: str, text: str) -> bool:
    """Return whether *text* says that *email* is the old one: "from ana@a.test"."""
    before = text[: text.find(email)]
    return bool(_BEHIND.search(before[-BESIDE:]))


def uris_in(text: str) -> list[str]:
    """Return the web addresses in *text*, without the sentence's own marks."""
    return [each.rstrip(".,;:!?)]}") for each in _URI.findall(text)]


def site_said(answer: str) -> str | None:
    """Return the web address that an answer is, as people write theirs: `a.test/x`."""
    word = answer.strip(" .,;!")
    return f"https://{word}" if _SITE.fullmatch(word) else None


def uuids_in(text: str) -> list[str]:
    """Return the UUIDs in *text*."""
    return _UUID.findall(text)


def phones_in(text: str, region: str | None) -> list[str]:
    """Return the valid telephone numbers in *text*, as E.164."""
    library = _phonenumbers()
    found = library.PhoneNumberMatcher(text[:1000], region)
    form = library.PhoneNumberFormat.E164
    return [library.format_number(each.number, form) for each in found]


@cache
def _phonenumbers() -> ModuleType:
    # 23 MB of tables that few actions need: loaded by the first one that does.
    import phonenumbers

    return phonenumbers


def matches_in(text: str, pattern: str) -> list[str]:
    """Return the words of *text* that a telling *pattern* takes, in its own case."""
    compiled: Any = pattern_of(pattern)
    if compiled is None or any(compiled.search(each) for each in _ORDINARY):
        return []
    tokens = _tokens(text)
    found = [each for each in tokens if compiled.search(each)]
    if found:
        return found
    # Whoever types `ord-123456` means the ORD-123456 that the pattern asks for. A word
    # without a digit stays one: in capitals it would be a code by chance.
    codes = [each.upper() for each in tokens if re.search(r"\d", each)]
    return [each for each in codes if compiled.search(each)]


def code_named(text: str, name: str) -> list[str]:
    """Return the codes in *text* that stand right after the noun of *name*."""
    before = before_value(name)
    if before is None:
        return []
    return [
        match["code"]
        for match in _CODE.finditer(text)
        if before.search(text[max(0, match.start() - BESIDE) : match.start()])
        and _stands_alone(text, match.start())
    ]


def codes_in(text: str) -> list[str]:
    """Return every word of *text* that has a digit."""
    found = (_CODE.fullmatch(each) for each in _tokens(text))
    return [each["code"] for each in found if each]


def only(found: Iterable[str]) -> str | None:
    """Return the one value of *found*, or None where there are more or none."""
    values = list(dict.fromkeys(found))
    return values[0] if len(values) == 1 else None


def _tokens(text: str) -> list[str]:
    return [token for each in _TOKEN.findall(text) if (token := each.strip(_EDGES))]


def _stands_alone(text: str, start: int) -> bool:
    return start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "-_/.@")
