"""What an HTTP answer means for a webhook (Standard Webhooks §delivery)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from services.notifier.domain.outcomes import (
    Accepted,
    Deferred,
    Outcome,
    Reason,
    Refused,
)

GONE = 410
TOO_MANY = 429


def classify_http(
    status: int, phrase: str, *, retry_after: str | None, now: datetime
) -> Outcome:
    """Return what the answer means. Its body is never repeated to anybody."""
    words = f"{status} {phrase}".strip()
    wait = parse_retry_after(retry_after, now=now)
    match status // 100:
        case 2:
            return Accepted(words)
        case 3:
            return Deferred(Reason.REDIRECTED, f"{words}; redirects are not followed")
        case _ if status == GONE:
            return Refused(Reason.GONE, words)
        case _ if status == TOO_MANY:
            return Deferred(Reason.THROTTLED, words, wait)
        case _:
            return Deferred(Reason.HTTP_ERROR, words, wait)


def parse_retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """Return the wait in a Retry-After header; None where it says nothing sensible."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004 - seconds
        return timedelta(seconds=int(text))
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta())
