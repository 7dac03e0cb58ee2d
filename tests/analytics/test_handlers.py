"""Every topic's event becomes one fact, in the bucket of when it happened."""

from datetime import timedelta

import pytest

from services.analytics import handlers
from shared.events import User
from shared.topics import CATALOGUE
from tests.analytics.factories import (
    NOON,
    attempt,
    delivered,
    fact_of,
    failed,
    opened,
    record,
    requested,
    resolved,
    unresolved,
    updated,
)

FOLLOWED = {
    "app.settings",
    "app.members",
    "app.catalogue",
    "app.destinations",
    "gap.verified",
    "user.erasure-requested",
}
"""Not facts: followed beside the batches, by every service alike or for one purpose."""


def test_every_topic_that_analytics_reads_has_a_builder():
    read = {topic for topic in CATALOGUE if "analytics" in topic.read_by}

    assert set(handlers.BUILDERS) == {
        topic for topic in read if topic.name not in FOLLOWED
    }


@pytest.mark.parametrize(
    ("event", "collection", "counted"),
    [
        (resolved(), "analytics_requests", ["resolved"]),
        (unresolved(), "analytics_requests", ["unresolved", "no_match"]),
        (opened(), "analytics_escalations", ["opened"]),
        (updated(), "analytics_escalation_changes", ["acknowledged"]),
        (delivered(), "analytics_deliveries", ["delivered", "team-mail"]),
        (failed(), "analytics_deliveries", ["failed"]),
        (requested(), "analytics_delivery_requests", []),
    ],
    ids=lambda each: type(each).__name__ if hasattr(each, "app_id") else None,
)
def test_an_event_becomes_the_fact_of_its_kind(event, collection, counted):
    fact = fact_of(event)

    assert fact.collection == collection
    assert fact.document["_id"] == record(event).source_id
    assert fact.document["app_id"] == "acme"
    assert fact.document["at"] == NOON
    assert fact.hour == int(NOON.timestamp())
    assert [value for _, value in fact.values] == counted


def test_a_request_keeps_what_an_analyst_asks_for():
    event = unresolved(
        text="x" * 5000, user=User(id="u-7"), attempts=[attempt(0.2), attempt(0.5)]
    )

    document = fact_of(event).document

    assert len(document["text"]) == handlers.MAX_TEXT
    assert document["user_id"] == "u-7"
    assert document["attempts"] == 2
    assert document["best_score"] == 0.5
    assert document["reason"] == "no_match"


def test_a_request_keeps_by_name_what_was_tried_for_it():
    asked = unresolved(attempts=[attempt(0.2)], detail="refunds", language="de")
    answered = resolved(attempts=[attempt(0.9)], reply_id="a-1")

    for event in (asked, answered):
        (tried,) = fact_of(event).document["tried"]
        assert tried["name"] == "upload-limits"
        assert tried["kind"] == "document"
        assert tried["outcome"] == "below_threshold"
        assert tried["threshold"] == 0.6
    assert fact_of(asked).document["detail"] == "refunds"
    assert fact_of(asked).document["language"] == "de"
    assert fact_of(answered).document["reply_id"] == "a-1"


def test_a_change_keeps_the_promise_that_it_settled():
    promise = {
        "promise_id": "p-1",
        "kind": "first_response",
        "promised_at": NOON - timedelta(hours=2),
        "due_at": NOON - timedelta(hours=1),
        "state": "broken",
    }

    document = fact_of(updated(promise=promise)).document

    assert document["promise"] == promise
    assert "promise" not in fact_of(updated()).document


def test_a_change_keeps_how_satisfied_the_user_is():
    assert fact_of(updated(change="rated", score=4)).document["score"] == 4
    assert fact_of(updated(score=10**30)).document["score"] == handlers.MAX_COUNT
    assert "score" not in fact_of(updated()).document


@pytest.mark.parametrize(
    ("change", "kept"),
    [("assigned", "ben@acme.test"), ("noted", None), ("message_added", None)],
)
def test_of_the_words_of_a_change_only_the_assignee_is_kept(change, kept):
    document = fact_of(updated(change=change, text="ben@acme.test")).document

    assert document.get("assignee") == kept
    assert ("ben@acme.test" in repr(document)) == (kept is not None)


def test_an_escalation_keeps_the_times_that_its_user_waits_by():
    times = {
        "waiting_since": NOON - timedelta(minutes=5),
        "first_response_by": NOON + timedelta(hours=1),
        "resolution_by": NOON + timedelta(hours=8),
    }

    assert times.items() <= fact_of(opened(**times)).document.items()


def test_a_change_is_timed_from_the_opening():
    event = updated(opened_at=NOON - timedelta(seconds=90))

    fact = fact_of(event)

    assert fact.timed == "acknowledged"
    assert fact.document["ms"] == 90_000


def test_a_change_without_an_opening_is_not_timed():
    fact = fact_of(updated(opened_at=None))

    assert fact.timed is None
    assert "ms" not in fact.document


def test_clocks_that_disagree_do_not_make_time_negative():
    event = delivered(after=timedelta(seconds=-1))

    assert fact_of(event).document["ms"] == 0


def test_numbers_of_strangers_fit_into_a_document():
    event = failed().model_copy(update={"attempts": 10**30})

    assert fact_of(event).document["attempts"] == handlers.MAX_COUNT
