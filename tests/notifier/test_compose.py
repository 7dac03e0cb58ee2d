"""The mail a team gets: its bytes, its order, and that nobody's words can change it."""

import email
import os
from email import policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notifier.channels.email.compose import Sender, compose
from services.notifier.channels.email.fitting import MAX_MAIL_BYTES
from services.notifier.channels.email.visible import safe_link
from services.notifier.domain.outcomes import Reason
from shared.errors import Permanent
from shared.events import Attempt, TranscriptLine, User
from tests.notifier.letters import AT, STORY, make_letter, make_packet

GOLDEN = Path(__file__).parents[1] / "data" / "mails"
REWRITE = "UPDATE_TEST_DATA"
"""Set it to rewrite the golden mails; then look at what changed."""
SENDER = Sender("handrail@mail.test", "mail.test")
EXPECTED = [
    "Auto-Submitted", "Content-Type", "Date", "From", "List-Id", "MIME-Version",
    "Message-ID", "References", "Subject", "To", "X-Auto-Response-Suppress",
    "X-Entity-Ref-ID", "X-Handrail-Delivery", "X-Handrail-Escalation", "X-Handrail-Kind",
]  # fmt: skip
HOSTILE = (
    "=?utf-8?q?x=0D=0ABcc:_evil@x.test?=\r\nBcc: evil@x.test\r\n\r\n<b>\u202e{{ 7*7 }}"
)


def mail(**changes: Any) -> EmailMessage:
    """Return the story's mail as a client reads it."""
    content = compose(make_letter(**changes), "team@acme.test", SENDER).content
    parsed = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


