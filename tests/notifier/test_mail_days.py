"""The day stands where it changes, in both parts of the mail."""

import email
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from html import unescape

import pytest

from services.notifier.channels.email.compose import Sender, compose
from shared.events import Session, TranscriptLine
from tests.notifier.letters import AT, make_letter, make_packet

DAY = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2} \d{4}\b")
UNDATED = Session(id="s", timezone=None)


def conversations(
    *times: datetime, zone: str | None = None, asked_at: datetime = AT
) -> tuple[str, str]:
    """Return the conversation of both parts, of messages at *times*."""
    lines = [
        TranscriptLine(role="user", text=f"message {n}", occurred_at=at)
        for n, at in enumerate(times, start=1)
    ]
    packet = make_packet(conversation=lines, session=Session(id="s", timezone=zone))
    letter = make_letter(packet=packet, requested_at=asked_at)
    content = compose(letter, "team@acme.test", Sender("h@x.test", "x.test")).content
    parsed = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return shown(parsed, "plain", "CONVERSATION"), shown(parsed, "html", "Conversation")


def shown(mail: EmailMessage, kind: str, heading: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    text = unescape(re.sub(r"<[^>]*>", " ", str(part.get_content())))
    return " ".join(text.split(heading)[-1].split())


def order(text: str) -> list[str]:
    return re.findall(rf"{DAY.pattern}|message \d+", text)


def on(day: int, hour: int = 9, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


CASES: dict[str, tuple[Sequence[datetime], str | None, list[str]]] = {
    "several days": (
        [on(20), on(20, 10), on(21), on(22)], None,
        ["Fri 20 Nov 2026", "message 1", "message 2", "Sat 21 Nov 2026", "message 3",
         "Sun 22 Nov 2026", "message 4"],
    ),
    "one day, not today": (
        [on(19), on(19, 11)], None, ["Thu 19 Nov 2026", "message 1", "message 2"],
    ),
    "over midnight of the user, not of UTC": (
        [on(21, 14, 30), on(21, 15, 30)], "Asia/Tokyo",
        ["Sat 21 Nov 2026", "message 1", "Sun 22 Nov 2026", "message 2"],
    ),
    "over midnight of UTC, not of the user": (
        [on(22, 0, 30), on(22, 7)], "America/Los_Angeles",
        ["Sat 21 Nov 2026", "message 1", "message 2"],
    ),
    "a clock that runs back": (
        [on(22), on(21), on(22, 10)], None,
        ["Sun 22 Nov 2026", "message 1", "Sat 21 Nov 2026", "message 2",
         "Sun 22 Nov 2026", "message 3"],
    ),
    "over the year": (
        [datetime(2025, 12, 31, 23, 59, tzinfo=UTC), on(1, month=1)], None,
        ["Wed 31 Dec 2025", "message 1", "Thu 1 Jan 2026", "message 2"],
    ),
    "all of today": ([on(22, 8), on(22, 9)], None, ["message 1", "message 2"]),
}  # fmt: skip


@pytest.mark.parametrize(("times", "zone", "expected"), CASES.values(), ids=CASES)
def test_the_day_stands_where_it_changes(
    times: Sequence[datetime], zone: str | None, expected: list[str]
) -> None:
    plain, html = conversations(*times, zone=zone)

    assert order(plain) == expected
    assert order(html) == expected


def test_the_first_message_shown_of_a_long_conversation_has_its_day() -> None:
    times = [on(20) + timedelta(hours=n) for n in range(30)]
    plain, html = conversations(*times)

    assert order(plain)[:2] == ["Fri 20 Nov 2026", "message 1"]
    assert order(html)[:2] == ["Sat 21 Nov 2026", "message 21"]


def test_news_of_a_later_day_date_what_was_said_before() -> None:
    for part in conversations(on(22), asked_at=AT + timedelta(days=3)):
        assert order(part) == ["Sun 22 Nov 2026", "message 1"]
