"""Times that users are told, and how they are kept, missed and told anew."""

from datetime import timedelta

import pytest

from services.escalator.domain.promises.expectation import Past
from tests.escalator.test_erasing import erasure
from tests.escalator.world import SAID_AT, START, World

HOUR = timedelta(hours=1)
TEXT = "We answer by {expected_by}."
TARGETS = [{"match": {}, "first_response": "4h", "clock": "wall"}]


def promising(**parts) -> World:
    world = World()
    world.prefer(
        **{
            "messages": {
                "saved": TEXT,
                "handoff": TEXT,
                "rescheduled": f"Sorry. {TEXT}",
            },
            "targets": TARGETS,
        }
        | parts
    )
    return world


async def told(world: World, *, language: str | None = None, **session: str) -> dict:
    """Escalate and be told; return the hand-off."""
    await world.say("e-1", "Uploads fail", session={"id": "s-1", **session})
    await world.leave_unresolved("e-1", text="Uploads fail", language=language)
    await world.wait(3)
    return world.replies[-1]


def promises(world: World) -> list[dict]:
    every = world.documents("escalator_promises").values()
    return sorted(every, key=lambda each: each["promised_at"])


def states(world: World) -> list[str]:
    return [each["state"] for each in promises(world)]


async def test_the_time_that_a_user_is_told_is_stored_with_the_words():
    world = promising()

    reply = await told(world, timezone="Europe/Lisbon")

    (promise,) = promises(world)
    assert reply["expected_by"] == "2026-11-22T13:59:59Z"
    assert reply["text"] == "We answer by 14:00."
    assert promise["due_at"] == SAID_AT + 4 * HOUR
    assert promise["told_text"] == reply["text"]
    assert promise["promised_at"] == world.clock.now()
    assert (promise["kind"], promise["state"]) == ("first_response", "open")


async def test_without_a_time_there_is_no_promise_and_no_brace():
    world = promising(targets=[])

    reply = await told(world)

    assert reply["expected_by"] is None
    assert reply["text"] == "We answer by as soon as possible."
    assert promises(world) == []


@pytest.mark.parametrize(
    ("session", "said"),
    [
        ({"timezone": "America/New_York"}, "09:00"),
        ({"timezone": "Asia/Kathmandu"}, "19:45"),
        ({"timezone": "Pacific/Auckland"}, "Monday 03:00"),
        ({}, "15:00 UTC+1"),
    ],
)
async def test_a_time_is_said_in_the_zone_of_the_user_or_named(session, said):
    world = promising(hours={"timezone": "Europe/Berlin"})

    reply = await told(world, **session)

    assert reply["text"] == f"We answer by {said}."


async def test_an_answer_in_time_keeps_the_promise_and_nothing_fires():
    world = promising()
    reply = await told(world)
    await world.wait(600)

    await world.order(reply["escalation_id"], "reply", text="Try again now.")
    await world.wait(86_400)

    (promise,) = promises(world)
    assert promise["state"] == "kept"
    assert promise["settled_because"] == "answered"
    assert ("receipt", "rescheduled") not in world.told
    settled = [each["promise"] for each in world.updates if each["promise"]]
    assert [each["state"] for each in settled] == ["kept"]


async def test_at_the_miss_the_user_is_told_the_new_time_unasked_and_once():
    world = promising()
    await told(world, timezone="UTC")
    await world.wait(3 * 3600)
    assert ("receipt", "rescheduled") not in world.told

    await world.wait(3600)
    await world.wait(60)

    missed = [each for each in world.replies if each.get("status") == "rescheduled"]
    assert states(world) == ["rescheduled", "open"]
    assert [each["expected_by"] for each in missed] == ["2026-11-22T18:00:03Z"]
    assert missed[0]["text"] == "Sorry. We answer by 18:01."
    assert promises(world)[1]["told_text"] == missed[0]["text"]


async def test_a_late_answer_after_a_new_time_keeps_the_new_one():
    world = promising()
    reply = await told(world)
    for _ in range(3):
        await world.wait(1.5 * 3600)

    await world.order(reply["escalation_id"], "reply", text="Here you are.")

    assert states(world) == ["rescheduled", "kept"]


async def test_an_answer_after_the_time_breaks_the_promise_even_before_a_timer_fires():
    world = promising()
    reply = await told(world)
    world.clock.forward(seconds=5 * 3600)

    await world.order(reply["escalation_id"], "reply", text="Here you are.")

    assert states(world) == ["broken"]


async def test_new_times_end_and_the_last_word_names_none():
    world = promising()
    await told(world)

    for _ in range(100):
        await world.wait(3600)

    texts = [
        each["text"] for each in world.replies if each.get("status") == "rescheduled"
    ]
    assert states(world) == ["rescheduled", "rescheduled", "broken"]
    assert len(texts) == 3
    assert texts[-1] == "Sorry. We answer by as soon as possible."


