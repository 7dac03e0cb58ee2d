"""A user asks again what was resolved: the same escalation, in the context of now."""

from datetime import timedelta
from typing import Any

from prometheus_client import REGISTRY

from tests.escalator.world import START, World

FRESH = {
    "app_state": {"route": "/billing"},
    "session": {"id": "s-2", "url": "https://app.example.com/billing"},
    "attempts": [
        {
            "kind": "document",
            "name": "d-2",
            "score": 0.2,
            "threshold": 0.7,
            "outcome": "no_match",
            "started_at": START,
            "duration_ms": 1,
        }
    ],
    "reason": "low_confidence",
}


async def resolved(world: World) -> str:
    """Return the id of an escalation that was delivered, claimed and resolved."""
    await world.say("e-1", "Uploads fail", app_state={"route": "/files"})
    await world.leave_unresolved("e-1", text="Uploads fail")
    escalation_id: str = world.opened[-1]["escalation_id"]
    await world.feed(world.of_delivered(world.requests[0]))
    await world.order(escalation_id, "resolve")
    return escalation_id


async def ask_again(world: World, event_id: str = "e-2", **more: Any) -> str:
    await world.say(event_id, "It fails again", **more)
    body = {"text": "It fails again", **FRESH}
    return await world.leave_unresolved(event_id, **{**body, **more})


async def test_what_is_asked_soon_after_the_end_takes_it_up_again():
    world = World()
    escalation_id = await resolved(world)

    assert await ask_again(world) == "reopened"

    update = world.updates[-1]
    assert (update["from"], update["to"]) == ("resolved", "reopened")
    assert (update["actor"], update["text"]) == ("user", "It fails again")
    assert len(world.opened) == 1
    assert world.stored(escalation_id)["closed_at"] is None


async def test_the_team_is_asked_with_the_context_of_now():
    world = World()
    await resolved(world)
    await ask_again(world)
    request = world.requests[-1]

    await world.feed(world.of_delivered(request))
    await world.say("e-3", "And once more")

    assert (request["kind"], request["text"]) == ("reopened", "It fails again")
    for packet in (request["packet"], world.requests[-1]["packet"]):
        assert packet["app_state"] == {"route": "/billing"}
        assert packet["session"]["id"] == "s-2"
        assert packet["reason"] == "low_confidence"
        assert [each["name"] for each in packet["attempts"]] == ["d-2"]


async def test_the_user_is_handed_off_again_and_told_only_what_is_so():
    world = World()
    await resolved(world)
    await ask_again(world)

    before = len(world.replies)
    await world.wait(3)
    saved = world.replies[before:]
    await world.feed(world.of_delivered(world.requests[-1]))

    handoffs = [each for each in world.replies if each["type"] == "handoff"]
    assert [each["status"] for each in handoffs] == ["delivered", "saved"]
    assert len({each["reply_id"] for each in handoffs}) == 2
    assert saved[0]["in_reply_to"] == "e-2"
    assert world.told[-1] == ("receipt", "delivered")


async def test_what_is_asked_too_late_is_asked_afresh():
    world = World()
    world.prefer(reopen_within="2h")
    first = await resolved(world)

    reason = await ask_again(world, occurred_at=START + timedelta(hours=2))

    assert reason == "opened"
    assert len(world.opened) == 2
    assert world.stored(first)["status"] == "resolved"


async def test_nothing_is_reopened_where_the_setting_says_so():
    world = World()
    world.prefer(reopen_within="0s")
    await resolved(world)

    assert await ask_again(world, occurred_at=START) == "opened"


async def test_the_same_request_again_reopens_nothing():
    world = World()
    escalation_id = await resolved(world)
    await ask_again(world)
    await world.order(escalation_id, "resolve")

    again = await world.leave_unresolved("e-2", request_id="another", text="x")

    assert again == "already_opened"
    assert world.stored(escalation_id)["status"] == "resolved"


async def test_a_second_round_is_a_round_of_its_own():
    world = World()
    escalation_id = await resolved(world)
    await ask_again(world)
    await world.feed(world.of_delivered(world.requests[-1]))
    await world.order(escalation_id, "resolve")

    await ask_again(world, "e-3")
    await world.feed(world.of_delivered(world.requests[-1]))

    handoffs = [each for each in world.replies if each["type"] == "handoff"]
    assert [each["in_reply_to"] for each in handoffs] == ["e-1", "e-2", "e-3"]
    assert len({each["delivery_id"] for each in world.requests}) == 3


async def test_it_is_known_after_a_crash_what_was_asked_again():
    world = World()
    await resolved(world)
    await ask_again(world)
    world.restart()

    await world.feed(world.of_delivered(world.requests[-1]))
    await world.say("e-3", "And once more")

    assert world.requests[-1]["packet"]["app_state"] == {"route": "/billing"}


async def test_its_assignee_has_it_again_and_others_may_take_it():
    world = World()
    escalation_id = await resolved(world)
    await world.order(escalation_id, "reopen")
    await world.order(escalation_id, "claim", actor="Bo")
    await world.order(escalation_id, "resolve", actor="Bo")

    await ask_again(world)

    assert world.stored(escalation_id)["assignee"] == "Bo"


async def test_a_request_that_was_taken_back_before_it_was_opened_asks_nobody():
    world = World()
    await world.say("e-1", "Uploads fail")
    await world.feed(world.of_event({"type": "withdrawn", "event_id": "w-1"}))

    await world.leave_unresolved("e-1", text="Uploads fail")

    assert world.requests == []
    assert world.told == [("receipt", "withdrawn")]
    assert world.updates[-1]["to"] == "withdrawn"


async def test_what_is_said_after_a_withdrawal_asks_people():
    world = World()
    await world.say("e-1", "Uploads fail")
    await world.feed(world.of_event({"type": "withdrawn", "event_id": "w-1"}))
    await world.say("e-2", "No, I do need help")

    await world.leave_unresolved("e-2", text="No, I do need help")

    assert len(world.requests) == 1


def told_seconds() -> float:
    labels = {"told": "delivered"}
    name = "handrail_escalator_told_seconds_sum"
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_how_long_the_user_waited_is_counted_from_what_they_asked_again():
    world = World()
    await resolved(world)
    world.clock.forward(seconds=3600)
    before = told_seconds()

    await ask_again(world, occurred_at=world.clock.now() - timedelta(seconds=2))
    await world.feed(world.of_delivered(world.requests[-1]))

    assert told_seconds() - before == 2.0
