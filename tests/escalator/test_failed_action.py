"""The packet of a failed action: the question, the answer to it, and nothing doubled."""

import pytest

from shared import events, topics
from tests.escalator.world import APP, CONVERSATION, START, World

ASKED = "I forgot my password"
QUESTION = "To do this I need to know: e-mail"


def question(*, to: str) -> events.Question:
    return events.Question(
        app_id=APP,
        conversation_id=CONVERSATION,
        occurred_at=START,
        reply_id="r-1",
        in_reply_to=to,
        text=QUESTION,
        missing=["email"],
    )


def result() -> dict[str, str]:
    return {
        "type": "action_result",
        "event_id": "e-3",
        "call_id": "call-1",
        "status": "failed",
    }


async def ask(world: World) -> None:
    """Let the user ask for an action that asks back, and answer it."""
    await world.say("e-1", ASKED)
    reply = world.of_ours(topics.CONVERSATION_REPLIES, question(to="e-1"))
    await world.feed(reply)
    await world.say("e-2", "ana@example.com")


@pytest.mark.parametrize("forgetful", [True, False], ids=["restarted", "at hand"])
async def test_a_question_and_its_answer_are_in_the_packet_and_no_later_message(
    forgetful,
):
    world = World(forgetful=forgetful)
    await ask(world)
    await world.feed(world.of_event(result()))
    await world.leave_unresolved(
        "e-1", text=ASKED, reason="action_failed", causation_id="e-3"
    )
    await world.feed(world.of_delivered(world.requests[0]))

    (packet,) = world.opened
    said = [(line["role"], line["text"]) for line in packet["conversation"]]
    assert said == [
        ("user", ASKED),
        ("assistant", QUESTION),
        ("user", "ana@example.com"),
    ]
    assert packet["summary"] == ASKED
    assert [each["kind"] for each in world.requests] == ["opened"]
    assert [each["change"] for each in world.updates] == ["delivered"]


async def test_what_the_user_says_after_the_failure_is_a_later_message():
    world = World()
    await ask(world)
    await world.feed(world.of_event(result()))
    await world.say("e-4", "Hello?")
    await world.leave_unresolved(
        "e-1", text=ASKED, reason="action_failed", causation_id="e-3"
    )

    assert len(world.opened[0]["conversation"]) == 3
    assert [each["text"] for each in world.updates] == ["Hello?"]


async def test_a_failure_read_before_the_users_answer_waits_for_it():
    world = World()
    await world.say("e-1", ASKED)
    reply = world.of_ours(topics.CONVERSATION_REPLIES, question(to="e-1"))
    await world.feed(reply)

    waits = await world.leave_unresolved(
        "e-1", text=ASKED, reason="action_failed", causation_id="e-3"
    )
    await world.say("e-2", "ana@example.com")
    await world.feed(world.of_event(result()))

    assert waits == "waiting_for_trigger"
    assert len(world.opened[0]["conversation"]) == 3
    assert world.updates == []


async def test_a_failure_whose_event_never_comes_is_opened_with_what_is_known():
    world = World()
    await ask(world)
    await world.leave_unresolved(
        "e-1", text=ASKED, reason="action_failed", causation_id="e-9"
    )
    await world.wait(30)

    said = [line["text"] for line in world.opened[0]["conversation"]]
    assert said.count(ASKED) == 1
