"""The user takes back what waits with people: all who have it hear so."""

from typing import Any

from tests.escalator.world import World


async def withdraw(world: World, event_id: str = "w-1", **more: Any) -> str:
    event = {"type": "withdrawn", "event_id": event_id, **more}
    return (await world.feed(world.of_event(event)))[-1].reason


async def test_a_withdrawal_ends_it_and_tells_both_sides():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]
    await world.feed(world.of_delivered(world.requests[0]))
    await world.order(escalation_id, "claim", actor="Bo")

    assert await withdraw(world, text="Solved it myself") == "withdrawn"

    update, request = world.updates[-1], world.requests[-1]
    assert (update["from"], update["to"]) == ("acknowledged", "withdrawn")
    assert (update["actor"], update["text"]) == ("user", "Solved it myself")
    assert world.told[-1] == ("receipt", "withdrawn")
    assert (request["news"], request["kind"]) == ("withdrawn", "resolved")
    assert "no longer wants this" in request["text"]
    assert world.stored(escalation_id)["closed_at"] is not None


async def test_who_accepts_it_only_after_its_end_hears_of_that_too():
    world = World()
    await world.escalate()
    request = world.requests[0]
    await withdraw(world)

    await world.feed(world.of_delivered(request))

    assert world.requests[-1]["news"] == "withdrawn"
    assert world.told == [("receipt", "withdrawn")]


async def test_a_withdrawal_twice_is_told_once():
    world = World()
    await world.escalate()
    await withdraw(world)

    assert await withdraw(world, "w-2") == "projected"

    assert world.told.count(("receipt", "withdrawn")) == 1


async def test_a_withdrawal_of_nothing_is_only_kept():
    world = World()
    await world.say("e-1", "Hello")

    assert await withdraw(world) == "projected"
    assert world.replies == []


async def test_what_was_withdrawn_stays_so_and_the_next_request_is_a_fresh_one():
    world = World()
    first = (await world.escalate())["escalation_id"]
    await withdraw(world)

    await world.say("e-2", "Something else")
    await world.leave_unresolved("e-2", text="Something else")

    assert len(world.opened) == 2
    assert world.stored(first)["status"] == "withdrawn"


async def test_parts_that_the_team_split_end_with_it_and_the_user_hears_once():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]
    await world.order(escalation_id, "split", text="Another matter")

    await withdraw(world)

    assert world.told.count(("receipt", "withdrawn")) == 1
    statuses = {
        each["status"] for each in world.documents("escalator_escalations").values()
    }
    assert statuses == {"withdrawn"}


async def test_who_is_merged_into_what_was_withdrawn_waits_on_their_own():
    world = World()
    kept = (await world.escalate())["escalation_id"]
    world.conversation_id = "c-43"
    await world.say("m-1", "Me too")
    await world.leave_unresolved("m-1", text="Me too")
    merged = world.opened[-1]["escalation_id"]
    await world.order(
        merged, "merge", into=kept, into_number="ESC-1001", into_lane="acme:c-42"
    )
    await world.wait(1)
    world.conversation_id = "c-42"

    await withdraw(world)
    await world.wait(1)

    stored = world.stored(merged)
    assert (stored["status"], stored["merged_into"]) == ("reopened", None)
    assert world.stored(kept)["status"] == "withdrawn"
    told = [
        each["conversation_id"]
        for each in world.replies
        if each.get("status") == "withdrawn"
    ]
    assert told == ["c-42"]


async def test_who_was_merged_and_withdraws_leaves_the_other_waiting():
    world = World()
    kept = (await world.escalate())["escalation_id"]
    await world.feed(world.of_delivered(world.requests[0]))
    world.conversation_id = "c-43"
    await world.say("m-1", "Me too")
    await world.leave_unresolved("m-1", text="Me too")
    merged = world.opened[-1]["escalation_id"]
    await world.order(
        merged, "merge", into=kept, into_number="ESC-1001", into_lane="acme:c-42"
    )
    await world.wait(1)

    await withdraw(world)
    await world.wait(1)

    assert world.stored(merged)["status"] == "withdrawn"
    assert world.stored(kept)["status"] == "open"
    assert "ESC-1002: its user no longer wants this." in world.requests[-1]["text"]
