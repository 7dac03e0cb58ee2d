"""Each message that came before the number of its escalation is acknowledged with it."""

from dataclasses import replace

import orjson
import pytest

from services.resolver.domain.course.meanwhile import MAX_OWED
from services.resolver.resolve.hearing import hear_updated
from services.resolver.resolve.states import ConversationStates
from shared.events import EscalationUpdated
from tests.resolver.test_while_waiting import waiting
from tests.resolver.world import RULES
from tests.support.fakes import NOON


@pytest.mark.parametrize(
    ("said", "acknowledged"),
    [
        (["And every file", "Still there?"], ["e-2", "e-3"]),
        (["Still there?", "And every file"], ["e-2"]),
        (["Hello?", "Anyone?", "I want a person"], ["e-2", "e-3", "e-4"]),
        (["And every file", "On my phone too"], ["e-2"]),  # within five minutes
    ],
)
async def test_each_message_that_is_owed_it_is_acknowledged_once_the_number_is_known(
    said, acknowledged
):
    world = await waiting(opened=False)
    silent = [await world.say(each) for each in said]
    world.restart()
    opened = await world.open_escalation()
    after = await world.change_escalation("delivered", revision=1)

    told = [orjson.loads(each.value) for each in opened.done.outputs]
    assert [each.topics for each in silent] == [[]] * len(said)
    assert [each["in_reply_to"] for each in told] == acknowledged
    assert {each["status"] for each in told} == {"waiting"}
    assert len({each["reply_id"] for each in told}) == len(told)
    assert after.topics == []


async def test_what_an_earlier_version_left_owed_is_told_with_the_next_news():
    world = await waiting(opened=False)
    await world.say("And every file")
    await world.say("Still there?")
    known = world.state.meanwhile
    state = replace(world.state, meanwhile=replace(known, owed=None))
    news = EscalationUpdated.model_validate(
        {
            "app_id": "acme",
            "conversation_id": "c-42",
            "occurred_at": NOON,
            "update_id": "esc-1-1",
            "escalation_id": "esc-1",
            "number": "ESC-1",
            "revision": 1,
            "change": "delivered",
            "from": "open",
            "to": "open",
            "actor": "handrail",
            "at": NOON,
            "reason": "delivered",
        }
    )
    decided = hear_updated(state, news, RULES, NOON)

    assert decided.turn.event_id == "e-2"
    assert decided.step.state.meanwhile.owing == ()


async def test_a_user_who_writes_on_and_on_is_remembered_within_bounds():
    world = await waiting(opened=False)
    for _ in range(MAX_OWED + 5):
        await world.say("I want to talk to a person " + "please " * 400)
    opened = await world.open_escalation()

    assert len(opened.topics) == MAX_OWED
    assert len(ConversationStates().dump(world.state)) < 3_000