CASES: dict[str, dict[str, Any]] = {
    "opened": {},
    "message-added": {
        "kind": "message_added",
        "revision": 2,
        "text": "It also fails on my phone.",
        "earlier": ("6d0e7a52-4f3a-5c1b-9a77-2b8f6f1f0c11",),
    },
    "bare": {
        "packet": make_packet(
            user=None, session=None, app_state=None, attempts=[], pattern=None,
            links={}, conversation=[], summary="", reason="asked_for_person",
            priority="urgent",
        )
    },
    "policy": {"packet": make_packet(reason="policy", detail="legal", attempts=[])},
    "test": {"test": True},
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_mail_is_byte_for_byte_the_golden_one(name: str) -> None:
    content = compose(make_letter(**CASES[name]), "team@acme.test", SENDER).content
    path = GOLDEN / f"{name}.eml"

    if os.environ.get(REWRITE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert content == path.read_bytes()


def test_it_says_everything_in_the_order_a_person_needs() -> None:
    text = text_of(mail())

    landmarks = [
        "THE USER ASKS", STORY, "Inbox: https://handrail.example.com/inbox/ESC-1042",
        "Name: Ana", "ana@example.com", "u-7", "Plan: pro", "https://app.example.com/files",
        "Locale: en-GB", "Happened: Sun 22 Nov 2026, 10:00:00 UTC", "Europe/Lisbon",
        "Sent to you: Sun 22 Nov 2026, 10:00:01 UTC", "(low_confidence)",
        "Large uploads fail (12 so far)", "Retry an upload", "score 0.31, needed 0.60",
        "not sure enough", "The nearest action", '"route": "/files"', '"status": 500',
        "CONVERSATION", "Hi! How can I help?",
    ]  # fmt: skip
    rest = text
    for landmark in landmarks:
        before, found, rest = rest.partition(landmark)
        assert found, f"{landmark!r} is missing after {before[-80:]!r}"
    html = text_of(mail(), "html")
    assert all(each in html for each in ("Retry an upload", "ana@example.com", "500"))


PROMISE = "The assistant promised a person: I've forwarded this to our team."


@pytest.mark.parametrize(
    ("reason", "detail", "why", "shown"),
    [
        ("policy", "legal", "A rule of the app sends this topic", "Topic: legal"),
        ("asked_for_person", PROMISE, "but told nobody.", PROMISE),
        ("no_match", "a word", "No action and no document matched", "a word"),
    ],
)
def test_beside_the_reason_stands_what_it_was_found_in(
    reason: str, detail: str, why: str, shown: str
) -> None:
    packet = make_packet(reason=reason, detail=detail)
    message = mail(packet=packet)

    for kind in ("plain", "html"):
        text = unescape(text_of(message, kind))
        _, heading, rest = text.lower().partition("why the assistant stopped")
        assert heading
        assert why.lower() in rest[:200]
        assert shown.lower() in rest[:600]
    (attachment,) = message.iter_attachments()
    assert orjson.loads(attachment.get_content())["detail"] == detail


def test_the_transcript_is_attached_whole() -> None:
    (attachment,) = mail().iter_attachments()

    found = orjson.loads(attachment.get_content())
    assert attachment.get_filename() == "transcript.json"
    assert attachment.get_content_type() == "application/json"
    assert [line["text"] for line in found["conversation"]] == [
        "Hi! How can I help?",
        STORY,
    ]
    assert found["app_state"] == {"route": "/files", "last_request": {"status": 500}}
    assert found["attempts"][0]["score"] == 0.31
    assert found["user"]["email"] == "ana@example.com"


def test_it_has_the_headers_we_mean_and_no_other() -> None:
    message = mail()

    assert sorted(message.keys()) == sorted(EXPECTED)
    assert message["Date"] == "Sun, 22 Nov 2026 10:00:01 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == f"[Acme Files][P3] Human needed: {STORY}"


def test_a_follow_up_threads_under_what_this_recipient_got_before() -> None:
    first, then = mail(), mail(**CASES["message-added"])

    assert then["Subject"] == "Re: " + first["Subject"]
    assert then["References"].split()[0] == first["References"].split()[0]
    assert then["In-Reply-To"] == then["References"].split()[-1]
    assert then["Message-ID"] != first["Message-ID"]


def test_every_try_has_the_same_bytes_and_every_recipient_another_id() -> None:
    letter = make_letter()
    one = compose(letter, "a@acme.test", SENDER)

    assert compose(letter, "a@acme.test", SENDER) == one
    assert compose(letter, "b@acme.test", SENDER).message_id != one.message_id


def hostile_packet(evil: str) -> Any:
    return make_packet(
        summary=evil,
        user=User(id="u", name=evil[:500], email=evil[:500], traits={evil[:40] or "x": evil}),
        conversation=[TranscriptLine(role="user", text=evil, occurred_at=AT)],
        app_state={"evil": evil},
        attempts=[
            Attempt(
                kind="action", name=evil[:50] or "x", title=evil, score=0.1,
                threshold=0.5, outcome="failed", detail=evil, started_at=AT,
            )
        ],
        links={"evil": evil},
        number=evil[:60],
        detail=evil,
    )  # fmt: skip


def check_harmless(content: bytes) -> None:
    parsed = email.message_from_bytes(content, policy=policy.default)
    assert set(parsed.keys()) <= {*EXPECTED, "In-Reply-To"}
    assert len(parsed.keys()) == len(set(parsed.keys()))
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    parts = [part.get_content_type() for part in parsed.walk()]
    assert parts == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html",
        "application/json",
    ]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(evil=st.text(max_size=300), app=st.text(max_size=60))
def test_no_words_of_anybody_add_a_header_or_a_part(evil: str, app: str) -> None:
    packet = hostile_packet(evil.replace("\x00", ""))

    check_harmless(
        compose(
            make_letter(packet=packet, app_name=app), "team@acme.test", SENDER
        ).content
    )


@pytest.mark.parametrize(
    "evil",
    [
        HOSTILE, "\r\n.\r\nMAIL FROM:<x@y>", "\n.\n", "x" * 5_000, "--=_0_" + "0" * 32,
        "\r", "a\rb\nc", "\u2028Bcc: x@y\u2029", "--\r\nContent-Type: text/html",
    ],
)  # fmt: skip
def test_hostile_words_are_inert(evil: str) -> None:
    packet = hostile_packet(evil)
    letter = make_letter(packet=packet, app_name=evil, escalation_id=evil)

    check_harmless(compose(letter, "team@acme.test", SENDER).content)


def test_markup_is_shown_and_never_rendered() -> None:
    evil = "<script>alert(1)</script><img src=https://evil.test/x.png>{{ 7*7 }}"
    html = text_of(mail(packet=hostile_packet(evil)), "html")

    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    assert "{{ 7*7 }}" in html


def test_a_name_that_turns_lines_round_shows_its_trick() -> None:
    packet = make_packet(user=User(id="u", name="Ana\u202egnp.exe\u200b"))

    assert "Ana[U+202E]gnp.exe[U+200B]" in text_of(mail(packet=packet))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "https://bank.test@evil.test/", "https://x.test/\u202etxt", "https://",
        "https://x.test/a b", "https://x.test/" + "a" * 400, "mailto:a@b.test?bcc=c@d.test",
        "HTTPS//x", "\thttps://x.test", "http://[::1",
    ],
)  # fmt: skip
def test_no_address_is_a_link_that_could_deceive(url: str) -> None:
    assert safe_link(url) == ""
    html = text_of(mail(packet=make_packet(links={"x": url})), "html")
    assert f'href="{url}"' not in html


