"""What an action was run with, or was to be, is told with its attempt."""

import pytest

from services.resolver.domain.catalogue import Action, Parameter
from tests.resolver.world import REFUND, RESET, World, found

BOTH = Action(
    "move_order",
    "Move an order",
    parameters=(
        Parameter("email", required=True, form="email"),
        Parameter("order", kind="integer", required=True),
    ),
)


async def run(world: World, action: Action, text: str) -> str:
    world.ranker.ranking = found(actions={action: 0.9})
    return (await world.say(text)).reply.call_id


async def test_a_failed_action_tells_its_arguments_and_the_event_it_failed_at():
    world = World()
    call_id = await run(world, RESET, "I forgot my password")

    told = await world.send(
        type="action_result", call_id=call_id, status="failed", error="503 Away"
    )

    (attempt,) = told.unresolved.attempts
    assert attempt.arguments == {"email": "ana@example.com"}
    assert attempt.detail == "503 Away"
    assert told.unresolved.event_id == "e-1"
    assert told.unresolved.causation_id == "e-2"


async def test_a_denied_action_tells_its_arguments():
    world = World()
    call_id = await run(world, REFUND, "refund order 17")

    told = await world.send(type="action_result", call_id=call_id, status="denied")

    assert told.unresolved.attempts[0].arguments == {"order": 17}


@pytest.mark.parametrize("text", ["no", "talk to a person please"])
async def test_an_action_that_was_only_asked_about_tells_what_was_known(text):
    world = World()
    world.ranker.ranking = found(actions={BOTH: 0.9})
    await world.say("move my order")

    told = await world.say(text)

    (attempt,) = [each for each in told.unresolved.attempts if each.kind == "action"]
    assert attempt.arguments == {"email": "ana@example.com"}


async def test_an_action_under_way_tells_its_arguments_when_people_are_asked():
    world = World()
    await run(world, RESET, "I forgot my password")

    told = await world.send(type="handoff_requested")

    assert told.unresolved.attempts[0].arguments == {"email": "ana@example.com"}
