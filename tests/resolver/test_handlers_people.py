"""Who has the conversation, and what is remembered of it, on a ledger in memory."""

import pytest

from services.resolver.domain.catalogue import Action
from services.resolver.resolve.states import ConversationStates
from shared.events import Preferences
from tests.resolver.world import (
    LIMITS,
    RESET,
    Told,
    World,
    found,
    without_parameters,
)
from tests.support.factories import message
from tests.support.fakes import app

OLDER = {
    "name": "export_data",
    "description": "Export data",
    "options": {"form": {"type": "string", "description": "csv", "required": True}},
    "approvalRequired": True,
}
NEWER = {
    "name": "export_data",
    "description": "Export data",
    "inputSchema": {
        "type": "object",
        "properties": {"form": {"type": "string", "description": "csv"}},
        "required": ["form"],
    },
    "approvalRequired": True,
}


@pytest.fixture
def world():
    return World()


async def test_the_button_hands_off_before_anything_was_typed(world):
    told = await world.send(type="handoff_requested", user={"id": "u-7"})

    assert told.unresolved.reason == "asked_for_person"
    assert told.unresolved.text == ""
    assert told.unresolved.user.id == "u-7"


async def test_the_assistant_is_silent_until_people_are_done(world):
    preferences = Preferences(while_waiting="silent")
    world.apps.known["acme"] = app(preferences=preferences)
    world.ranker.ranking = found()
    await world.say("What is this?")
    silent = [await world.say("hello?")]
    await world.open_escalation()
    silent += [
        await world.say("anyone?"),
        await world.send(type="handoff_requested"),
    ]
    await world.update_escalation("acknowledged", revision=1)
    silent.append(await world.say("still there?"))
    world.ranker.ranking = found(passages={LIMITS: 0.9})
    done = await world.update_escalation("resolved", revision=2)
    answered = await world.say("How big may a file be?")

    assert {each.reason for each in silent} == {"people_have_it"}
    assert [each.topics for each in silent] == [[], [], [], []]
    assert done.reason == "people_are_done"
    assert answered.reply.type == "answer"


async def test_an_action_that_ends_while_people_have_it_says_nothing(world):
    world.ranker.ranking = found(actions={RESET: 0.9})
    called = await world.say("I forgot my password")
    await world.open_escalation()

    told = await world.send(
        type="action_result", call_id=called.reply.call_id, status="succeeded"
    )

    assert told.reason == "people_have_it"
    assert told.topics == []


@pytest.mark.parametrize("shape", [OLDER, NEWER], ids=["options", "inputSchema"])
async def test_a_conversations_own_actions_are_kept_in_either_shape(world, shape):
    await world.say("hi", assistant={"available_actions": [shape]})
    await world.update_escalation("resolved", revision=1)
    world.restart()
    await world.say("Export it")

    actions = world.ranker.asked[-1][2]
    assert [each.name for each in actions] == ["export_data"]
    assert actions[0].approval_required
    assert actions[0].parameters[0].required
    assert world.ranker.asked[0][2] == actions


@pytest.mark.parametrize("role", ["assistant", "teammate"])
async def test_what_others_say_is_heard_and_not_answered(world, role):
    told = await world.send(type="message", message={"role": role, "text": "Hi"})

    assert told.reason == "recorded"
    assert told.topics == []


async def test_a_contact_is_remembered_over_a_later_message_without_one(world):
    await world.say("hi there", user={"id": "u-7"})
    await world.send(type="contact", email="ana@example.com", name="Ana")
    await world.update_escalation("resolved", revision=1)
    world.ranker.ranking = found(actions={RESET: 0.9})

    told = await world.say("I forgot my password", user={"id": "u-7"})

    assert told.reply.arguments == {"email": "ana@example.com"}


async def test_a_contact_of_a_user_without_an_id_breaks_no_hand_off(world):
    await world.send(type="contact", email="ana@example.com")

    told = await world.send(type="handoff_requested")

    assert told.unresolved.user is None


async def test_closing_starts_afresh(world):
    world.ranker.ranking = found(passages={LIMITS: 0.9})
    await world.say("How big may a file be?")
    closed = await world.send(type="closed")

    told = await world.say("How big may a file be?")

    assert closed.reason == "conversation_closed"
    assert told.reply.type == "answer"


async def test_a_huge_app_state_reaches_people_and_is_not_kept(world):
    huge = {"rows": ["x" * 1000] * 100}
    record = world.record(
        message(app_state=huge, message={"role": "user", "text": "why"})
    )
    record.value = b"x" * 100_000

    (done,) = await world.work(record)

    assert Told(done).unresolved.app_state == huge
    assert world.state.app_state is None
    assert world.state.user["id"] == "u-7"


async def test_every_part_of_the_state_survives_a_restart(world):
    world.ranker.ranking = found(passages={LIMITS: 0.9})
    await world.say("How big?", assistant={"available_actions": [OLDER]})
    world.ranker.ranking = found(actions={without_parameters(RESET): 0.9})
    await world.say("I forgot my password")
    world.ranker.ranking = found(actions={RESET: 0.9})
    await world.say("mine too", user={"id": "u-8"})
    await world.update_escalation("acknowledged", revision=4)
    states = ConversationStates()
    state = world.state

    assert all((state.answers, state.calls, state.question, state.escalations))
    assert states.load(states.dump(state)) == state
    assert state.actions == (
        Action(
            "export_data",
            "Export data",
            parameters=state.actions[0].parameters,
            approval_required=True,
        ),
    )


async def test_an_action_that_times_out_while_people_have_it_says_nothing(world):
    world.ranker.ranking = found(actions={RESET: 0.9})
    await world.say("I forgot my password")
    (timer,) = world.ledger.timers
    await world.open_escalation()

    told = await world.fire(timer)

    assert told.reason == "people_have_it"
    assert told.topics == []