def test_an_address_with_more_than_an_address_is_no_mail_link() -> None:
    packet = make_packet(user=User(id="u", email="a@b.test?bcc=evil@x.test"))

    assert "mailto:" not in text_of(mail(packet=packet), "html")


def test_a_conversation_of_any_length_stays_below_ten_megabytes() -> None:
    lines = [
        TranscriptLine(role="user", text="é" * 4_000, occurred_at=AT)
        for _ in range(1_000)
    ]
    content = compose(
        make_letter(packet=make_packet(conversation=lines)), "team@acme.test", SENDER
    ).content

    assert len(content) < MAX_MAIL_BYTES
    (attachment,) = email.message_from_bytes(
        content, policy=policy.default
    ).iter_attachments()
    found = orjson.loads(attachment.get_content())
    assert found["cut_to_chars"] > 0
    assert len(found["conversation"]) == 1_000


def test_a_million_short_lines_keep_their_beginning_and_end() -> None:
    lines = [
        TranscriptLine(role="user", text=f"{n}" * 40, occurred_at=AT)
        for n in range(60_000)
    ]
    letter = make_letter(packet=make_packet(conversation=lines))

    assert len(compose(letter, "team@acme.test", SENDER).content) < MAX_MAIL_BYTES


def test_a_conversation_in_characters_of_four_bytes_still_fits() -> None:
    lines = [TranscriptLine(role="user", text="😀" * 2_000, occurred_at=AT)] * 770
    letter = make_letter(packet=make_packet(conversation=lines))
    assert len(letter.request.model_dump_json().encode()) < 6 * 1024 * 1024

    content = compose(letter, "team@acme.test", SENDER).content

    assert len(content) < MAX_MAIL_BYTES
    parsed = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    (attached,) = parsed.iter_attachments()
    assert len(orjson.loads(attached.get_content())["conversation"]) == 770


def test_an_address_beyond_ascii_asks_for_smtputf8_and_another_does_not() -> None:
    assert compose(make_letter(), "ünï@acme.test", SENDER).utf8
    assert not compose(make_letter(), "uni@acme.test", SENDER).utf8


@pytest.mark.parametrize(
    "address", ["a@b.test\r\nBcc: x@y.test", "a b@x.test", "a@b\u202e.test"]
)
def test_an_address_with_more_in_it_is_refused(address: str) -> None:
    with pytest.raises(Permanent) as refused:
        compose(make_letter(), address, SENDER)

    assert refused.value.reason == Reason.INVALID_ADDRESS


def test_the_sender_may_be_configured_with_a_name() -> None:
    sender = Sender.parse("Help Desk <help@acme.test>", domain="acme.test")

    assert (sender.name, sender.address) == ("Help Desk", "help@acme.test")
    assert Sender.parse("help@acme.test", domain="x").name == "Handrail"


@pytest.mark.parametrize(
    ("route", "because", "said"),
    [
        ("billing", "the reason is policy", "Sent to billing because the reason is"),
        ("", "no route matched", "Sent by the default route because no route matched."),
        ("bill\r\ning", "x is <b>y</b>", "Sent to bill ing because x is <b>y</b>."),
    ],
)
def test_a_route_says_in_the_mail_why_it_was_chosen(route, because, said) -> None:
    message = mail(packet=make_packet(route=route, because=because))

    assert said in text_of(message)
    assert said in unescape(text_of(message, "html"))
    assert "<b>y" not in text_of(message, "html")


def test_a_mail_of_an_app_without_routes_gives_no_reason_for_its_way() -> None:
    assert "Sent by the default route" not in text_of(mail())


def test_words_of_a_later_version_stand_in_the_mail_as_they_are() -> None:
    packet = make_packet(
        reason="assistant_looped",
        attempts=[
            {
                "kind": "document",
                "name": "limits",
                "score": 0.5,
                "threshold": 0.6,
                "outcome": "half_read",
                "started_at": "2026-11-30T10:00:00Z",
            }
        ],
    )

    said = text_of(mail(packet=packet))

    assert "Assistant looped." in said
    assert "half_read" in said
