"""After a merge: who carries on hears both users, and both users hear the team."""

import pytest

from services.escalator.escalate.lifecycle.merging import MAX_PASSED_ON
from shared.errors import Permanent
from tests.escalator.test_regrouping import give_order, merge, two_escalations
from tests.escalator.world import World


async def merged() -> tuple[World, str, str]:
    """Return a world where c-43's escalation was merged into c-42's, both handed off."""
    world, first, second = await two_escalations()
    for request in list(world.requests):
        world.conversation_id = request["conversation_id"]
        await world.feed(world.of_delivered(request))
    await merge(world, first, second)
    return world, first, second


def told(world: World, conversation_id: str) -> list[tuple[str, str]]:
    return [
        (each["type"], each.get("status") or each["text"])
        for each in world.replies
        if each["conversation_id"] == conversation_id
    ]


async def order(world: World, escalation_id: str, command: str, **more) -> None:
    world.conversation_id = "c-42"
    await world.order(escalation_id, command, **more)
    await world.wait(0)


async def test_a_merge_is_no_resolution_in_any_update():
    world, _, second = await merged()

    assert all(each["to"] != "resolved" for each in world.updates)
    assert world.stored(second)["status"] == "open"
    assert told(world, "c-43") == [("handoff", "delivered")]


async def test_a_merged_users_next_message_reaches_the_holder_of_the_target():
    world, first, second = await merged()
    world.conversation_id = "c-43"
    await world.say("f-2", "It is urgent", user={"id": "u-8", "name": "Cy"})
    await world.wait(0)

    sent = world.requests[-1]
    assert (sent["kind"], sent["escalation_id"]) == ("message_added", first)
    assert sent["text"] == "[ESC-1002, Cy] It is urgent"
    assert [
        (each["escalation_id"], each["text"])
        for each in world.updates
        if each["change"] == "message_added"
    ] == [(second, "It is urgent"), (first, "[ESC-1002, Cy] It is urgent")]


async def test_a_merged_users_message_that_comes_twice_reaches_people_once():
    world, _, _ = await merged()
    world.conversation_id = "c-43"
    record = world.of_message("f-2", "It is urgent")
    await world.feed(record)
    world.restart()
    await world.feed(record)
    await world.wait(0)
    await world.feed(world.of_timer(world.ledger.timers[-1]))

    news = [each for each in world.requests if each["kind"] == "message_added"]
    assert len(news) == 1


async def test_a_message_between_merge_and_its_arrival_is_heard():
    world, first, second = await two_escalations()
    world.conversation_id = "c-42"
    await world.feed(world.of_delivered(world.requests[0]))
    await merge(world, first, second)
    world.conversation_id = "c-43"
    await world.say("f-2", "Still there?")
    world.conversation_id = "c-42"
    await world.order(first, "resolve")
    await world.wait(0)

    assert world.requests[-1]["text"] == "[ESC-1002] Still there?"


async def test_a_contact_of_a_merged_user_reaches_the_holder():
    world, _, _ = await merged()
    world.conversation_id = "c-43"
    body = {"type": "contact", "event_id": "f-3", "email": "cy@example.com"}
    await world.feed(world.of_event(body))
    await world.wait(0)

    assert world.requests[-1]["text"] == "[ESC-1002] Contact: cy@example.com"


async def test_a_reply_on_the_target_reaches_every_merged_user():
    world, first, second = await merged()

    await order(world, first, "reply", text="It is fixed.")

    for conversation_id in ("c-42", "c-43"):
        assert told(world, conversation_id)[-1] == ("teammate_reply", "It is fixed.")
    assert world.stored(second)["status"] == "answered"
    assert world.replies[-1]["author"] == {"name": "Bo"}


async def test_what_the_holder_does_is_done_for_the_merged_user_too():
    world, first, second = await merged()

    await order(world, first, "assign", assignee="Bo")
    await order(world, first, "acknowledge")
    await order(world, first, "resolve", text="Fixed.")

    assert told(world, "c-43") == told(world, "c-42")
    assert told(world, "c-43")[1:] == [
        ("receipt", "acknowledged"),
        ("teammate_reply", "Fixed."),
        ("receipt", "resolved"),
    ]
    stored = world.stored(second)
    assert (stored["status"], stored["assignee"]) == ("resolved", "Bo")
    resolved = [each for each in world.updates if each["to"] == "resolved"]
    assert len({each["escalation_id"] for each in resolved}) == 2


async def test_what_is_merged_into_a_taken_one_is_taken():
    world, first, second = await two_escalations()
    world.conversation_id = "c-42"
    await world.order(first, "acknowledge")

    await merge(world, first, second)
    await world.wait(0)

    assert world.stored(second)["status"] == "acknowledged"
    assert told(world, "c-43") == [("receipt", "acknowledged")]


@pytest.mark.parametrize("command", ["acknowledge", "resolve", "snooze", "merge"])
async def test_a_merged_one_is_worked_through_what_carries_on(command):
    world, _, second = await merged()
    world.conversation_id = "c-43"

    with pytest.raises(Permanent, match="merged into another"):
        await world.order(second, command)


async def test_a_reopened_one_goes_its_own_way_again():
    world, first, second = await merged()
    world.conversation_id = "c-43"
    await world.order(second, "reopen")
    await world.say("f-2", "Mine is something else")
    await order(world, first, "reply", text="It is fixed.")

    news = [each for each in world.requests if each["kind"] == "message_added"]
    assert [each["escalation_id"] for each in news] == [second]
    assert ("teammate_reply", "It is fixed.") not in told(world, "c-43")


async def test_parts_of_one_conversation_merged_again_answer_their_user_once():
    world = World()
    whole = (await world.escalate())["escalation_id"]
    await world.order(whole, "split", text="A part")
    part = world.opened[-1]["escalation_id"]
    await merge(world, whole, part, of="c-42", into="c-42")

    await order(world, whole, "reply", text="Done.")
    await order(world, whole, "resolve")

    assert [kind for kind, _ in told(world, "c-42")] == ["teammate_reply", "receipt"]


async def test_messages_of_merges_in_a_ring_end_with_people():
    world, first, second = await two_escalations()
    for request in list(world.requests):
        world.conversation_id = request["conversation_id"]
        await world.feed(world.of_delivered(request))
    await give_order(world, first, second, of="c-43", into="c-42")
    await give_order(world, second, first, of="c-42", into="c-43")
    world.fired = {each.timer_id for each in world.ledger.timers}  # links come last
    world.conversation_id = "c-43"
    await world.say("f-2", "Hello?")

    for _ in range(2 * MAX_PASSED_ON):
        await world.wait(0)

    news = [each for each in world.requests if each["kind"] == "message_added"]
    assert [each["text"] for each in news] == ["[ESC-1002] Hello?"]
    assert world.reasons.count("passed_on") == MAX_PASSED_ON - 1
