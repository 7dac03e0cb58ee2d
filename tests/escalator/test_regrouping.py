"""Merging and splitting keep every user's way to people."""

import pytest

from services.escalator.escalate.lifecycle.regrouping import split_id_of
from shared import ids
from shared.errors import Permanent
from tests.escalator.world import APP, World


async def two_escalations() -> tuple[World, str, str]:
    """Return a world with two conversations, and an escalation in each."""
    world = World()
    first = (await world.escalate())["escalation_id"]
    world.conversation_id = "c-43"
    await world.say("f-1", "The same here")
    await world.leave_unresolved("f-1")
    return world, first, world.opened[-1]["escalation_id"]


async def give_order(
    world: World, first: str, second: str, *, of: str, into: str
) -> None:
    """Order the merge of *second*, in conversation *of*, into *first*."""
    world.conversation_id = of
    await world.order(
        second,
        "merge",
        into=first,
        into_number="ESC-1001",
        into_lane=ids.conversation_key(APP, into),
    )


async def merge(
    world: World, first: str, second: str, *, of: str = "c-43", into: str = "c-42"
) -> None:
    """Merge *second* into *first*, and let it learn so."""
    await give_order(world, first, second, of=of, into=into)
    await world.wait(0)


async def test_a_merge_links_both_and_resolves_neither():
    world, first, second = await two_escalations()

    await merge(world, first, second)

    closed, kept = world.stored(second), world.stored(first)
    assert (closed["status"], closed["merged_into"]) == ("open", first)
    assert (kept["status"], kept["merged"]) == ("open", [second])
    reasons = [(each["number"], each["reason"]) for each in world.updates]
    assert reasons == [("ESC-1002", "merged"), ("ESC-1001", "absorbed")]
    assert world.replies == []


async def test_the_merged_user_is_still_handed_off_and_hears_the_resolution():
    world, first, second = await two_escalations()
    await merge(world, first, second)
    await world.wait(3)

    world.conversation_id = "c-42"
    await world.order(first, "resolve")
    await world.wait(0)

    told = {
        (each["conversation_id"], each["type"], each["status"])
        for each in world.replies
    }
    assert told == {
        ("c-42", "handoff", "saved"),
        ("c-43", "handoff", "saved"),
        ("c-42", "receipt", "resolved"),
        ("c-43", "receipt", "resolved"),
    }


async def test_a_reopened_escalation_is_merged_no_longer():
    world, first, second = await two_escalations()
    await merge(world, first, second)
    await world.order(second, "reopen")

    world.conversation_id = "c-42"
    await world.order(first, "resolve")
    await world.wait(0)

    assert world.stored(second)["status"] == "reopened"
    assert [each["conversation_id"] for each in world.replies] == ["c-42"]


async def test_a_split_opens_a_part_with_a_number_of_its_own():
    world = World()
    whole = await world.escalate("Uploads fail and I want a refund")

    await world.order(
        whole["escalation_id"], "split", text="I want a refund", key="k-1"
    )

    part = world.opened[-1]
    assert part["escalation_id"] == split_id_of(whole["escalation_id"], "k-1")
    assert part["number"] == "ESC-1002"
    assert part["summary"].splitlines()[0] == "I want a refund"
    assert world.stored(part["escalation_id"])["split_from"] == whole["escalation_id"]
    assert world.updates[-1]["change"] == "split"
    assert world.updates[-1]["text"] == "ESC-1002"
    assert len(world.requests) == 2


async def test_a_split_is_handed_off_to_nobody_a_second_time():
    world = World()
    whole = await world.escalate()
    await world.order(whole["escalation_id"], "split", text="A part")

    await world.wait(3)
    for request in list(world.requests):
        await world.feed(world.of_delivered(request))

    assert world.told == [("handoff", "saved"), ("receipt", "delivered")]


async def test_a_split_takes_the_words_of_the_named_messages():
    world = World()
    whole = await world.escalate()
    await world.say("e-2", "I also want a refund")

    await world.order(whole["escalation_id"], "split", message_ids=("e-2",))

    assert world.opened[-1]["summary"].splitlines()[0] == "I also want a refund"


async def test_a_split_of_unknown_messages_is_refused():
    world = World()
    whole = await world.escalate()

    with pytest.raises(Permanent, match="None of these messages"):
        await world.order(whole["escalation_id"], "split", message_ids=("e-9",))


async def test_a_resolution_goes_only_to_what_is_merged_by_then():
    world, first, second = await two_escalations()
    world.conversation_id = "c-44"
    await world.say("g-1", "Here as well")
    await world.leave_unresolved("g-1")
    third = world.opened[-1]["escalation_id"]
    await merge(world, second, first, of="c-42", into="c-43")
    await world.order(first, "reopen")
    await merge(world, first, second, of="c-43", into="c-42")
    await merge(world, third, first, of="c-42", into="c-44")
    world.conversation_id = "c-44"

    await world.order(third, "resolve")
    for _ in range(5):
        await world.wait(0)

    told = [each["conversation_id"] for each in world.replies]
    assert told == ["c-44", "c-42", "c-43"]


async def test_two_merged_into_each_other_at_once_are_both_taken_up_again():
    world, first, second = await two_escalations()
    await give_order(world, first, second, of="c-43", into="c-42")
    await give_order(world, second, first, of="c-42", into="c-43")

    await world.wait(0)

    for each in (first, second):
        assert world.stored(each)["status"] == "reopened"
        assert world.stored(each)["merged_into"] is None


async def test_what_is_merged_into_a_merged_one_waits_for_the_resolution():
    world, first, second = await two_escalations()
    world.conversation_id = "c-44"
    await world.say("g-1", "Here as well")
    await world.leave_unresolved("g-1")
    third = world.opened[-1]["escalation_id"]
    await give_order(world, first, second, of="c-43", into="c-42")
    await merge(world, third, first, of="c-42", into="c-44")

    assert world.replies == []

    world.conversation_id = "c-44"
    await world.order(third, "resolve")
    for _ in range(3):
        await world.wait(0)
    assert {each["conversation_id"] for each in world.replies} == {
        "c-42",
        "c-43",
        "c-44",
    }
