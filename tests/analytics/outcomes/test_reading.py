"""Conversations without end cost their neighbours nothing."""

from datetime import timedelta

import pytest

from services.analytics.repository.outcomes import reading
from services.analytics.repository.outcomes.reading import Conversations
from tests.analytics.conftest import make_store
from tests.analytics.factories import as_records, batch_of
from tests.analytics.outcomes.chat import Chat
from tests.analytics.outcomes.conftest import settle

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]


async def test_an_endless_conversation_is_read_by_its_newest_facts(
    database, monkeypatch
):
    endless, short = Chat("endless"), Chat("short")
    for _ in range(30):
        endless.ask()
        endless.wait(timedelta(minutes=1))
    short.answer(short.ask())
    records = as_records([*endless.events, *short.events])
    await make_store(database).add(batch_of(*records))
    monkeypatch.setattr(reading, "MAX_FACTS_OF_ONE", 10)

    found = await Conversations(database)._some(
        "analytics_turns", "acme", ["endless", "short"], None, limit=20
    )

    of = [row["conversation_id"] for row in found]
    newest = [row["event_id"] for row in found if row["conversation_id"] == "endless"]
    assert (of.count("endless"), of.count("short")) == (10, 2)
    assert set(newest) == {each.event_id for each in endless.events[-10:]}


async def test_what_is_read_no_more_keeps_its_outcomes(database, monkeypatch):
    chat = Chat()
    for text in ("Where is my invoice?", "How large may an upload be?"):
        chat.answer(chat.ask(text), text[:5])
        chat.wait(timedelta(days=10))
    await make_store(database).add(batch_of(*as_records(chat.events)))
    await settle(database, chat.at)
    before = await database.analytics_outcomes.distinct("_id")
    monkeypatch.setattr(reading, "MAX_FACTS_OF_ONE", 1)
    monkeypatch.setattr(reading, "MAX_FACTS", 1)

    chat.say("thanks")
    await make_store(database).add(batch_of(*as_records(chat.events)))
    await settle(database, chat.at + timedelta(days=1))

    assert len(before) == 2
    assert await database.analytics_outcomes.distinct("_id") == before
