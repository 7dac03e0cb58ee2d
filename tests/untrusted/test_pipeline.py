"""Generated events through all the deciding there is: told, stored, mailed."""

import json
import os
from datetime import UTC, datetime
from typing import Any

import bson
import pytest

from services.notifier.channels.email.compose import Sender, compose
from services.resolver.domain.words.small_talk import SmallTalk, small_talk
from shared import events, ids
from shared.errors import Permanent
from shared.kafka.deciding.decisions import Entry
from shared.kafka.records import Record
from shared.kafka.working.decode import read_untrusted, validate_ours
from shared.untrusted import Notes
from tests.escalator.world import World as Desk
from tests.notifier.letters import make_letter
from tests.resolver.world import World
from tests.support.strangers import draw_events

COUNT = int(os.environ.get("HANDRAIL_FUZZ_PIPELINE", "150"))
SENDER = Sender("handrail@acme.test", "acme.test")
SILENT = {SmallTalk.THANKS, SmallTalk.FAREWELL}
"""What needs no answer unless the app has words for it."""


def read(event: dict[str, Any], world: World) -> Record | None:
    """Return the record of *event*, or None where nothing of it can be used."""
    body = {**event, "app_id": "acme", "conversation_id": "c-42", "event_id": "e-1"}
    value = json.dumps(body).encode()
    now = datetime.now(UTC)
    try:
        found = read_untrusted(value, Notes(), max_bytes=1_048_576, now=now)
    except Permanent:
        return None
    world.clock.at = now
    return Record(
        topic="conversation.events",
        partition=0,
        offset=1,
        value=value,
        event=found,
        lane=ids.conversation_key(found.app_id, found.conversation_id),
        source_id=ids.derive("event", found.app_id, found.event_id),
    )


def check_stored(entries: dict[str, Entry]) -> None:
    """Hold every decision to what MongoDB takes, keys without dots or dollars."""
    for entry in entries.values():
        rows = [each.document | each.fixed for each in entry.documents]
        kept = {"fact": entry.fact, "rows": rows, "timers": [
            each.payload for each in entry.timers
        ]}  # fmt: skip
        assert bson.encode(kept)
        assert plain_keys(kept), kept


def plain_keys(value: object) -> bool:
    if isinstance(value, dict):
        return all(
            key and not key.startswith("$") and "." not in key and plain_keys(each)
            for key, each in value.items()
        )
    return not isinstance(value, list | tuple) or all(map(plain_keys, value))


@pytest.fixture(scope="module")
def generated() -> list[dict[str, Any]]:
    return draw_events(COUNT)


@pytest.mark.timeout(120 + COUNT)
async def test_each_event_that_is_taken_is_answered_or_mailed(generated):
    taken = 0
    for event in generated:
        world = World()
        record = read(event, world)
        if record is None:
            continue
        taken += 1
        (done,) = await world.work(record)
        check_stored(world.ledger.entries)
        topics = [each.topic for each in done.outputs]
        if "conversation.unresolved" in topics:
            await hand_over(record, done)
        elif not topics:
            assert small_talk(record.event.message.text) in SILENT, event

    assert taken > COUNT / 2


async def hand_over(record: Record, done: Any) -> None:
    """Open what *done* leaves unresolved, and compose its mails."""
    desk = Desk()
    desk.clock.at = datetime.now(UTC)
    (output,) = [
        each for each in done.outputs if each.topic == "conversation.unresolved"
    ]
    unresolved = validate_ours(events.ConversationUnresolved, output.value)
    source_id = ids.derive("event", "acme", "e-1")
    await desk.feed(
        desk.record("conversation.events", record.event, source_id, record.lane),
        desk.record("conversation.unresolved", unresolved, "u-1", record.lane),
    )
    check_stored(desk.ledger.entries)
    (opened,) = desk.opened
    assert opened["app_state"] == record.event.app_state
    (request,) = desk.requests
    packet = events.EscalationOpened.model_validate(request["packet"])
    assert compose(make_letter(packet=packet), "team@acme.test", SENDER).content
