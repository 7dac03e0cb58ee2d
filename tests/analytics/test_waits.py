"""How long users waited, read from the facts of a real database."""

from datetime import timedelta

import pytest

from services.analytics.domain.estimates import PAST, Wait
from services.analytics.repository.waits import MongoWaits
from tests.analytics.factories import NOON, batch_of, opened, record, updated

pytestmark = pytest.mark.integration

HOUR = timedelta(hours=1)


async def test_the_first_answer_ends_a_wait_and_the_others_go_on(database, store):
    packet = opened("answered").model_copy(update={"route": "billing"})
    events = [
        packet,
        updated("answered", 1, NOON + HOUR, "open", "acknowledged"),
        updated("answered", 2, NOON + 2 * HOUR, "acknowledged", "answered"),
        updated("answered", 3, NOON + 3 * HOUR, "answered", "resolved"),
        opened("withdrawn", NOON),
        updated("withdrawn", 1, NOON + HOUR, "open", "withdrawn"),
        opened("waiting", NOON + HOUR),
        opened("long ago", NOON - PAST - HOUR),
        opened("of another app", NOON, app_id="other"),
    ]
    await store.add(batch_of(*map(record, events, range(len(events)))))
    now = NOON + 5 * HOUR

    waits = await MongoWaits(database).since("acme", now - PAST, now=now, limit=10)

    assert sorted(waits, key=lambda each: (each.opened_at, each.ended_at)) == [
        Wait("", NOON, NOON + HOUR, answered=False),
        Wait("billing", NOON, NOON + 2 * HOUR, answered=True),
        Wait("", NOON + HOUR, now, answered=False),
    ]
    newest = await MongoWaits(database).since("acme", now - PAST, now=now, limit=1)
    assert [each.opened_at for each in newest] == [NOON + HOUR]
