"""A pattern profiled from what is stored: facts, members and counters."""

from datetime import timedelta

import pytest

from services.analytics.domain.gaps.cause import choose_cause
from services.analytics.patterns.browsing.ranking import Ranking
from services.analytics.patterns.profile import Profiler
from services.analytics.repository.gaps.cases import MongoCases
from services.analytics.repository.patterns.counters import bump_pattern_counters
from services.analytics.repository.patterns.grouping.recording import tally_members
from services.analytics.repository.profiles.counting import MongoPatternCounters
from services.analytics.repository.profiles.reading import MongoPatterns
from shared.events import Attempt, AttemptOutcome, Reason
from tests.analytics.factories import NOON, batch_of, opened, record, updated
from tests.analytics.profiles.test_profiles_store import (
    profiles_of,
    put_member,
    put_pattern,
)
from tests.support.fakes import FakeClock

pytestmark = pytest.mark.integration

MINUTE = timedelta(minutes=1)
TEXTS = (
    "Hi, where is my invoice of last month?",
    "where do I find my invoice",
    "I would like to know where my invoice is",
    "invoice: where is it?",
)


def events():
    """Return escalations that a document nearly answered, and what people did."""
    near = Attempt(
        kind="document",
        name="billing",
        title="Billing",
        score=0.5,
        threshold=0.6,
        outcome=AttemptOutcome.BELOW_THRESHOLD,
        started_at=NOON,
    )
    for i, text in enumerate(TEXTS):
        also = {"text": text, "attempts": [near]}
        yield opened(f"e-{i}", reason=Reason.LOW_CONFIDENCE).model_copy(update=also)
        yield updated(f"e-{i}", 1, NOON + MINUTE, "open", "acknowledged")
        yield updated(f"e-{i}", 2, NOON + (3 + i) * MINUTE, "acknowledged", "resolved")


async def test_a_pattern_is_profiled_from_what_is_stored(database, store):
    found = list(events())
    await store.add(batch_of(*map(record, found, range(len(found)))))
    await put_pattern(database, "p-1", size=4, label="raw", first_seen=NOON)
    for i, text in enumerate(TEXTS):
        await put_member(
            database, f"e-{i}", text=text, user_id=f"u-{i // 2}", vector=bytes([9, i])
        )
    hourly = tally_members(("acme", "p-1", NOON) for _ in TEXTS)
    await database.analytics_counters.bulk_write(
        bump_pattern_counters(hourly, expire_at=NOON)
    )
    profiler = Profiler(
        profiles=profiles_of(database),
        cases=MongoCases(database),
        ranking=Ranking(MongoPatternCounters(database)),
        choose_cause=choose_cause,
        clock=FakeClock(NOON + MINUTE),
    )

    await profiler.round()

    pattern = await MongoPatterns(database).get("acme", "p-1")
    profile = pattern.profile
    assert (profile.cause, profile.cause_code) == ("documentation", "doc_miss_soft")
    assert [(each.title, each.count) for each in profile.near_misses] == [
        ("Billing", 4)
    ]
    assert (profile.users, profile.growth, profile.cases) == (2, 0.4, 4)
    assert (profile.minutes_per_escalation, profile.cost_minutes) == (3.5, 14.0)
    assert profile.flags.emerging
    assert "invoice" in pattern.label.casefold()
    assert len(pattern.label.split()) <= 9
    assert await profiler.profiles.due(now=NOON, limit=9) == []
