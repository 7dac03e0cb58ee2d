"""Promises that are kept, follow-ups that are understood, and no loop after people."""

from dataclasses import replace

import pytest

from shared.events import Preferences
from tests.resolver.world import LIMITS, REFUND, RESET, World, found, without_parameters
from tests.support.fakes import app

ANSWERS = found(passages={LIMITS: 0.9})
REFUND_AT_OURS = replace(REFUND, endpoint="https://example.com/refund")
PROMISE = "I've forwarded this to our team, someone will contact you."


@pytest.fixture
def world():
    made = World()
    made.ranker.ranking = ANSWERS
    return made


async def assistant(world, text, **more):
    said = {"role": "assistant", "text": text}
    return await world.send(type="message", message=said, **more)


async def test_a_promise_without_an_escalation_opens_one(world):
    await world.say("How big may a file be?")

    told = await assistant(world, PROMISE)

    assert told.unresolved.reason == "asked_for_person"
    assert told.unresolved.text == "How big may a file be?"
    assert told.unresolved.event_id == "e-2"
    assert PROMISE in told.unresolved.detail
    assert [each.name for each in told.unresolved.attempts] == ["upload-limits"]
    assert (await world.say("hello?")).reason == "people_have_it"


async def test_a_promise_before_any_question_opens_one_too(world):
    told = await assistant(world, PROMISE)

    assert told.unresolved.text == PROMISE


async def test_what_an_action_was_told_is_not_taken_for_the_request(world):
    world.ranker.ranking = found(actions={RESET: 0.9})
    await world.say("I forgot my password", user=None)
    await world.say("ana@example.com", user=None)
    world.ranker.ranking = found()

    told = await assistant(world, PROMISE)

    assert told.unresolved.text == "I forgot my password"


async def test_a_follow_up_on_an_action_is_searched_with_its_request(world):
    world.ranker.ranking = found(actions={RESET: 0.9})
    await world.say("I forgot my password", user=None)
    await world.say("ana@example.com", user=None)

    await world.say("and how long does it take?", user=None)

    assert world.ranker.asked[1][1] == (
        "I forgot my password and how long does it take?"
    )


async def test_a_promise_is_kept_once_however_often_it_comes(world):
    first = await assistant(world, PROMISE)
    second = await assistant(world, PROMISE)

    assert first.topics == ["conversation.unresolved"]
    assert second.topics == []


async def test_a_promise_where_people_have_it_opens_nothing(world):
    world.ranker.ranking = found()
    await world.say("How do I fly?")
    at_once = await assistant(world, PROMISE)
    await world.open_escalation()

    later = await assistant(world, PROMISE)

    assert at_once.reason == later.reason == "people_have_it"


async def test_a_promise_of_the_time_of_an_escalation_that_is_over_opens_nothing(world):
    await world.open_escalation()
    await world.update_escalation("resolved", revision=1)

    late = await assistant(world, PROMISE)
    new = await assistant(world, PROMISE, occurred_at="2099-01-01T00:00:00Z")

    assert late.topics == []
    assert new.topics == ["conversation.unresolved"]


async def test_our_own_answer_that_comes_back_is_no_promise(world):
    passage = LIMITS.__class__("help", "Help", "Our team will contact you by e-mail.")
    world.ranker.ranking = found(passages={passage: 0.9})
    answer = await world.say("What happens after I send the form?")

    told = await assistant(world, f"  {answer.reply.text}\n")

    assert told.reason == "recorded"


@pytest.mark.parametrize(("kind", "text"), [("thanks", "thx"), ("greeting", "hi")])
async def test_the_apps_own_small_talk_that_comes_back_is_no_promise(world, kind, text):
    preferences = Preferences.model_validate({"replies": {kind: PROMISE}})
    world.apps.known["acme"] = app(preferences=preferences)
    said = await world.say(text)

    told = await assistant(world, said.reply.text)

    assert told.reason == "recorded"


async def test_a_late_promise_of_peoples_time_opens_nothing_after_the_chat_ended(world):
    await world.open_escalation()
    await world.update_escalation("resolved", revision=1)
    await world.send(type="closed")

    late = await assistant(world, PROMISE)

    assert late.topics == []


async def test_an_offer_and_a_switched_off_guard_open_nothing(world):
    offer = await assistant(world, "I can connect you with an agent if you like.")
    preferences = {"reasons": {"broken_promise": {"enabled": False}}}
    world.apps.known["acme"] = app(preferences=Preferences.model_validate(preferences))
    off = await assistant(world, PROMISE)

    assert offer.topics == off.topics == []


