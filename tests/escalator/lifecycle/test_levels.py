"""Nobody takes an escalation: the next level hears of it, in time and one by one."""

from typing import Any

from tests.escalator.world import World

LEVELS = {
    "within": "30m",
    "levels": [
        {"destinations": ["lead-mail"]},
        {"after": "30m", "destinations": ["manager-mail"]},
    ],
}
MINUTES = 60


def waiting(**more: Any) -> World:
    world = World()
    world.prefer(acknowledgement={**LEVELS, **more})
    return world


def notified(world: World) -> list[str]:
    return [
        each["destination_id"] for each in world.requests if each["news"] == "unclaimed"
    ]


async def test_nobody_takes_it_and_the_levels_hear_one_after_the_other():
    world = waiting()
    escalation_id = (await world.escalate())["escalation_id"]

    await world.wait(29 * MINUTES)
    early = notified(world)
    await world.wait(1 * MINUTES)
    first = notified(world)
    await world.wait(30 * MINUTES)
    second = notified(world)
    await world.wait(600 * MINUTES)

    assert early == []
    assert first == ["lead-mail"]
    assert second == notified(world) == ["lead-mail", "manager-mail"]
    assert [each["text"] for each in world.updates] == [
        "lead-mail: ESC-1001: nobody has taken it for 30 minutes.",
        "manager-mail: ESC-1001: nobody has taken it for 1 hour.",
    ]
    assert list(world.stored(escalation_id)["deliveries"])


async def test_the_last_level_repeats():
    world = waiting(repeat="4h")
    await world.escalate()
    for _ in range(4):
        await world.wait(240 * MINUTES)

    assert notified(world) == [
        "lead-mail",
        "manager-mail",
        "manager-mail",
        "manager-mail",
    ]
    assert len({each["delivery_id"] for each in world.requests}) == 5


async def test_who_takes_it_stops_the_clock():
    for command in ("acknowledge", "claim", "reply", "resolve", "assign"):
        world = waiting()
        escalation_id = (await world.escalate())["escalation_id"]
        more = {"assignee": "Cy"} if command == "assign" else {"text": "Words"}
        await world.order(escalation_id, command, **more)

        await world.wait(90 * MINUTES)

        assert notified(world) == [], command


async def test_a_long_stop_brings_no_burst():
    world = waiting(repeat="30m")
    await world.escalate()

    await world.wait(100 * 60 * MINUTES)
    at_once = notified(world)
    await world.wait(30 * MINUTES)

    assert at_once == ["lead-mail"]
    assert notified(world) == ["lead-mail", "manager-mail"]


async def test_a_level_hears_with_the_whole_packet_and_counts_as_delivered():
    world = waiting()
    escalation_id = (await world.escalate("Uploads fail"))["escalation_id"]
    await world.wait(30 * MINUTES)
    request = world.requests[-1]

    await world.feed(world.of_delivered(request))
    await world.say("e-2", "Still failing")

    assert request["packet"]["conversation"][0]["text"] == "Uploads fail"
    assert request["kind"] == "reopened"
    deliveries = world.stored(escalation_id)["deliveries"]
    assert {each["destination_id"]: each["status"] for each in deliveries} == {
        "default": "pending",
        "lead-mail": "delivered",
    }
    assert (world.requests[-1]["destination_id"], world.requests[-1]["text"]) == (
        "lead-mail",
        "Still failing",
    )


async def test_the_clock_begins_again_for_what_nobody_has_again():
    world = waiting()
    escalation_id = (await world.escalate())["escalation_id"]
    await world.wait(30 * MINUTES)
    await world.order(escalation_id, "claim")
    await world.order(escalation_id, "unassign")

    await world.wait(29 * MINUTES)
    early = notified(world)
    await world.wait(1 * MINUTES)

    assert early == ["lead-mail"]
    assert notified(world) == ["lead-mail", "lead-mail"]


async def test_what_rests_waits_for_nobody():
    world = waiting()
    escalation_id = (await world.escalate())["escalation_id"]
    until = world.clock.now().replace(hour=14)
    await world.order(escalation_id, "snooze", until=until)

    await world.wait(240 * MINUTES)
    resting = notified(world)
    await world.wait(30 * MINUTES)

    assert resting == []
    assert notified(world) == ["lead-mail"]


async def test_a_timer_that_fires_twice_notifies_once():
    world = waiting()
    await world.escalate()
    await world.wait(30 * MINUTES)
    fired = next(each for each in world.ledger.timers if each.kind == "level_due")

    done = await world.feed(
        world.record("timer", fired, f"{fired.timer_id}-again", fired.lane)
    )

    assert done[-1].reason == "no_longer_due"
    assert notified(world) == ["lead-mail"]


WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


async def test_outside_of_business_hours_the_clock_stands():
    world = World()  # Sunday, 10:00 UTC
    quiet = {**LEVELS, "quiet": "outside"}
    world.prefer(acknowledgement=quiet, hours={"week": WEEK})
    await world.escalate()

    await world.wait(23 * 60 * MINUTES)
    on_monday_at_nine = notified(world)
    await world.wait(30 * MINUTES)

    assert on_monday_at_nine == []
    assert notified(world) == ["lead-mail"]


async def test_what_is_urgent_wakes_people():
    world = World()
    quiet = {**LEVELS, "quiet": "outside"}
    world.prefer(acknowledgement=quiet, hours={"week": WEEK})
    escalation_id = (await world.escalate())["escalation_id"]

    await world.order(escalation_id, "priority", priority="urgent")
    await world.wait(30 * MINUTES)

    assert notified(world) == ["lead-mail"]


async def test_a_clock_that_jumped_into_the_night_notifies_in_the_morning():
    world = World()
    world.clock.forward(seconds=24 * 3600)  # Monday, 10:00
    quiet = {**LEVELS, "quiet": "outside"}
    world.prefer(acknowledgement=quiet, hours={"week": WEEK})
    await world.escalate()

    await world.wait(10 * 60 * MINUTES)
    at_night = notified(world)
    await world.wait(13 * 60 * MINUTES)

    assert at_night == []
    assert notified(world) == ["lead-mail"]
