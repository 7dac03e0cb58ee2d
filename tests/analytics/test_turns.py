"""Turns: slim facts of what was said and shown, in whatever order they come."""

from datetime import timedelta

import pytest

from services.analytics.handlers.turns import MAX_USER_TEXT
from shared.events import (
    ActionCall,
    Answer,
    Author,
    ContactProvided,
    FeedbackGiven,
    Handoff,
    Question,
    TeammateReply,
)
from shared.events.replies import REPLY
from tests.analytics.factories import (
    BUILDERS,
    NOON,
    common,
    fact_of,
    record,
    said,
    shown,
)


def document_of(event):
    return fact_of(event).document


def test_a_users_message_keeps_its_first_words_and_whose_it_is():
    document = document_of(said(text="x" * 5_000, user={"id": "u-7", "name": "Ana"}))

    assert document["text"] == "x" * MAX_USER_TEXT
    assert document["user_id"] == "u-7"
    assert (document["speaker"], document["kind"]) == ("user", "message")
    assert document["event_id"] == "e-1"


@pytest.mark.parametrize("role", ["assistant", "teammate"])
def test_what_others_say_in_the_chat_is_kept_without_words(role):
    document = document_of(said(role=role))

    assert document["speaker"] == role
    assert "text" not in document


def test_a_contact_leaves_no_address_behind():
    event = ContactProvided(**common(NOON), event_id="e-2", email="ana@example.com")

    assert "ana@example.com" not in str(document_of(event))


def test_feedback_keeps_the_verdict_and_the_reply_that_it_is_about():
    event = FeedbackGiven(
        **common(NOON), event_id="e-2", reply_id="p-1", score=2, comment="useless"
    )

    document = document_of(event)

    assert document["rating"] == "unhelpful"
    assert (document["score"], document["reply_id"]) == (2, "p-1")
    assert "useless" not in str(document)


def test_a_hand_off_is_timed_from_what_the_user_said():
    told = shown(
        Handoff,
        at=NOON + timedelta(seconds=2),
        escalation_id="s-1",
        number="ESC-1",
        status="delivered",
        asked_at=NOON,
    )

    fact = fact_of(told)

    assert (fact.timed, fact.document["ms"]) == ("told", 2_000)
    assert fact.document["escalation_id"] == "s-1"


def test_an_older_hand_off_that_does_not_say_when_it_was_asked_is_not_timed():
    told = shown(Handoff, escalation_id="s-1", number="ESC-1", status="saved")

    fact = fact_of(told)

    assert fact.timed is None
    assert "ms" not in fact.document


def test_a_question_keeps_what_it_asks_for_and_why_nothing_answered():
    document = document_of(shown(Question, missing=["email"], reason="no_match"))

    assert document["missing"] == ["email"]
    assert document["reason"] == "no_match"
    assert document["event_id"] == "e-1"


def test_an_action_call_can_be_told_from_its_result():
    document = document_of(shown(ActionCall, call_id="k-1", action="reset"))

    assert document["call_id"] == "k-1"


def test_a_teammates_words_are_kept_and_the_assistants_are_not():
    teammate = shown(
        TeammateReply, escalation_id="s-1", author=Author(name="Sam"), text="Try again"
    )

    assert document_of(teammate)["text"] == "Try again"
    assert document_of(teammate)["speaker"] == "teammate"
    assert "text" not in document_of(shown(Answer))


def test_a_reply_of_a_later_version_is_a_turn_all_the_same():
    known = shown(Answer).model_dump(mode="json")
    later = REPLY.validate_python(known | {"type": "hologram", "depth": 3})
    as_record = record(shown(Answer))
    as_record.event = later

    fact = BUILDERS["conversation.replies"](as_record)

    assert fact.document["kind"] == "hologram"