async def test_a_teammate_may_promise(world):
    told = await world.send(
        type="message", message={"role": "teammate", "text": PROMISE}
    )

    assert told.reason == "recorded"


async def test_a_follow_up_is_searched_with_the_words_before_it(world):
    await world.say("How big may a file be?")
    world.ranker.ranking = found(actions={without_parameters(RESET): 0.9})

    await world.say("and for invoices?")

    assert world.ranker.asked[-1][1] == "How big may a file be? and for invoices?"


async def test_a_second_follow_up_goes_on_from_the_first(world):
    other = LIMITS.__class__("other", "Other", "Invoices are small.")
    await world.say("How big may a file be?")
    world.ranker.ranking = found(passages={other: 0.9})
    await world.say("and for invoices?")

    await world.say("how so?")

    assert "How big may a file be? and for invoices? how so?" in [
        each[1] for each in world.ranker.asked
    ]


async def test_a_follow_up_that_finds_nothing_new_is_searched_by_itself(world):
    invoices = LIMITS.__class__("invoices", "Invoices", "Invoices may be 1 MB.")
    world.ranker.by_text["and for invoices?"] = found(passages={invoices: 0.9})
    await world.say("How big may a file be?")

    told = await world.say("and for invoices?")

    assert told.reply.text == "Invoices may be 1 MB."


async def test_a_question_of_its_own_is_searched_by_itself(world):
    await world.say("How big may a file be?")
    await world.say("Where do I change my e-mail address?")

    assert world.ranker.asked[-1][1] == "Where do I change my e-mail address?"


async def test_after_people_are_done_nothing_of_before_counts(world):
    await world.say("How big may a file be?")
    await world.say("How big may a file be?")
    await world.open_escalation()
    await world.update_escalation("resolved", revision=1)

    again = await world.say("How big may a file be?")
    world.ranker.ranking = ANSWERS
    follow_up = await world.update_escalation("resolved", revision=2)

    assert again.reply.type == "answer"
    assert follow_up.topics == []
    assert world.state.progress.turns == 1


async def test_a_follow_up_does_not_reach_back_behind_people(world):
    await world.say("How big may a file be?")
    await world.send(type="handoff_requested")
    await world.open_escalation()
    await world.update_escalation("resolved", revision=1)

    await world.say("and for invoices?")

    assert world.ranker.asked[-1][1] == "and for invoices?"


async def test_a_greeting_is_answered_with_an_invitation_and_thanks_with_nothing(world):
    hello = await world.say("Hello!")
    thanks = await world.say("thank you so much")

    assert hello.reply.type == "question"
    assert hello.reply.text == "Hello! What can I help you with?"
    assert thanks.topics == []
    assert world.ranker.asked == []


async def test_thanks_do_not_answer_what_an_action_needs():
    world = World()
    world.ranker.ranking = found(actions={RESET: 0.9})
    await world.say("I forgot my password", user=None)

    await world.say("thanks", user=None)

    assert world.state.question is not None
    assert world.state.question.rounds == 1


async def test_a_yes_with_thanks_still_approves_what_was_asked():
    world = World()
    world.ranker.ranking = found(actions={REFUND_AT_OURS: 0.9})
    asked = await world.say("refund order 17")

    told = await world.say("yes, thank you")

    assert asked.reply.missing == ["approval"]
    assert told.reason == "endpoint_called"


async def test_a_request_that_is_announced_is_invited_once(world):
    first = await world.say("Hi, I have a question")
    second = await world.say("How big may a file be?")
    world.ranker.ranking = found()
    again = await world.say("I need help")
    at_last = await world.say("please help me")

    assert first.reply.text == "Hello! What can I help you with?"
    assert second.reply.type == "answer"
    assert again.reason == "invited"
    assert at_last.unresolved.reason in ("no_match", "asked_for_person")


async def test_what_was_announced_is_no_context():
    world = World()
    await world.say("I have a question")

    await world.say("and for invoices?")

    assert world.ranker.asked[-1][1] == "and for invoices?"


@pytest.mark.parametrize("in_words", [True, False])
async def test_a_typed_thumb_down_is_a_thumb_down(world, in_words):
    preferences = {"reasons": {"answer_rejected": {"in_words": in_words}}}
    world.apps.known["acme"] = app(preferences=Preferences.model_validate(preferences))
    await world.say("How big may a file be?")

    told = await world.say("👎")

    assert told.unresolved.reason == "answer_rejected"
    assert told.unresolved.text == "How big may a file be?"
