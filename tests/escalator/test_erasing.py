"""A user is erased: what is open is closed, the team hears of it, nothing is left."""

from dataclasses import dataclass

import orjson

from shared.events import EscalationOpened, PatternAssigned, PatternRef
from tests.escalator.world import World


@dataclass
class Erasure:
    """What the record of an erasure brings."""

    app_id: str = "acme"
    conversation_id: str = "c-42"

    def model_dump_json(self) -> str:
        return "{}"


def erasure(world: World, source_id: str = "erasure-1"):
    return world.record("erasure", Erasure(), source_id)


async def erased() -> tuple[World, dict]:
    world = World()
    opened = await world.escalate()
    await world.feed(world.of_delivered(world.requests[0]))
    await world.feed(erasure(world))
    return world, opened


async def test_an_open_escalation_is_closed_with_the_reason():
    world, opened = await erased()

    assert world.stored(opened["escalation_id"])["status"] == "resolved"
    update = orjson.loads(
        [each for each in world.published if each.topic == "escalation.updated"][
            -1
        ].value
    )
    assert (update["to"], update["reason"], update["actor"]) == (
        "resolved", "user_erased", "handrail",
    )  # fmt: skip


async def test_the_team_is_told_in_a_packet_that_holds_nothing_of_the_user():
    world, opened = await erased()

    told = world.requests[-1]

    assert told["kind"] == "resolved"
    assert "asked to be erased" in told["text"]
    packet = EscalationOpened.model_validate(told["packet"])
    assert (packet.user, packet.session, packet.app_state) == (None, None, None)
    assert (packet.conversation, packet.attempts, packet.detail) == ([], [], None)
    assert packet.number == opened["number"]
    assert opened["summary"] not in str(told)


async def test_the_state_is_empty_and_its_number_fences_the_old_one():
    world, _ = await erased()

    loaded = await world.ledger.load([], [world.lane])
    number, raw = loaded.states[world.lane]

    state = orjson.loads(raw)
    assert number == max(each.number for each in world.ledger.entries.values())
    assert (state["user"], state["escalations"], state["waiting"]) == (None, [], [])


async def test_erasing_twice_says_nothing_new():
    world, _ = await erased()
    published = len(world.published)

    await world.feed(erasure(world))
    await world.feed(erasure(world, "erasure-2"))

    assert len({(each.topic, each.value) for each in world.published}) == published


async def test_what_people_have_closed_is_not_closed_again():
    world = World()
    opened = await world.escalate()
    await world.order(opened["escalation_id"], "resolve")
    assert world.stored(opened["escalation_id"])["status"] == "resolved"
    updates = len(world.updates)

    await world.feed(erasure(world))

    assert len(world.updates) == updates


async def test_a_patterns_name_may_be_the_users_words_and_goes_with_them():
    world = World()
    opened = await world.escalate()
    await world.feed(world.of_delivered(world.requests[0]))
    assigned = PatternAssigned(
        app_id="acme",
        conversation_id="c-42",
        occurred_at=world.clock.now(),
        assignment_id="a-1",
        escalation_id=opened["escalation_id"],
        pattern=PatternRef(id="p-1", label="Ana's upload", size=1),
    )
    await world.feed(world.record("pattern.assigned", assigned, "a-1"))
    assert world.stored(opened["escalation_id"])["pattern"]["label"] == "Ana's upload"

    await world.feed(erasure(world))

    assert world.stored(opened["escalation_id"])["pattern"] is None
    assert "Ana's upload" not in str(world.requests[-1])
