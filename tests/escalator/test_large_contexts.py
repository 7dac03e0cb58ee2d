"""What is too large for a conversation's state reaches the packet whole."""

from typing import Any

import orjson
import pytest

from services.escalator.escalate.drafting.beside import CONTEXTS, MAX_PART_BYTES
from tests.escalator.world import World

MEGABYTE = 1_000_000


def large(mark: str, size: int = MEGABYTE) -> dict[str, Any]:
    return {"mark": mark, "log": "x" * size}


def state_of(world: World) -> bytes:
    (_, raw) = max(
        (each.number, each.state)
        for each in world.ledger.entries.values()
        if each.lane == world.lane
    )
    return raw


@pytest.mark.parametrize("forgetful", [True, False], ids=["restarts", "runs on"])
async def test_seventeen_requests_of_a_megabyte_wait_and_open_whole(
    forgetful: bool,
) -> None:
    world = World(forgetful=forgetful)
    for n in range(17):
        reason = await world.leave_unresolved(
            f"e-{n}", text=f"question {n}", app_state=large(f"s-{n}")
        )
        assert reason == "waiting_for_trigger"
    assert len(state_of(world)) < 17 * MAX_PART_BYTES

    for n in range(17):
        await world.say(f"e-{n}", f"question {n}")

    (opened,) = world.opened
    assert opened["app_state"] == large("s-0")
    assert opened["trigger_event_id"] == "e-0"
    told = {each["text"] for each in world.updates}
    assert told >= {f"question {n}" for n in range(1, 17)}
    assert world.documents(CONTEXTS) == {}


async def test_a_batch_of_waiting_requests_and_their_messages_opens_whole() -> None:
    world = World()
    records = [
        world.of_unresolved(f"e-{n}", text=f"q {n}", app_state=large(f"s-{n}"))
        for n in range(17)
    ]

    await world.feed(*records, world.of_message("e-3", "q 3"))

    assert [each["app_state"]["mark"] for each in world.opened] == ["s-3"]


async def test_a_request_whose_message_never_comes_opens_whole_by_its_timer() -> None:
    world = World()
    await world.leave_unresolved("e-1", text="help", app_state=large("s-1"))

    await world.wait(31)

    (opened,) = world.opened
    assert opened["app_state"] == large("s-1")
    assert opened["summary"] == "help"
    assert world.documents(CONTEXTS) == {}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("app_state", large("s")),
        ("session", {"id": "s-1", "extra": "x" * MEGABYTE}),
        ("user", {"id": "u-1", "email": "ana@example.com", "traits": large("t")}),
    ],
)
async def test_a_large_part_said_earlier_stays_out_of_the_state_and_in_the_packet(
    part: str, value: dict[str, Any]
) -> None:
    world = World()
    await world.say("e-1", "hi", **{part: value})
    assert len(state_of(world)) < MAX_PART_BYTES

    await world.say("e-2", "my upload fails")
    await world.leave_unresolved("e-2", text="my upload fails")

    (opened,) = world.opened
    assert {**opened[part], **value} == opened[part]
    assert len(state_of(world)) < MAX_PART_BYTES


async def test_whom_a_user_of_many_traits_is_stays_known() -> None:
    world = World()
    user = {"id": "u-1", "email": "ana@example.com", "traits": large("t")}
    await world.say("e-1", "hi", user=user)
    await world.leave_unresolved("e-1", text="hi")
    await world.wait(3)

    assert orjson.loads(state_of(world))["user"]["email"] == "ana@example.com"
    assert world.replies[-1]["contact_needed"] is False


async def test_a_small_part_replaces_a_large_one() -> None:
    world = World()
    await world.say("e-1", "hi", app_state=large("old"))
    await world.say("e-2", "again", app_state={"mark": "new"})
    await world.leave_unresolved("e-2", text="again")

    assert world.opened[-1]["app_state"] == {"mark": "new"}


async def test_a_small_context_needs_no_document() -> None:
    world = World()
    await world.say("e-1", "hi", app_state=large("s", size=MAX_PART_BYTES // 2))
    await world.leave_unresolved("e-1", text="hi")

    assert world.documents(CONTEXTS) == {}
    assert world.opened[-1]["app_state"]["mark"] == "s"
