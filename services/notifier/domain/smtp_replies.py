"""What an SMTP reply means for one recipient (RFC 5321 §4.2, RFC 3463)."""

import re
from datetime import timedelta
from enum import StrEnum

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


AUTHENTICATION = frozenset({530, 534, 535, 538})
UNAVAILABLE = 421
STORAGE = 552
MAILBOX_FULL_WAIT = timedelta(hours=1)
"""Mailboxes are emptied by people; asking every few seconds helps nobody."""

_ENHANCED = re.compile(r"\b[245]\.(\d{1,3})\.(\d{1,3})\b")
_FULL = ("2", "2")
_TOO_LARGE = {("2", "3"), ("3", "4")}

_REFUSED_AT = {
    Stage.MAIL: Reason.SENDER_REFUSED,
    Stage.RCPT: Reason.RECIPIENT_REFUSED,
    Stage.DATA: Reason.CONTENT_REFUSED,
}


def classify_smtp(code: int, text: str, *, stage: Stage) -> Outcome:
    """Return what reply *code* *text* at *stage* means."""
    words = f"{code} {text}".replace("\n", " ")
    if code in AUTHENTICATION:
        return Deferred(Reason.AUTHENTICATION_FAILED, words)
    if code == UNAVAILABLE:
        return Deferred(Reason.SERVICE_UNAVAILABLE, words)
    enhanced = _ENHANCED.search(text)
    detail = enhanced.groups() if enhanced else None
    match code // 100:
        case 2:
            return Accepted(words)
        case 4:
            return _transient(code, detail, words)
        case 5:
            return _permanent(code, detail, words, stage)
        case _:
            return Deferred(Reason.PROTOCOL_ERROR, words)


def _transient(code: int, detail: tuple[str, ...] | None, words: str) -> Outcome:
    if detail == _FULL or (code == 452 and detail is None):  # noqa: PLR2004
        return Deferred(Reason.MAILBOX_FULL, words, MAILBOX_FULL_WAIT)
    return Deferred(Reason.TEMPORARY_FAILURE, words)


def _permanent(
    code: int, detail: tuple[str, ...] | None, words: str, stage: Stage
) -> Outcome:
    if stage is Stage.CONNECT:
        # The server wants none of our mail: an address list or a setting to mend.
        return Deferred(Reason.CONNECT_REFUSED, words)
    if detail in _TOO_LARGE:
        return Refused(Reason.TOO_LARGE, words)
    if detail == _FULL or (code == STORAGE and stage is Stage.RCPT):
        return Deferred(Reason.MAILBOX_FULL, words, MAILBOX_FULL_WAIT)
    if code == STORAGE:
        return Refused(Reason.TOO_LARGE, words)
    return Refused(_REFUSED_AT[stage], words)
