"""A state of version N+1, decided on by N, is still N+1's."""

from typing import Any

import orjson

from tests.resolver.world import LANE, REFUND, World, found
from tests.support.later import LATER, later_fields


def state_of(world: World) -> tuple[Any, dict[str, Any]]:
    entry = max(
        (each for each in world.ledger.entries.values() if each.lane == LANE),
        key=lambda each: each.number,
    )
    return entry, orjson.loads(entry.state or b"{}")


async def test_version_n_decides_on_a_state_of_n_plus_1_and_keeps_its_fields() -> None:
    world = World()
    world.ranker.ranking = found(actions={REFUND: 0.95})
    await world.say("I want a refund")
    entry, state = state_of(world)
    state[LATER] = {"since": 1}
    state["question"][LATER] = "nested"
    state["question"]["request"][LATER] = "deep"
    state["question"]["action"]["parameters"][0][LATER] = ["deeper"]
    state["progress"][LATER] = 5
    entry.state = orjson.dumps(state)
    world.restart()

    # No order number: it is asked for again.
    await world.say("hm, which one?")
    _, after = state_of(world)

    assert not world.unexpected
    assert after != state
    assert after["question"]["rounds"] > state["question"]["rounds"]
    assert later_fields(after) == later_fields(state)
