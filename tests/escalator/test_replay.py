"""At least once and idempotent: a repeat, a crash and a rival change nothing."""

from services.escalator.escalate.drafting import packets
from services.escalator.repository.conversations.states import ConversationStates
from shared.kafka.deciding.decisions import ConflictError
from tests.escalator.world import World


async def lived() -> World:
    """Return a world in which everything has happened once."""
    world = World()
    opened = await world.escalate()
    await world.wait(3)
    await world.feed(world.of_delivered(world.requests[0]))
    await world.say("e-2", "More")
    await world.order(opened["escalation_id"], "resolve", text="Done")
    return world


def records_of(world: World) -> list:
    return [
        world.of_message("e-1", "Uploads over 10 MB fail"),
        world.of_unresolved("e-1", text="Uploads over 10 MB fail"),
        world.of_delivered(world.requests[0]),
        world.of_message("e-2", "More"),
    ]


async def test_replaying_every_topic_publishes_nothing_and_changes_nothing():
    world = await lived()
    before = (len(world.published), dict(world.ledger.entries))
    world.restart()

    for record in records_of(world):
        record.replayed = True
        done = await world.feed(record)
        assert done[-1].reason == "duplicate"

    assert (len(world.published), world.ledger.entries) == before


async def test_a_crash_before_publishing_publishes_the_very_same_records_again():
    world = World()
    message, request = world.of_message("e-1", "Help"), world.of_unresolved("e-1")
    await world.feed(message)
    first = await world.feed(request)
    world.restart()

    second = await world.feed(request)

    assert second[0].outputs == first[0].outputs
    assert len(world.opened) == 1


async def test_the_same_event_sent_again_by_its_producer_is_one_event():
    world = World()
    for _ in range(5):
        await world.say("e-1", "Help")
    await world.leave_unresolved("e-1")

    assert len(world.opened[0]["conversation"]) == 1


async def test_a_rival_owner_costs_a_number_and_nothing_else():
    world = World()
    await world.say("e-1", "Help")
    world.ledger.failing = [ConflictError(), ConflictError()]

    await world.leave_unresolved("e-1")

    (packet,) = world.opened
    assert packet["number"] == "ESC-1003"
    assert len(world.requests) == 1


async def test_a_timer_that_fires_twice_is_told_once():
    world = World()
    await world.escalate()
    (timer,) = world.ledger.timers

    await world.wait(3)
    await world.feed(world.of_timer(timer))

    assert world.told == [("handoff", "saved")]


async def test_a_destination_asked_in_a_decision_of_its_own_is_asked_once(monkeypatch):
    monkeypatch.setattr(packets, "DECISION_BYTES", 0)
    world = World()
    await world.escalate()
    (timer,) = [each for each in world.ledger.timers if each.kind == packets.REQUEST]
    fired = world.of_timer(timer)
    first = await world.feed(fired)
    world.restart()

    second = await world.feed(fired)

    assert second[0].outputs == first[0].outputs  # had it died before publishing
    assert [each["destination_id"] for each in world.requests] == ["default"]


async def test_the_state_survives_being_written_down():
    world = await lived()
    states = ConversationStates()
    await world.leave_unresolved("e-9", text="later", attempts=[])

    for entry in world.ledger.entries.values():
        state = states.load(entry.state)
        assert states.dump(state) == entry.state
        assert states.load(states.dump(state)) == state
    assert state.waiting[0].event_id == "e-9"
    assert state.escalations[0].closed
