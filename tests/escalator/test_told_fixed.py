"""A user of a closed gap hears once that what they asked works now."""

from typing import Any

import pytest

from shared import topics
from shared.events import GapNoteRequested
from tests.escalator.world import START, World

TEXT = "You asked us (ESC-1001): “Uploads over 10 MB fail” This works now."


@pytest.fixture
def world() -> World:
    return World()


def note(world: World, packet: dict[str, Any], note_id: str = "n-1") -> Any:
    return world.of_ours(
        topics.GAP_NOTE_REQUESTED,
        GapNoteRequested(
            app_id=packet["app_id"],
            conversation_id=packet["conversation_id"],
            occurred_at=START,
            note_id=note_id,
            gap_id="p-1",
            escalation_id=packet["escalation_id"],
            number=packet["number"],
            text=TEXT,
        ),
    )


def fixed(world: World) -> list[dict[str, Any]]:
    return [each for each in world.replies if each.get("status") == "fixed"]


async def test_the_note_is_a_receipt_in_the_conversation_word_for_word(world):
    packet = await world.escalate()

    await world.feed(note(world, packet))

    (receipt,) = fixed(world)
    assert receipt["type"] == "receipt"
    assert receipt["text"] == TEXT
    assert receipt["escalation_id"] == packet["escalation_id"]
    assert receipt["number"] == packet["number"]
    assert receipt["conversation_id"] == packet["conversation_id"]


async def test_a_note_that_comes_again_is_decided_once(world):
    packet = await world.escalate()

    await world.feed(note(world, packet))
    world.restart()
    await world.feed(note(world, packet))

    assert len({each["reply_id"] for each in fixed(world)}) == 1
    decided = [each for each in world.ledger.entries.values() if "fixed" in each.reason]
    assert len(decided) == 1


async def test_who_took_it_back_hears_nothing(world):
    packet = await world.escalate()
    await world.feed(world.of_event({"type": "withdrawn", "event_id": "e-9"}))

    (done,) = await world.feed(note(world, packet))

    assert done.reason == "withdrawn"
    assert fixed(world) == []


async def test_a_conversation_that_is_not_known_any_more_hears_nothing(world):
    packet = await world.escalate()
    unknown = packet | {"escalation_id": "esc-unknown"}

    (done,) = await world.feed(note(world, unknown))

    assert done.reason == "unknown_escalation"
    assert fixed(world) == []


async def test_people_have_the_escalation_as_before(world):
    packet = await world.escalate()
    before = world.stored(packet["escalation_id"])["status"]

    await world.feed(note(world, packet))

    assert world.stored(packet["escalation_id"])["status"] == before
