"""Which escalations are of a pattern, and what people answered, on a real database."""

from datetime import timedelta

import pytest

from services.analytics.repository.gaps.cases import MongoCases
from services.analytics.repository.gaps.others import MongoMembership
from tests.analytics.factories import NOON, batch_of, opened, record

pytestmark = pytest.mark.integration

HOUR = timedelta(hours=1)


async def test_others_have_a_state_are_of_the_time_and_not_of_the_pattern(
    database, store
):
    state = {"plan": "free"}
    events = [
        opened(name, at=NOON + hours * HOUR).model_copy(update={"app_state": told})
        for name, hours, told in (
            ("in", 0, state),
            ("out", 1, state),
            ("silent", 1, None),
            ("late", 9, state),
        )
    ]
    await store.add(batch_of(*map(record, events, range(len(events)))))
    await database.analytics_pattern_members.insert_one(
        {"_id": "in", "app_id": "acme", "pattern_id": "p-1", "at": NOON}
    )
    membership = MongoMembership(database)

    found = await membership.others(
        "acme", "p-1", start=NOON - HOUR, end=NOON + 2 * HOUR, limit=10
    )

    assert found == ["out"]
    assert await membership.newest("acme", "p-1", limit=10) == ["in"]
    assert await membership.newest("other", "p-1", limit=10) == []


async def test_a_case_holds_what_people_answered_to_it(database, store):
    event = opened("a")
    await store.add(batch_of(record(event, 0)))
    turn = {
        "app_id": "acme",
        "conversation_id": event.conversation_id,
        "kind": "teammate_reply",
        "speaker": "teammate",
        "expire_at": NOON + 9000 * HOUR,
    }
    await database.analytics_turns.insert_many(
        [
            turn
            | {"_id": "2", "at": NOON + HOUR, "text": "Later.", "escalation_id": "a"},
            turn | {"_id": "1", "at": NOON, "text": "At first.", "escalation_id": "a"},
            turn | {"_id": "3", "at": NOON, "text": "Other's.", "escalation_id": "b"},
            turn | {"_id": "4", "at": NOON, "text": "", "escalation_id": "a"},
        ]
    )

    [case] = await MongoCases(database).of("acme", ["a"])

    assert case.answers == ("At first.", "Later.")
