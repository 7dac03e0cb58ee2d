"""The words that an escalation is found by, in any language."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

MAX_WORDS = 24
"""Of one escalation: every word is an entry of an index that an opening pays for."""
MAX_CHARS = 32
MAX_ASKED = 8
"""Words of one question."""
_RUN = re.compile(r"\w+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff]+"
)
"""Scripts that set no spaces between words (or, Korean, hang endings on them): found by
pairs of signs."""
_NUMBER = re.compile(r"esc-\d{1,12}", re.IGNORECASE)
_ACCENT = re.compile("[\u0300-\u036f]")
"""Of Latin, Greek, Cyrillic; in other scripts a mark makes another letter."""


def words_of(*texts: str | None, limit: int = MAX_WORDS) -> tuple[str, ...]:
    """Return the words of *texts* as they are compared, each once, at most *limit*."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _words(text or ""):
            found[word] = None
            if len(found) == limit:
                return tuple(found)
    return tuple(found)


def words_of_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the inbox finds an escalation by; who it is comes first."""
    user, contact = row.get("user") or {}, row.get("contact") or {}
    who = (user.get("name"), user.get("email"), user.get("id"), contact.get("email"))
    return words_of(*who, row.get("summary"))


def asked_words(question: str) -> tuple[str, ...]:
    """Return the words that what is found must all have."""
    return words_of(question, limit=MAX_ASKED)


def asked_number(question: str) -> str | None:
    """Return the number `ESC-1042` where *question* is one."""
    asked = question.strip()
    return asked.upper() if _NUMBER.fullmatch(asked) else None


def _words(text: str) -> Iterator[str]:
    for run in _RUN.findall(_plain(text)):
        for part in _UNSPACED.sub(lambda each: f" {each[0]} ", run).split():
            if _UNSPACED.match(part) and len(part) > 1:
                yield from (part[at : at + 2] for at in range(len(part) - 1))
            else:
                yield part[:MAX_CHARS]


def _plain(text: str) -> str:
    """Return *text* without case and accents: who searches types neither."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _ACCENT.sub("", apart))
