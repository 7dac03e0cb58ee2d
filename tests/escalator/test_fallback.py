"""Where every destination failed others are asked; the cause decides what is said."""

import pytest

from services.escalator import metrics
from services.escalator.domain.receipts.causes import KINDS, CauseKind, kind_of
from services.notifier.domain.outcomes import Reason as Outcome
from shared.events import FailureReason
from shared.wording.languages import load_languages
from tests.escalator.world import World

ENGLISH = load_languages()["en"].texts
TRIES = ("keep trying", "try again", "on its way", "as soon as it has reached")
"""Words that promise a try to come."""


def failing_over(**route) -> World:
    world = World()
    fallback = {"destinations": ["a", "b"], "fallback": ["lead", "a", "boss", "lead"]}
    world.prefer(routes=[fallback | route])
    return world


async def fail(world: World, *destinations: str, reason: str = "gone") -> None:
    for request in list(world.requests):
        if request["destination_id"] in destinations:
            await world.feed(world.of_failed(request, reason=reason))


async def test_the_fallback_is_asked_once_every_destination_has_failed():
    world = failing_over()
    opened = await world.escalate()
    await world.wait(3)
    await fail(world, "a")
    assert {each["destination_id"] for each in world.requests} == {"a", "b"}

    await fail(world, "b")
    await fail(world, "a", "b")

    asked = [each["destination_id"] for each in world.requests]
    assert asked == ["a", "b", "lead", "boss"]
    assert all(each["packet"] == opened for each in world.requests)
    assert all(each["kind"] == "opened" for each in world.requests)
    assert world.told == [("handoff", "saved")]
    (change,) = [each for each in world.updates if each["change"] == "fallback_asked"]
    assert change["text"] == "lead, boss"
    states = {
        each["destination_id"]: each["status"]
        for each in world.stored(opened["escalation_id"])["deliveries"]
    }
    assert states == {
        "a": "failed",
        "b": "failed",
        "lead": "pending",
        "boss": "pending",
    }


async def test_the_fallbacks_acceptance_is_told_and_later_news_go_to_it():
    world = failing_over()
    await world.escalate()
    await fail(world, "a", "b")
    await world.say("e-2", "It is urgent")

    await world.feed(world.of_delivered(world.requests[2]))

    assert world.told == [("handoff", "delivered")]
    assert world.requests[-1]["destination_id"] == "lead"
    assert world.requests[-1]["text"] == "It is urgent"
    assert all(each["status"] != "delayed" for each in world.replies)


async def test_when_the_fallback_fails_too_the_user_hears_it_once():
    world = failing_over()
    await world.escalate()
    await world.wait(3)
    await fail(world, "a", "b")
    await fail(world, "lead")
    assert world.told == [("handoff", "saved")]

    await fail(world, "boss")
    await fail(world, "boss", "lead")

    assert world.told == [("handoff", "saved"), ("receipt", "delayed")]


async def test_a_failure_of_one_of_two_asks_nobody_else():
    world = failing_over()
    await world.escalate()
    await world.feed(world.of_delivered(world.requests[1]))

    await fail(world, "a")

    assert len(world.requests) == 2
    assert world.told == [("handoff", "delivered")]


async def test_for_what_people_are_done_with_nobody_else_is_asked():
    world = failing_over()
    opened = await world.escalate()
    await world.order(opened["escalation_id"], "resolve")

    await fail(world, "a", "b")

    assert len([each for each in world.requests if each["kind"] == "opened"]) == 2


async def test_a_user_whose_request_a_person_has_hears_of_no_failure():
    world = failing_over(fallback=[])
    opened = await world.escalate()
    await world.wait(3)
    await world.order(opened["escalation_id"], "acknowledge")

    await fail(world, "a", "b")

    assert world.told == [("handoff", "saved"), ("receipt", "acknowledged")]


def test_every_cause_that_ends_a_delivery_is_known_to_both_sides():
    assert {each.value for each in FailureReason} <= {each.value for each in Outcome}
    assert KINDS.keys() == set(FailureReason)
    assert kind_of("of a later version") is CauseKind.OTHER


@pytest.mark.parametrize("cause", list(FailureReason))
async def test_each_cause_decides_what_is_told_counted_and_shown(cause):
    world = failing_over(fallback=[], destinations=["a"])
    opened = await world.escalate()
    kind = kind_of(cause)
    failed = metrics.FAILED.labels(cause.value, kind.value)
    undelivered = metrics.UNDELIVERED.labels(kind.value)
    before = failed._value.get(), undelivered._value.get()

    await fail(world, "a", reason=cause.value)

    saved, delayed = world.replies
    ours = ENGLISH.get(f"delayed_{kind.value}", ENGLISH["delayed"])
    assert delayed["cause"] == cause.value
    assert delayed["text"] == ours.replace("{number}", "ESC-1001")
    assert not any(each in saved["text"] + delayed["text"] for each in TRIES)
    assert world.updates[-1]["reason"] == cause.value
    (delivery,) = world.stored(opened["escalation_id"])["deliveries"]
    assert delivery["proof"] == cause.value
    assert (failed._value.get(), undelivered._value.get()) == (
        before[0] + 1,
        before[1] + 1,
    )


async def test_two_kinds_of_failure_are_told_in_the_words_that_hold_for_both():
    world = failing_over(fallback=[])
    await world.escalate()

    await fail(world, "a", reason="gone")
    await fail(world, "b", reason="retries_exhausted")

    assert world.replies[-1]["text"].startswith("We could not deliver ESC-1001")
    assert world.replies[-1]["cause"] == "retries_exhausted"
