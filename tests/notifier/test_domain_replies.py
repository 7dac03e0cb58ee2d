"""What SMTP and HTTP replies mean: one row per case."""

from datetime import timedelta

import pytest

from services.notifier.domain.http_replies import classify_http, parse_retry_after
from services.notifier.domain.outcomes import Accepted, Deferred, Reason, Refused
from services.notifier.domain.smtp_replies import Stage, classify_smtp
from tests.notifier.letters import AT

SMTP = [
    (250, "2.0.0 Ok: queued as 1", Stage.DATA, Accepted, None),
    (421, "4.3.2 closing", Stage.MAIL, Deferred, Reason.SERVICE_UNAVAILABLE),
    (421, "too many connections", Stage.CONNECT, Deferred, Reason.SERVICE_UNAVAILABLE),
    (450, "4.2.0 greylisted", Stage.RCPT, Deferred, Reason.TEMPORARY_FAILURE),
    (
        451,
        "4.7.1 please try again later",
        Stage.RCPT,
        Deferred,
        Reason.TEMPORARY_FAILURE,
    ),
    (451, "local error", Stage.DATA, Deferred, Reason.TEMPORARY_FAILURE),
    (452, "insufficient storage", Stage.RCPT, Deferred, Reason.MAILBOX_FULL),
    (452, "4.2.2 mailbox full", Stage.RCPT, Deferred, Reason.MAILBOX_FULL),
    (452, "4.5.3 too many recipients", Stage.RCPT, Deferred, Reason.TEMPORARY_FAILURE),
    (450, "4.7.0 later", Stage.MAIL, Deferred, Reason.TEMPORARY_FAILURE),
    (
        530,
        "5.7.0 authentication required",
        Stage.MAIL,
        Deferred,
        Reason.AUTHENTICATION_FAILED,
    ),
    (
        535,
        "5.7.8 bad credentials",
        Stage.CONNECT,
        Deferred,
        Reason.AUTHENTICATION_FAILED,
    ),
    (550, "5.1.1 no such user", Stage.RCPT, Refused, Reason.RECIPIENT_REFUSED),
    (551, "not local", Stage.RCPT, Refused, Reason.RECIPIENT_REFUSED),
    (553, "5.1.3 bad address", Stage.RCPT, Refused, Reason.RECIPIENT_REFUSED),
    (554, "5.7.1 relay denied", Stage.RCPT, Refused, Reason.RECIPIENT_REFUSED),
    (550, "5.7.1 sender rejected", Stage.MAIL, Refused, Reason.SENDER_REFUSED),
    (552, "5.2.2 mailbox full", Stage.RCPT, Deferred, Reason.MAILBOX_FULL),
    (552, "over quota", Stage.RCPT, Deferred, Reason.MAILBOX_FULL),
    (552, "5.3.4 message too big", Stage.MAIL, Refused, Reason.TOO_LARGE),
    (552, "too much data", Stage.DATA, Refused, Reason.TOO_LARGE),
    (554, "5.6.0 content rejected", Stage.DATA, Refused, Reason.CONTENT_REFUSED),
    (554, "no SMTP service here", Stage.CONNECT, Deferred, Reason.CONNECT_REFUSED),
    (-1, "Malformed SMTP response line", Stage.RCPT, Deferred, Reason.PROTOCOL_ERROR),
    (354, "go on", Stage.RCPT, Deferred, Reason.PROTOCOL_ERROR),
]


@pytest.mark.parametrize(("code", "text", "stage", "kind", "reason"), SMTP)
def test_an_smtp_reply_means_one_thing(
    code: int, text: str, stage: Stage, kind: type, reason: Reason | None
) -> None:
    outcome = classify_smtp(code, text, stage=stage)

    assert type(outcome) is kind
    if isinstance(outcome, Accepted):
        assert outcome.proof == f"{code} {text}"
    else:
        assert (outcome.reason, outcome.detail) == (reason, f"{code} {text}")


def test_a_full_mailbox_is_asked_an_hour_later() -> None:
    outcome = classify_smtp(452, "4.2.2 full", stage=Stage.RCPT)

    assert isinstance(outcome, Deferred)
    assert outcome.retry_after == timedelta(hours=1)


HTTP = [
    (200, Accepted, None),
    (202, Accepted, None),
    (204, Accepted, None),
    (301, Deferred, Reason.REDIRECTED),
    (307, Deferred, Reason.REDIRECTED),
    (400, Deferred, Reason.HTTP_ERROR),
    (401, Deferred, Reason.HTTP_ERROR),
    (404, Deferred, Reason.HTTP_ERROR),
    (408, Deferred, Reason.HTTP_ERROR),
    (410, Refused, Reason.GONE),
    (429, Deferred, Reason.THROTTLED),
    (500, Deferred, Reason.HTTP_ERROR),
    (503, Deferred, Reason.HTTP_ERROR),
]


@pytest.mark.parametrize(("status", "kind", "reason"), HTTP)
def test_an_http_answer_means_one_thing(
    status: int, kind: type, reason: Reason | None
) -> None:
    outcome = classify_http(status, "Words", retry_after=None, now=AT)

    assert type(outcome) is kind
    if not isinstance(outcome, Accepted):
        assert outcome.reason == reason


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Sun, 22 Nov 2026 10:02:00 GMT", timedelta(minutes=2)),
        ("Sun, 22 Nov 2026 09:00:00 GMT", timedelta()),
        ("315360000", timedelta(days=3650)),
        ("-5", None),
        ("99999999999999999999", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("\u0661\u0662", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_garbage_is_nothing(
    value: str | None, wait: timedelta | None
) -> None:
    assert parse_retry_after(value, now=AT) == wait
