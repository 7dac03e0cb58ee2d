"""What only mentions an action is asked about first; a no ends it, without people."""

from dataclasses import replace

import pytest

from services.resolver.domain.catalogue import Action, Parameter
from tests.resolver.world import LIMITS, RESET, World, found

CANCEL = Action(
    "cancel_subscription",
    "Cancel your subscription",
    examples=("cancel my subscription", "I can't use it any more"),
)
MENTIONS = [
    pytest.param("don't cancel my subscription", id="negated"),
    pytest.param(
        "my colleague wants to cancel her subscription, is that ok?", id="another"
    ),
    pytest.param("I cancelled my subscription last week", id="past"),
    pytest.param("what happens if I cancel my subscription?", id="hypothetical"),
    pytest.param("why did you cancel my subscription?", id="complaint"),
    pytest.param("I changed my mind, I'll keep my subscription", id="decided against"),
]


def world_of(action=CANCEL, **more):
    world = World()
    world.ranker.ranking = found(actions={action: 0.95}, **more)
    return world


@pytest.mark.parametrize("text", MENTIONS)
async def test_a_mention_is_asked_about_and_not_called(text):
    told = await world_of().say(text)

    assert told.reason == "confirmation_asked"
    assert told.reply.type == "question"
    assert told.reply.missing == ["approval"]
    assert "Cancel your subscription" in told.reply.text


@pytest.mark.parametrize(
    "text",
    [
        "cancel my subscription",
        "please cancel my subscription today",
        "I'd like to cancel my subscription",
        "Could you cancel my subscription if possible?",
        "how do I cancel my subscription?",
        "I moved abroad last month, please cancel my subscription",
        "I can't use it any more",
    ],
)
async def test_a_plain_request_is_called_at_once(text):
    told = await world_of().say(text)

    assert told.reason == "action_called"


@pytest.mark.parametrize("answer", ["no", "never mind", "no thanks", "nein"])
async def test_a_no_ends_a_mention_without_people_and_without_an_apology(answer):
    world = world_of()
    await world.say("what happens if I cancel my subscription?")

    told = await world.say(answer)

    assert told.reason == "request_withdrawn"
    assert told.topics == ["conversation.replies"]
    assert (
        told.reply.text == "All right, I haven't done it. What would you like instead?"
    )


async def test_a_no_with_more_words_ends_it_too():
    world = world_of()
    await world.say("what happens if I cancel my subscription?")
    world.ranker.ranking = found()

    told = await world.say("no, she will do it herself one day")

    assert told.reason == "request_withdrawn"


async def test_the_same_words_against_it_again_end_it():
    world = world_of()
    await world.say("don't cancel my subscription")

    told = await world.say("I said don't cancel my subscription")

    assert told.reason == "request_withdrawn"


async def test_a_no_ends_it_however_long_the_conversation_has_been():
    world = world_of()
    for _ in range(12):
        await world.say("don't cancel my subscription")
        told = await world.say("no")

    assert told.reason == "request_withdrawn"


async def test_a_yes_calls_what_was_only_mentioned():
    world = world_of()
    await world.say("I don't use it, cancel my subscription")

    told = await world.say("yes please")

    assert told.reason == "action_called"
    assert told.reply.action == "cancel_subscription"


async def test_asking_outright_after_a_mention_calls_it():
    world = world_of()
    await world.say("what happens if I cancel my subscription?")

    told = await world.say("ok then cancel my subscription")

    assert told.reason == "action_called"


async def test_a_yes_goes_on_to_what_the_action_needs():
    order = Action("return_order", parameters=(Parameter("order", required=True),))
    world = world_of(order)
    await world.say("it doesn't fit, return my order")

    needs = await world.say("yes")
    told = await world.say("order A-17")

    assert needs.reason == "parameters_asked"
    assert told.reply.arguments == {"order": "A-17"}


async def test_a_yes_takes_what_the_mention_told_already():
    world = world_of(RESET)
    asked = await world.say("I can't log in as ana@example.com, reset my password")

    told = await world.say("yes")

    assert "ana@example.com" in asked.reply.text
    assert told.reply.arguments == {"email": "ana@example.com"}


async def test_an_action_that_wants_approval_is_not_asked_about_twice():
    action = replace(
        CANCEL, endpoint="https://example.com/cancel", approval_required=True
    )
    world = world_of(action)
    await world.say("should I cancel my subscription?")

    told = await world.say("yes")

    assert told.reason == "endpoint_called"


async def test_a_yes_is_never_the_value_of_what_is_missing():
    action = replace(
        CANCEL,
        parameters=(Parameter("at_once", kind="boolean", required=True),),
    )
    world = world_of(action)
    await world.say("should I cancel my subscription?")

    told = await world.say("yes")

    assert told.reason == "parameters_asked"


async def test_another_question_after_a_mention_is_answered():
    world = world_of()
    await world.say("what happens if I cancel my subscription?")
    world.ranker.ranking = found(passages={LIMITS: 0.9})

    told = await world.say("how big may a file be?")

    assert told.reason == "document_answers"


async def test_another_action_after_a_mention_is_run():
    world = world_of()
    await world.say("what happens if I cancel my subscription?")
    other = Action("pause_subscription", "Pause it", examples=("pause it",))
    world.ranker.ranking = found(actions={other: 0.95})

    told = await world.say("pause my subscription")

    assert told.reply.action == "pause_subscription"


async def test_what_answers_nothing_is_asked_again_once_and_then_decided():
    world = world_of()
    await world.say("what happens if I cancel my subscription?")
    world.ranker.ranking = found()

    again = await world.say("the blue one in the corner")
    then = await world.say("the green one in the corner")

    assert again.reason == "confirmation_asked"
    assert then.reason == "no_match"


async def test_a_mention_waits_for_its_answer_through_a_restart():
    world = world_of()
    await world.say("don't cancel my subscription")
    world.restart()

    told = await world.say("no")

    assert told.reason == "request_withdrawn"


async def test_a_mention_in_german_is_asked_and_declined_in_german():
    world = world_of()
    asked = await world.say("Bitte mein Abo nicht kündigen, ich will es noch")

    told = await world.say("nein danke")

    assert asked.reason == "confirmation_asked"
    assert "Soll ich?" in asked.reply.text
    assert told.reply.text.startswith("In Ordnung")


async def test_what_a_follow_up_goes_on_from_counts_as_its_words():
    world = world_of()
    await world.say("what happens if I cancel my subscription?")
    await world.say("no")

    told = await world.say("and why?")

    assert told.reason != "action_called"
