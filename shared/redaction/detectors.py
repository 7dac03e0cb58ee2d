"""Where each kind of personal data or secret begins and ends in a text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import phonenumbers
import re2

from shared.redaction.checks import iban_length, is_card

Span = tuple[int, int]
MIN_PHONE_DIGITS = 7
MAX_PHONE_TEXT = 20_000
"""Characters that numbers are looked for in at once; longer texts in pieces."""

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 16 * 1024 * 1024


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Any:  # noqa: ANN401 - re2 is untyped
    """Return *pattern* ready to search; raise ValueError where it is none."""
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        raise ValueError(f"not a pattern of RE2: {error}") from None


@dataclass(frozen=True, slots=True)
class Detector:
    """Finds one kind; what *shorten* says is how much of a match it truly is."""

    kind: str
    pattern: str
    shorten: Callable[[str], int] = len
    group: int = 0

    def spans(self, text: str) -> Iterator[Span]:
        """Yield each place in *text*, from left to right."""
        for match in compiled(self.pattern).finditer(text):
            start, end = match.span(self.group)
            length = self.shorten(text[start:end])
            if length:
                yield start, start + length


def _whole(check: Callable[[str], bool]) -> Callable[[str], int]:
    return lambda text: len(text) if check(text) else 0


KEY = Detector(
    "key",
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?s:.*?)-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|(?s:.*)\z)",
)
TOKEN = Detector(
    "token",
    r"\b(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # JWT
    r"|(?:sk|pk|rk)[-_](?:live|test|proj|ant)[-_][\w-]{12,}|sk-[A-Za-z0-9]{20,}"
    r"|AKIA[0-9A-Z]{16}|AIza[\w-]{35}|gh[pousr]_[A-Za-z0-9]{20,}"
    r"|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abeoprs]-[A-Za-z0-9-]{10,}"
    r"|whsec_[A-Za-z0-9+/=]{16,}|hr_[0-9a-f]{16}\.[\w-]{20,})",
)
BEARER = Detector("token", r"(?i)\bbearer\s+([A-Za-z0-9._~+/-]{12,}=*)", group=1)
URL_PASSWORD = Detector(
    "password", r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:([^\s/@]+)@", group=1
)
EMAIL = Detector("email", r"[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+")
IBAN = Detector(
    "IBAN", r"(?i)\b[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{1,4}){3,9}\b", iban_length
)
CARD = Detector("card", r"\b[0-9](?:[ -]?[0-9]){12,18}\b", _whole(is_card))
ADDRESS = Detector("IP address", r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b")
LONG_NUMBER = Detector("number", r"\+?[0-9](?:[ ().\-/]?[0-9]){6,}")

SECRETS = (KEY, URL_PASSWORD, TOKEN, BEARER)
STANDARD = (*SECRETS, EMAIL, IBAN, CARD)
"""In this order: what was found first is not looked into again."""
STRICT = (ADDRESS, LONG_NUMBER)
"""Beside the standard ones: more is blacked out than would have to be."""


def phone_spans(text: str, region: str | None) -> Iterator[Span]:
    """Yield each telephone number, as people of *region* (ISO 3166) write them.

    Without a region only numbers with their country's code are told from others.
    """
    if sum(sign.isdecimal() for sign in text) < MIN_PHONE_DIGITS:
        return
    for at in range(0, len(text), MAX_PHONE_TEXT):
        part = text[at : at + MAX_PHONE_TEXT]
        for match in phonenumbers.PhoneNumberMatcher(part, region):
            yield at + match.start, at + match.end
