"""What an SMTP reply means for one recipient (RFC 5321 §4.2, RFC 3463).

The enhanced status code decides; where there is none, or one that relays use for
everything, their words do. `smtp_replies.json` holds both.
"""

import json
import re
from datetime import timedelta
from enum import StrEnum
from importlib.resources import files

from services.notifier.domain.outcomes import (
    Accepted,
    Deferred,
    Outcome,
    Reason,
    Refused,
)


class Stage(StrEnum):
    """Where in the SMTP conversation a reply came."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    """Includes the reply after the final dot."""


AUTHENTICATION = frozenset({432, 454, 530, 534, 535, 538})
ENCRYPTION_REQUIRED = 538
UNAVAILABLE = 421
STORAGE = 552
NO_STORAGE_NOW = 452
MAILBOX_FULL_WAIT = timedelta(hours=1)
"""Mailboxes are emptied by people; asking every few seconds helps nobody."""

_KNOWN = json.loads(
    (files("services.notifier.domain") / "smtp_replies.json").read_text("utf8")
)
_CODES = {
    code: Reason(reason) for reason, codes in _KNOWN["codes"].items() for code in codes
}
"""By subject and detail of the enhanced code."""
_AMBIGUOUS = frozenset(_KNOWN["ambiguous"])
"""Codes that relays use for much: their words are read first."""
_PHRASES = {
    Reason(reason): re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, phrases))})")
    for reason, phrases in _KNOWN["phrases"].items()
}
"""In the order in which they are looked for."""
_ENHANCED = re.compile(r"(?<![\w.])([245])\.(\d{1,3})\.(\d{1,3})(?![\w.]*\d)")
_NAMES = re.compile(
    r"\S*@\S*|https?://\S+|(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)+(?![\w-])"
)
"""Addresses, links and hosts: what they are called says nothing."""
_QUOTA = "quota"
_LATER = frozenset(
    {
        Reason.MAILBOX_FULL,
        Reason.THROTTLED,
        Reason.TLS_FAILED,
        Reason.AUTHENTICATION_FAILED,
        Reason.CONNECT_REFUSED,
        Reason.TEMPORARY_FAILURE,
    }
)
"""A later try can work: time passes, or somebody changes a setting."""
_REFUSED_AT = {
    Stage.MAIL: Reason.SENDER_REFUSED,
    Stage.RCPT: Reason.RECIPIENT_REFUSED,
    Stage.DATA: Reason.CONTENT_REFUSED,
}


def classify_smtp(code: int, text: str, *, stage: Stage) -> Outcome:
    """Return what reply *code* *text* at *stage* means."""
    words = f"{code} {text}".replace("\n", " ")
    match code // 100:
        case 2:
            return Accepted(words)
        case 4:
            return _deferred(_reason_for_now(code, text), words)
        case 5:
            reason, later = _reason_for_good(code, text, stage)
            return _deferred(reason, words) if later else Refused(reason, words)
        case _:
            return Deferred(Reason.PROTOCOL_ERROR, words)


def _deferred(reason: Reason, words: str) -> Deferred:
    wait = MAILBOX_FULL_WAIT if reason is Reason.MAILBOX_FULL else None
    return Deferred(reason, words, wait)


def _reason_for_now(code: int, text: str) -> Reason:
    if code == UNAVAILABLE:
        return Reason.SERVICE_UNAVAILABLE
    _, status = _enhanced(text)
    reason = _said_by_code(status) or _said_in_words(text)
    if code in AUTHENTICATION:
        return _about_login(code, text)
    if code == NO_STORAGE_NOW and not status and reason is None:
        return Reason.MAILBOX_FULL
    return reason if reason in _LATER else Reason.TEMPORARY_FAILURE


def _reason_for_good(code: int, text: str, stage: Stage) -> tuple[Reason, bool]:
    """Return the reason, and whether a later try can work."""
    if code in AUTHENTICATION:
        return _about_login(code, text), True
    kind, status = _enhanced(text)
    said = _said_by_code(status) or _said_in_words(text)
    if stage is Stage.CONNECT:
        # The server wants none of our mail: an address list or a setting to mend.
        throttled = said is Reason.THROTTLED
        return (Reason.THROTTLED if throttled else Reason.CONNECT_REFUSED), True
    reason = said or _CODES.get(status) or _by_code(code, text, stage)
    if kind == "4" and reason not in _LATER:
        # The two halves contradict each other: believed is what loses nothing.
        return Reason.TEMPORARY_FAILURE, True
    return reason, reason in _LATER


def _enhanced(text: str) -> tuple[str, str]:
    """Return the class of the enhanced code, and its subject and detail; or nothing."""
    found = _ENHANCED.search(text)
    if found is None:
        return "", ""
    return found[1], f"{int(found[2])}.{int(found[3])}"


def _said_by_code(status: str) -> Reason | None:
    return None if status in _AMBIGUOUS else _CODES.get(status)


def _said_in_words(text: str) -> Reason | None:
    words = _plain(text)
    return next((each for each, found in _PHRASES.items() if found.search(words)), None)


def _plain(text: str) -> str:
    return " ".join(_NAMES.sub(" ", text).lower().split())


def _about_login(code: int, text: str) -> Reason:
    said = _said_in_words(text)
    if code == ENCRYPTION_REQUIRED or said is Reason.TLS_FAILED:
        return Reason.TLS_FAILED
    throttled = said is Reason.THROTTLED
    return Reason.THROTTLED if throttled else Reason.AUTHENTICATION_FAILED


def _by_code(code: int, text: str, stage: Stage) -> Reason:
    if _QUOTA in _plain(text):
        of_mailbox = code == STORAGE or stage is Stage.RCPT
        return Reason.MAILBOX_FULL if of_mailbox else Reason.THROTTLED
    if code == STORAGE:
        at_recipient = stage is Stage.RCPT
        return Reason.MAILBOX_FULL if at_recipient else Reason.TOO_LARGE
    return _REFUSED_AT[stage]
