"""A report as a mail and as JSON: what it shows, how, and what it never does."""

import json
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from services.notifier.channels.email.compose import Sender, compose
from services.notifier.channels.email.report import spell_period, spell_value
from services.notifier.channels.webhook import WebhookChannel
from services.notifier.deliver.ports import Letter
from services.notifier.handlers import on_notification_requested
from shared.clock import SystemClock
from shared.events import NotificationRequested, Report
from shared.events.digests import without_words
from shared.kafka.records import Record

GOLDEN = (
    Path(__file__).parents[1]
    / "data/events/notification.requested/NotificationRequested.report.json"
)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def request_of(**report):
    body = json.loads(GOLDEN.read_text())
    body["report"] |= report
    return NotificationRequested.model_validate(body)


def mail_of(request, **also):
    letter = Letter(request.delivery_id, request, "Acme", **also)
    sender = Sender("handrail@example.com", "example.com")
    mail = compose(letter, "team@acme.test", sender)
    return message_from_bytes(mail.content, policy=policy.default)


def parts_of(message):
    return {
        part.get_content_subtype(): part.get_content()
        for part in message.walk()
        if part.get_content_maintype() == "text"
    }


def test_both_parts_tell_the_figures_the_patterns_and_what_to_do():
    message = mail_of(request_of())

    for text in parts_of(message).values():
        words = " ".join(text.split())
        assert "16 to 22 November 2026" in words
        assert "Requests that reached people" in words
        assert "42" in words
        assert "How do I change my PIN?" in words
        assert "Extend the document" in words
        assert "Begin with: Add a section" in words
        assert "Only two things stand out" in words


def test_its_subject_is_its_headline_and_it_follows_nothing():
    message = mail_of(request_of(), earlier=("d-0",))

    assert message["Subject"] == "[Acme] Weekly report: 42 requests reached people"
    assert message["In-Reply-To"] is None
    assert message["X-Handrail-Kind"] == "report"


def test_two_weeks_are_two_threads():
    first = request_of()
    second = first.model_copy(update={"delivery_id": "0d-2"})

    assert mail_of(first)["References"] != mail_of(second)["References"]


def test_words_of_users_are_text_and_nothing_else():
    pattern = {
        "pattern_id": "p-1",
        "label": "<img src=x onerror=alert(1)>\u202egnp",
        "count": 3,
        "because": "{{ 7 * 7 }}",
        "remedy": "<script>alert(1)</script>",
    }

    parts = parts_of(mail_of(request_of(patterns=[pattern])))

    assert "<img" not in parts["html"]
    assert "<script" not in parts["html"]
    assert "{{ 7 * 7 }}" in parts["html"]
    assert "\u202e" not in parts["html"] + parts["plain"]


def test_a_report_of_nothing_is_still_one():
    parts = parts_of(mail_of(request_of(patterns=[], next=[], figures=[])))

    assert "What to do next" in parts["html"]
    assert "WHAT CAME MOST OFTEN" not in parts["plain"]


def test_a_webhook_gets_the_report_as_json():
    request = request_of()
    letter = Letter(request.delivery_id, request, "Acme")

    post = WebhookChannel(SystemClock()).render(letter, "https://hooks.example.com")

    body = json.loads(post.body)
    assert body["type"] == "report.weekly"
    assert body["data"]["app_id"] == "acme"
    assert body["data"]["figures"] == request.report.model_dump(mode="json")["figures"]
    assert body["data"]["next"][0]["saves_minutes"] == 504
    assert "conversation" not in body["data"]


def delivery_of(request):
    record = Record(
        topic="notification.requested",
        partition=0,
        offset=0,
        value=request.model_dump_json(by_alias=True).encode(),
        event=request,
        lane=f"{request.app_id}:{request.conversation_id}",
        source_id="x",
    )
    return on_notification_requested(record, NOW)


def test_its_delivery_is_found_by_whom_it_may_quote():
    delivery = delivery_of(request_of())

    assert delivery.personal
    assert delivery.kind == "report"
    assert delivery.lists == ("acme:c-42",)
    assert delivery.lane == "acme:handrail:report:team-mail"


def test_erasing_takes_out_the_words_of_a_user_and_leaves_the_rest():
    raw = request_of().model_dump_json(by_alias=True).encode()

    erased = json.loads(without_words(raw, {"c-42"}))["report"]
    untouched = without_words(raw, {"c-43"})

    assert untouched == raw
    assert [each["label"] for each in erased["patterns"]] == ["", "Card was stolen"]
    assert [bool(each["sentence"]) for each in erased["next"]] == [False, True]
    assert erased["figures"][0]["now"] == 42


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-11-15T23:00:00Z", "2026-11-22T23:00:00Z", "16 to 22 November 2026"),
        (
            "2026-11-29T23:00:00Z",
            "2026-12-06T23:00:00Z",
            "30 November to 6 December 2026",
        ),
        (
            "2026-12-27T23:00:00Z",
            "2027-01-03T23:00:00Z",
            "28 December 2026 to 3 January 2027",
        ),
    ],
)
def test_its_days_are_those_of_the_app(start, end, words):
    report = Report(start=start, end=end, timezone="Europe/Berlin")

    assert spell_period(report) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1204, "count", "1,204"),
        (0.832, "share", "83%"),
        (12_000, "ms", "12 s"),
        (720_000, "ms", "12 min"),
        (9_000_000, "ms", "2.5 h"),
        (200_000_000, "ms", "2.3 d"),
        (None, "share", "not known"),
        (3, "a later one", "3"),
    ],
)
def test_numbers_are_told_as_people_read_them(value, unit, words):
    assert spell_value(value, unit) == words
