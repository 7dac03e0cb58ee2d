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

FOLLOWED = {"app.settings", "app.members", "gap.verified", "user.erasure-requested"}
"""Read by every service alike, or by nothing yet."""


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
