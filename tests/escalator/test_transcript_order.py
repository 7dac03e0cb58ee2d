"""The log orders the transcript, whatever clocks say; each line that was said, once."""

from datetime import timedelta

import pytest

from services.escalator.domain.conversation import Request
from services.escalator.domain.transcripts.line import Line
from services.escalator.domain.transcripts.packing import prepare_packet
from services.escalator.domain.transcripts.transcript import order_lines, reply_line_id
from shared import events, topics
from shared.events import Reason
from tests.escalator.world import APP, CONVERSATION, START, World
from tests.support.fakes import NOON

MINUTES = timedelta(minutes=5)


def said(event_id: str, role: str, text: str, at=NOON) -> Line:
    return Line(event_id, role, text, at)


def replied(reply_id: str, text: str, after: str = "", at=NOON) -> Line:
    return Line(reply_line_id(reply_id), "assistant", text, at, after=after)


def texts(lines: list[Line]) -> list[str]:
    return [line.text for line in order_lines(lines)]


def answer(reply_id: str, text: str, *, to: str) -> events.Answer:
    return events.Answer(
        app_id=APP,
        conversation_id=CONVERSATION,
        occurred_at=START,
        reply_id=reply_id,
        in_reply_to=to,
        text=text,
    )


@pytest.mark.parametrize("off", [-MINUTES, MINUTES], ids=["behind", "ahead"])
async def test_an_answer_stands_in_its_place_with_a_platform_clock_that_is_off(off):
    world = World()
    at = START + off
    await world.say("e-1", "How big may a file be?", occurred_at=at)
    reply = answer("r-1", "10 MB.", to="e-1")
    await world.feed(world.of_ours(topics.CONVERSATION_REPLIES, reply))
    asked = {"type": "handoff_requested", "event_id": "e-2", "occurred_at": at}
    await world.feed(world.of_event(asked))
    await world.leave_unresolved("e-2", occurred_at=at)

    lines = world.opened[0]["conversation"]
    assert [line["text"] for line in lines] == ["How big may a file be?", "10 MB."]
    assert lines[0]["occurred_at"] == events.rfc3339(at)


def test_a_reply_that_is_read_late_stands_behind_what_it_answers():
    lines = [
        said("e-1", "user", "one"),
        said("e-2", "user", "two"),
        replied("r-1", "to one", after="e-1"),
        replied("r-2", "to two", after="e-2"),
    ]

    assert texts(lines) == ["one", "to one", "two", "to two"]


def test_a_clock_set_back_in_the_middle_moves_no_line():
    lines = [
        said("e-1", "user", "one", NOON + timedelta(hours=1)),
        said("e-2", "assistant", "two", NOON),
        said("e-3", "user", "three", NOON - timedelta(days=20_000)),
    ]

    assert texts(lines) == ["one", "two", "three"]


def test_what_people_say_stands_where_it_came_and_not_behind_the_trigger():
    lines = [
        said("e-1", "user", "help", NOON + MINUTES),
        said("e-2", "user", "more", NOON + MINUTES),
        replied("r-1", "Bo here"),
        said("e-3", "user", "thanks", NOON + MINUTES),
    ]

    assert texts(lines) == ["help", "more", "Bo here", "thanks"]


def test_a_click_that_has_no_words_cuts_where_it_came():
    lines = [
        said("e-1", "user", "How?", NOON + MINUTES),
        replied("r-1", "So.", after="e-1", at=NOON),
        said("click", "", "", NOON + MINUTES),
        said("e-2", "user", "later", NOON),
    ]
    request = Request("r", "click", NOON + MINUTES, "How?", Reason.ANSWER_REJECTED)

    packet = prepare_packet(lines, request, reached=True)

    assert [line.text for line in packet.lines] == ["How?", "So."]
    assert [line.text for line in packet.after] == ["later"]


@pytest.mark.parametrize(
    "echo",
    [
        "Choose  Share,\r\nthen Export.",
        "\n Choose Share, then Export.\u00a0",
        "Choose Share,\u200b then Export.\ufeff",
        "Choose Share, then Export.",
    ],
    ids=["lines", "edges", "invisible", "the same"],
)
def test_our_reply_sent_back_is_one_line(echo):
    lines = [
        said("e-1", "user", "How?"),
        replied("r-1", "Choose Share, then Export.", after="e-1"),
        said("e-2", "assistant", echo),
        said("e-3", "assistant", echo),
    ]

    assert texts(lines) == ["How?", "Choose Share, then Export."]


@pytest.mark.parametrize(
    "echo",
    [
        "**5 &gt; 3** &amp; &quot;so&quot;:\n\n- One\n- Two",
        "<p><b>5 &gt; 3</b> &amp; &quot;so&quot;:</p><ul><li>One</li><li>Two</li></ul>",
        "5 > 3 & “so”:\n• One\n• Two",
        "&lt;p&gt;5 &amp;gt; 3 &amp;amp; &amp;quot;so&amp;quot;: One Two&lt;/p&gt;",
        "5 &#62; 3 &#x26; 'so':<br>One<br/>Two",
    ],
    ids=["escaped", "html", "typographic", "escaped twice", "by number"],
)
def test_our_reply_as_it_was_shown_is_one_line(echo):
    ours = '**5 > 3** & "so":\n\n- One\n- Two'
    lines = [replied("r-1", ours), said("e-1", "assistant", echo)]

    assert texts(lines) == [ours]


@pytest.mark.parametrize("other", ["😀", "👎", "No", "Choose Share"])
def test_other_words_or_signs_are_lines_of_their_own(other):
    lines = [replied("r-1", "👍"), replied("r-2", "?"), said("e-1", "assistant", other)]

    assert texts(lines) == ["👍", "?", other]


def test_the_same_answer_given_twice_is_two_lines_however_often_it_is_sent_back():
    lines = [
        said("e-1", "user", "How?"),
        replied("r-1", "So.", after="e-1"),
        said("e-2", "assistant", "So."),
        said("e-3", "user", "And how?"),
        replied("r-2", "So.", after="e-3"),
    ]

    assert texts(lines) == ["How?", "So.", "And how?", "So."]


def test_a_user_who_repeats_our_words_said_them():
    lines = [replied("r-1", "Choose Share."), said("e-1", "user", "Choose  Share.")]

    assert texts(lines) == ["Choose Share.", "Choose  Share."]


def test_what_the_platforms_own_assistant_says_twice_is_two_lines():
    lines = [said("e-1", "assistant", "Hello!"), said("e-2", "assistant", "Hello!")]

    assert texts(lines) == ["Hello!", "Hello!"]


def test_a_teammates_answer_sent_back_in_decomposed_letters_is_one_line():
    lines = [
        Line(reply_line_id("r-1"), "teammate", "Schöne Grüße", NOON, after=""),
        said("e-1", "assistant", "Scho\u0308ne Gru\u0308ße"),
    ]

    assert texts(lines) == ["Schöne Grüße"]


def test_a_reply_to_what_was_sent_back_keeps_its_place():
    lines = [
        replied("r-1", "Shall I?"),
        said("e-1", "assistant", "Shall I?"),
        replied("r-2", "We will see to it.", after="e-1"),
        said("e-2", "user", "ok"),
    ]

    assert texts(lines) == ["Shall I?", "We will see to it.", "ok"]
