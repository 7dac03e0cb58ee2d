"""What a platform sends is shown to people as it was meant: files, signs, names."""

import unicodedata
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from services.escalator.domain.conversation import Request
from services.escalator.domain.transcripts.line import Line
from services.escalator.domain.transcripts.transcript import summarize
from services.notifier.channels.email.compose import Sender, compose
from services.notifier.channels.email.visible import bounded
from services.notifier.domain.headers import subject_of, token_of
from shared.events import Attachment, Reason, TranscriptLine
from shared.text import cut, without_unseen
from tests.notifier.letters import AT, make_letter, make_packet
from tests.notifier.test_compose import text_of
from tests.support.fakes import NOON

SENDER = Sender("handrail@acme.test", "acme.test")
FILE = {
    "type": "image/png",
    "name": "error.png",
    "url": "https://files.example.com/error.png?sig=" + "a" * 900,
    "size": 48_213,
}
SIGNS = [
    "👩‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇵🇹", "👍🏽", "❤️‍🔥", "\U0001fae9", "\U0001fadf", "क्‍ष",
    "e\u0301\u0323", "\u1100\u1161\u11a8",
]  # fmt: skip


def mail_of(*attachments, text=""):
    lines = [
        TranscriptLine(
            role="user",
            text=text,
            occurred_at=AT - timedelta(seconds=1),
            attachments=[Attachment(**each) for each in attachments],
        )
    ]
    letter = make_letter(packet=make_packet(conversation=lines))
    content = compose(letter, "team@acme.test", SENDER).content
    return email_of(content)


def email_of(content):
    return message_from_bytes(content, policy=policy.default)


def test_the_mail_names_each_file_and_links_to_it():
    mail = mail_of(FILE, {"name": "log.txt"}, {})

    text, html = text_of(mail), text_of(mail, "html")
    assert f"File: error.png (image/png, 48 kB) {FILE['url']}" in text
    assert "File: log.txt" in text
    assert "File: a file" in text
    assert f'<a href="{FILE["url"]}"' in html
    assert "error.png (image/png, 48 kB)</a>" in html


def test_the_mail_says_what_a_clock_said_that_cannot_be():
    line = TranscriptLine(
        role="user",
        text="Help",
        occurred_at=AT,
        occurred_at_sent="1970-01-01T00:00:00Z",
    )
    letter = make_letter(packet=make_packet(conversation=[line]))

    mail = email_of(compose(letter, "team@acme.test", SENDER).content)

    assert "[10:00:00 (sent as 1970-01-01T00:00:00Z)] User: Help" in text_of(mail)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("</a><script>x</script>.png", "https://a.example/x"),
        ("gnp.\u202eexe", "https://a.example/x"),
        ("a\nb", "https://user:pass@evil.example/x"),
    ],
)
def test_a_files_name_and_address_are_only_text(name, url):
    mail = mail_of({"name": name, "url": url})

    html = text_of(mail, "html")
    assert "<script>" not in html
    assert "\u202e" not in html
    assert 'href="https://user' not in html


def line(text="", attachments=(), second=0, role="user"):
    at = NOON + timedelta(seconds=second)
    return Line(f"e-{second}", role, text, at, attachments=tuple(attachments))


def test_files_alone_are_summed_up_by_their_names():
    request = Request("r-1", "e-0", NOON, "", Reason.NO_MATCH)

    summary = summarize([line(attachments=[FILE])], request)

    assert summary.startswith("[error.png (image/png, 48 kB) https://files.example.com")


@pytest.mark.parametrize("sign", [*SIGNS, "می‌خواهم"])
def test_what_readers_take_for_one_sign_survives_in_summary_and_subject(sign):
    text = f"{sign} help {sign}"
    request = Request("r-1", "e-0", NOON, text, Reason.NO_MATCH)

    summary = summarize([line(text)], request)
    subject = subject_of(app="a", priority="low", summary=summary, follow_up=False)

    assert summary == text
    assert subject.endswith(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("limit", range(20, 60))
def test_nothing_is_cut_within_a_sign(sign, limit):
    kept = cut(sign * 100, limit)

    whole, rest = divmod(len(kept) - 1, len(sign))
    assert kept == sign * whole + "…"
    assert rest == 0
    assert len(kept) <= limit
    assert bounded(sign * 100, limit).startswith(sign * whole)


def test_what_hides_words_is_no_sign():
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "evil")

    assert without_unseen(f"a{hidden}b\u202ec") == "a    b c"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "acme"),
        ("ACME", "Acme"),
        ("acme-a", "acme-A"),
        ("Ärzte", "ärzte"),
        ("acme_a", "acme-a"),
        ("acme.a", "acme-a"),
        ("acme", token_of("ACME")),
        ("ACME", token_of("ACME")),
        ("a" * 64, "A" * 64),
    ],
)
def test_apps_of_different_names_have_lists_of_their_own(one, other):
    lists = {
        str(
            email_of(
                compose(
                    make_letter(packet=make_packet(app_id=each), app_id=each),
                    "team@acme.test",
                    SENDER,
                ).content
            )["List-Id"]
        ).lower()
        for each in (one, other)
    }

    assert len(lists) == 2
