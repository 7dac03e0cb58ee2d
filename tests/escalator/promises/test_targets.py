"""Time limits of an escalation, from its opening on."""

from datetime import timedelta

import pytest

from tests.escalator.desk import Office
from tests.escalator.world import SAID_AT, START, World

HOUR = timedelta(hours=1)
TARGETS = [
    {"match": {"reason": ["asked_for_person"]}, "first_response": "30m"},
    {"match": {}, "first_response": "4h", "resolution": "8h"},
]


@pytest.fixture
def world() -> World:
    world = World()
    world.prefer(targets=TARGETS)
    return world


async def test_the_limits_are_in_the_packet_and_in_the_inbox(world):
    packet = await world.escalate()

    row = world.stored(packet["escalation_id"])
    assert packet["waiting_since"] == SAID_AT.isoformat().replace("+00:00", "Z")
    assert packet["first_response_by"].startswith("2026-11-22T13:59:59")
    assert row["waiting_since"] == SAID_AT
    assert row["first_response_by"] == SAID_AT + 4 * HOUR
    assert row["resolution_by"] == SAID_AT + 8 * HOUR
    assert row["due_at"] == SAID_AT + 4 * HOUR


async def test_without_targets_there_is_none():
    world = World()

    packet = await world.escalate()

    assert packet["first_response_by"] is None
    assert world.stored(packet["escalation_id"])["due_at"] is None


async def test_what_the_user_adds_while_they_wait_starts_no_clock(world):
    packet = await world.escalate()
    await world.wait(600)

    await world.say("e-2", "Hello?", occurred_at=world.clock.now())

    row = world.stored(packet["escalation_id"])
    assert row["first_response_by"] == SAID_AT + 4 * HOUR


async def test_our_own_words_start_no_clock(world):
    packet = await world.escalate()

    await world.wait(5)
    await world.order(packet["escalation_id"], "acknowledge")

    assert world.told[0] == ("handoff", "saved")
    row = world.stored(packet["escalation_id"])
    assert row["first_response_by"] == SAID_AT + 4 * HOUR


async def test_an_answer_ends_the_wait_and_leaves_the_limit_of_the_whole(world):
    packet = await world.escalate()

    await world.order(packet["escalation_id"], "reply", text="Try again now.")

    row = world.stored(packet["escalation_id"])
    assert row["waiting_since"] is None
    assert row["due_at"] == row["resolution_by"] == SAID_AT + 8 * HOUR


async def test_a_message_after_an_answer_starts_the_clock_again(world):
    packet = await world.escalate()
    await world.order(packet["escalation_id"], "reply", text="Try again now.")
    await world.wait(7200)
    said_at = world.clock.now()

    await world.say("e-2", "It still fails.", occurred_at=said_at)

    row = world.stored(packet["escalation_id"])
    assert row["waiting_since"] == said_at
    assert row["first_response_by"] == said_at + 4 * HOUR
    assert row["resolution_by"] == SAID_AT + 8 * HOUR


async def test_a_note_after_a_late_question_ends_no_wait(world):
    packet = await world.escalate()
    await world.order(packet["escalation_id"], "reply", text="Try again now.")
    await world.say("e-2", "It still fails.", occurred_at=START)

    await world.order(packet["escalation_id"], "note", text="Who knows this?")

    assert world.stored(packet["escalation_id"])["waiting_since"] == START


async def test_what_is_resolved_is_due_no_more_and_what_is_reopened_is_again(world):
    packet = await world.escalate()
    await world.order(packet["escalation_id"], "resolve")
    assert world.stored(packet["escalation_id"])["due_at"] is None
    await world.wait(7200)

    await world.order(packet["escalation_id"], "reopen")

    row = world.stored(packet["escalation_id"])
    assert row["waiting_since"] == world.clock.now()
    assert row["resolution_by"] == world.clock.now() + 8 * HOUR


async def test_the_limits_follow_the_business_hours_of_the_app():
    world = World()
    week = {"mon": [["09:00", "18:00"]]}  # the 22nd is a Sunday
    world.prefer(targets=TARGETS, hours={"timezone": "Europe/Berlin", "week": week})

    packet = await world.escalate()

    assert packet["first_response_by"] == "2026-11-23T12:00:00Z"


async def test_a_list_says_what_is_overdue():
    office = Office()
    key = await office.key()
    office.world.prefer(targets=TARGETS)
    packet = await office.world.escalate()
    (item,) = (await office.ask("GET", "/v1/escalations", key)).json()["items"]
    assert item["overdue"] is False

    office.world.clock.forward(seconds=4 * 3600)

    (item,) = (await office.ask("GET", "/v1/escalations", key)).json()["items"]
    assert item["overdue"] is True
    assert item["first_response_by"] == packet["first_response_by"]
    path = f"/v1/escalations/{packet['number']}"
    assert (await office.ask("GET", path, key)).json()["overdue"] is True


async def test_what_is_made_urgent_by_hand_has_the_limits_of_what_is_urgent(world):
    world.prefer(
        targets=[{"match": {"priority": ["urgent"]}, "first_response": "15m"}, *TARGETS]
    )
    packet = await world.escalate()

    await world.order(packet["escalation_id"], "priority", priority="urgent")

    row = world.stored(packet["escalation_id"])
    assert row["first_response_by"] == row["due_at"] == SAID_AT + HOUR / 4
    assert row["resolution_by"] is None


async def test_a_limit_is_the_same_where_it_is_told_and_where_it_is_stored(world):
    said_at = SAID_AT.replace(microsecond=123_456)
    await world.feed(world.of_message("e-1", "Uploads fail", occurred_at=said_at))
    await world.leave_unresolved("e-1", text="Uploads fail", occurred_at=said_at)

    assert world.opened[-1]["first_response_by"] == "2026-11-22T13:59:59.123000Z"
