"""What is at hand of a conversation is what the ledger would tell."""

import pytest

from tests.escalator.world import START, World


async def opened_by(world: World) -> dict:
    await world.say("e-1", "Hello", user={"id": "u-7", "email": "ana@example.com"})
    await world.say("e-2", "How may I help?", role="assistant")
    await world.say("e-3", "Uploads over 10 MB fail", app_state={"route": "/files"})
    await world.leave_unresolved("e-3", text="Uploads over 10 MB fail")
    return world.opened[0]


async def test_a_packet_is_the_same_with_and_without_memory():
    forgetful = await opened_by(World())
    remembering = await opened_by(World(forgetful=False))

    assert [line["text"] for line in remembering["conversation"]] == [
        "Hello",
        "How may I help?",
        "Uploads over 10 MB fail",
    ]
    assert remembering == forgetful


async def test_what_is_at_hand_needs_no_look_at_the_ledger():
    world = World(forgetful=False)
    world.ledger.facts = None  # whoever asks fails

    assert (await opened_by(world))["summary"].startswith("Uploads over 10 MB fail")


@pytest.mark.parametrize(
    ("count", "chars"), [(25, 10), (3, 3000)], ids=["many lines", "long lines"]
)
async def test_a_longer_conversation_is_read_from_the_ledger(count: int, chars: int):
    world = World(forgetful=False)
    for number in range(count):
        await world.say(f"e-{number}", f"{number} " + "x" * chars)

    await world.leave_unresolved(f"e-{count - 1}", text="Help")

    said = [line["text"].split()[0] for line in world.opened[0]["conversation"]]
    assert said == [str(number) for number in range(count)]


async def test_a_second_escalation_has_the_whole_conversation():
    world = World(forgetful=False)
    first = await world.escalate("Uploads fail")
    await world.order(first["escalation_id"], "resolve", text="Try again")
    world.clock.forward(hours=73)  # too late to take the first one up again
    later = {"occurred_at": world.clock.now()}
    await world.say("e-2", "Still failing", **later)
    await world.leave_unresolved("e-2", text="Still failing", **later)

    assert [line["text"] for line in world.opened[1]["conversation"]] == [
        "Uploads fail",
        "Try again",
        "Still failing",
    ]


async def test_news_in_the_batch_that_opened_carries_the_packet():
    """As after a restore without a ledger: everything is read again at once."""
    before = World()
    await before.say("e-1", "Uploads fail", session={"id": "s-9"})
    await before.leave_unresolved("e-1", text="Uploads fail")
    world = World()

    await world.feed(
        world.of_message("e-1", "Uploads fail", session={"id": "s-9"}),
        world.of_unresolved("e-1", text="Uploads fail"),
        world.of_delivered(before.requests[0]),
        world.of_message("e-2", "In Firefox too", occurred_at=START),
    )

    news = world.requests[-1]
    assert news["kind"] == "message_added"
    assert news["packet"]["session"]["id"] == "s-9"
    assert news["packet"]["conversation"][-1]["text"] == "In Firefox too"
