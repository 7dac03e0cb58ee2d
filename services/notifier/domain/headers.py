"""Header values that cannot become two headers, and the ids that thread mail."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby

from shared.text import cut, is_shown

MAX_CHARS = 200
SUBJECT_SUMMARY_CHARS = 80
APP_CHARS = 40
REFERENCES_KEPT = 10
"""The root and the latest: enough to thread, and far from the line limit."""

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = "\u00ad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff"
_LINE_BREAKS = "\u2028\u2029"
_DROPPED = {ord(each) for each in BIDI + INVISIBLE}
_SPACES = re.compile(r"\s+")
_NO_BREAK = "\u00a0\u202f"
"""Spaces that French has before a question mark; a single one stays."""
_ENCODED_WORD = re.compile(r"=\?(?=[^\s?]*\?)")
_PRIORITIES = {"urgent": "P1", "high": "P2", "normal": "P3", "low": "P4"}


def header_safe(text: str, *, limit: int = MAX_CHARS) -> str:
    """Return *text* as one harmless line, and otherwise as it was written.

    What looks like an encoded word is broken up: some readers decode again what they
    decoded, line breaks included (the class of CVE-2024-6923).
    """
    text = text[: 8 * limit]
    # Most text is plain: nothing of it is looked at letter by letter.
    kept = [text] if text.isascii() and text.isprintable() else _kept(text)
    line = _SPACES.sub(_one_space, "".join(kept)).strip()
    if _ENCODED_WORD.search(line):
        line = line.replace("=?", "= ?")
    return shortened(line, limit)


def _kept(text: str) -> list[str]:
    """Return the letters of *text* that a header may hold."""
    kept: list[str] = []
    for char in composed(text):
        category = unicodedata.category(char)
        if category == "Cc" or char in _LINE_BREAKS:
            kept.append(" ")
        elif ord(char) not in _DROPPED and (
            category not in {"Cs", "Cn"} or is_shown(char)
        ):
            kept.append(char)
    return kept


def composed(text: str) -> str:
    """Return *text* with letters and their marks composed where that is one letter.

    What composing would take apart (letters of Hindi and of Hebrew) stays as written.
    """
    if unicodedata.is_normalized("NFC", text):
        return text
    runs = groupby(text, key=lambda char: unicodedata.is_normalized("NFC", char))
    return "".join(
        unicodedata.normalize("NFC", "".join(run)) if composes else "".join(run)
        for composes, run in runs
    )


def _one_space(found: re.Match[str]) -> str:
    return found[0] if found[0] in _NO_BREAK else " "


def shortened(text: str, limit: int) -> str:
    """Return *text*, cut with an ellipsis where it is longer than *limit*."""
    return cut(text, limit)


def subject_of(
    *, app: str, priority: str, summary: str, follow_up: bool, test: bool = False
) -> str:
    """Return the subject: the same for a whole conversation, so that clients thread."""
    first_line = next((each for each in summary.splitlines() if each.strip()), "")
    words = header_safe(first_line, limit=SUBJECT_SUMMARY_CHARS) or "(no words)"
    mark = _PRIORITIES.get(priority, "P3")
    subject = f"[{_app_name(app)}][{mark}] Human needed: {words}"
    if test:
        subject = f"[TEST] {subject}"
    return f"Re: {subject}" if follow_up else subject


def digest_subject_of(*, app: str, headline: str, follow_up: bool) -> str:
    """Return the subject of a digest: `[Acme] 500 requests: uploads fail`."""
    words = header_safe(headline, limit=SUBJECT_SUMMARY_CHARS)
    subject = f"[{_app_name(app)}] {words}"
    return f"Re: {subject}" if follow_up else subject


def _app_name(app: str) -> str:
    name = header_safe(app, limit=APP_CHARS).replace("[", "(").replace("]", ")")
    return name or "app"


def token_of(*parts: str) -> str:
    """Return a short hexadecimal token of *parts*: safe in any header."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[
        :32
    ]


def is_token(value: str) -> bool:
    """Return whether `token_of` might have made *value*."""
    return re.fullmatch(r"[0-9a-f]{32}", value) is not None


def hex_id(value: str) -> str:
    """Return *value* where it is hexadecimal (a UUID is), else a token of it."""
    digits = value.replace("-", "")
    plain = 0 < len(digits) <= 64 and re.fullmatch(r"[0-9a-f]+", digits)  # noqa: PLR2004
    return value if plain else token_of(value)


def message_id(delivery_id: str, address: str, *, domain: str) -> str:
    """Return the Message-ID: the same for every try, another for every recipient."""
    who = token_of(address.lower())[:12]
    return f"<{hex_id(delivery_id)}.{who}@{domain}>"


def thread_root(app_id: str, conversation_id: str, *, domain: str) -> str:
    """Return the id that every mail of a conversation refers to."""
    return f"<esc-{token_of(app_id, conversation_id)}@{domain}>"


def references_of(root: str, earlier: Sequence[str]) -> tuple[str, ...]:
    """Return what to refer to: the root first, then the latest of *earlier*."""
    return (root, *earlier[-REFERENCES_KEPT:])
