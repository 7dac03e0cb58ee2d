"""Both sides of the conversation are in the transcript, each line once."""

from datetime import timedelta

from services.escalator.domain.conversation import Request
from services.escalator.domain.transcripts.line import Line
from services.escalator.domain.transcripts.transcript import (
    order_lines,
    reply_line_id,
    summarize,
)
from shared.events import Reason
from tests.support.fakes import NOON


def said(second: int, role: str, text: str, event_id: str = "") -> Line:
    at = NOON + timedelta(seconds=second)
    return Line(event_id or f"e-{second}", role, text, at)


def test_a_reply_stands_where_it_was_said() -> None:
    lines = [
        said(0, "user", "How do I share?"),
        said(2, "user", "It fails"),
        said(1, "assistant", "Choose Share.", reply_line_id("r-1")),
    ]

    assert [line.text for line in order_lines(lines)] == [
        "How do I share?",
        "Choose Share.",
        "It fails",
    ]


def test_a_reply_that_the_platform_also_sent_is_shown_once() -> None:
    lines = [
        said(1, "assistant", "Choose Share.", reply_line_id("r-1")),
        said(3, "assistant", "Choose Share."),
    ]

    assert len(order_lines(lines)) == 1


def test_the_summary_begins_after_the_last_answer() -> None:
    request = Request("r-1", "e-3", NOON, "It fails", Reason.NO_MATCH)
    lines = [
        said(0, "user", "How do I share?"),
        said(1, "assistant", "Choose Share."),
        said(2, "user", "Error 500 on upload"),
        said(3, "user", "It fails"),
    ]

    assert summarize(lines, request) == "It fails\nError 500 on upload"