async def test_people_hear_of_it_before_the_user_does():
    levels = [{"destinations": ["lead-mail"]}]
    world = promising(acknowledgement={"levels": levels})
    await told(world)

    await world.wait(3 * 3600)

    assert [each["destination_id"] for each in world.requests] == [
        "default",
        "lead-mail",
    ]
    assert "2026-11-22 13:59 UTC" in world.requests[-1]["text"]
    assert ("receipt", "rescheduled") not in world.told


async def test_a_stop_over_both_timers_loses_neither():
    levels = [{"destinations": ["lead-mail"]}]
    world = promising(acknowledgement={"levels": levels})
    await told(world)

    await world.wait(86_400)
    world.restart()
    await world.wait(0)

    assert world.requests[-1]["destination_id"] == "lead-mail"
    assert states(world) == ["rescheduled", "open"]


async def test_every_timer_may_fire_twice():
    world = promising()
    await told(world)
    await world.wait(3 * 3600)
    await world.wait(3600)
    replies, stored = list(world.replies), promises(world)

    world.fired.clear()
    world.restart()
    await world.wait(0)

    assert world.replies == replies
    assert promises(world) == stored


async def test_a_clock_that_is_ahead_breaks_no_promise():
    world = promising()
    await told(world)
    await world.wait(4 * 3600 - 10)
    (due,) = [each for each in world.ledger.timers if each.kind == "promise_missed"]

    await world.feed(world.of_timer(due))
    assert world.reasons[-1] == "not_missed_yet"
    await world.wait(60)

    assert states(world) == ["rescheduled", "open"]


async def test_a_withdrawn_request_is_owed_nothing():
    world = promising()
    await told(world)

    await world.feed(world.of_event({"type": "withdrawn", "event_id": "e-2"}))
    await world.wait(86_400)

    (promise,) = promises(world)
    assert (promise["state"], promise["settled_because"]) == ("kept", "withdrawn")
    assert ("receipt", "rescheduled") not in world.told


async def test_a_part_that_people_split_off_promises_its_user_nothing():
    world = promising()
    reply = await told(world)

    await world.order(reply["escalation_id"], "split", text="Something else", key="k")
    await world.wait(60)

    assert len(promises(world)) == 1


async def test_the_past_comes_before_the_target_and_never_falls_outside_of_hours():
    week = {"mon": [["09:00", "18:00"]]}  # it is Sunday, 10:00
    world = promising(hours={"timezone": "UTC", "week": week})
    world.pasts.known["acme"] = Past(overall=timedelta(hours=2))

    reply = await told(world, timezone="UTC", language="de-DE")

    assert reply["expected_by"] == "2026-11-23T09:15:00Z"
    assert reply["text"] == "We answer by Montag 09:15."


async def test_a_time_that_passed_before_it_was_told_is_told_anew():
    world = promising()
    await world.escalate()
    world.clock.forward(seconds=86_400)

    await world.wait(0)

    assert world.replies[-1]["expected_by"] == (
        (START + timedelta(days=1) + 4 * HOUR).isoformat().replace("+00:00", "Z")
    )


async def test_an_erased_user_leaves_nothing_open():
    world = promising()
    await told(world)

    await world.feed(erasure(world))
    await world.wait(86_400)

    assert states(world) == ["kept"]
    assert ("receipt", "rescheduled") not in world.told


async def test_people_are_reminded_while_they_are_there():
    world = promising(
        targets=[{"match": {}, "first_response": "150m", "clock": "wall"}],
        hours={"timezone": "UTC", "week": {"sun": [["12:00", "18:00"]]}},
        acknowledgement={"levels": [{"destinations": ["lead-mail"]}]},
    )
    await told(world)

    await world.wait(119 * 60)
    assert "lead-mail" not in [each["destination_id"] for each in world.requests]
    await world.wait(25 * 60)

    assert world.requests[-1]["destination_id"] == "lead-mail"
    assert ("receipt", "rescheduled") not in world.told


async def test_a_user_is_told_at_the_miss_even_where_people_are_quiet():
    world = promising(
        hours={"timezone": "UTC", "week": {"mon": [["09:00", "18:00"]]}},
        acknowledgement={
            "levels": [{"destinations": ["lead-mail"]}],
            "quiet": "outside",
        },
    )
    await told(world)

    for _ in range(2):
        await world.wait(3 * 3600)

    assert "lead-mail" not in [each["destination_id"] for each in world.requests]
    assert states(world)[0] == "rescheduled"
