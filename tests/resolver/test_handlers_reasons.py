"""Every reason on and off, with its threshold, as an app sets them."""

import pytest

from services.resolver.domain.course.steps import NO_PROGRESS
from services.resolver.resolve.states import ConversationStates
from shared.events import Preferences
from tests.resolver.world import LIMITS, RESET, World, found, without_parameters
from tests.support.fakes import app

NEAR = found(passages={LIMITS: 0.5})
ANSWERS = found(passages={LIMITS: 0.9})
ACT = found(actions={without_parameters(RESET): 0.9})
OFF = {"enabled": False}


def world(ranking=None, **reasons):
    made = World()
    preferences = Preferences.model_validate({"reasons": reasons})
    made.apps.known["acme"] = app(preferences=preferences)
    made.ranker.ranking = ranking or found()
    return made


@pytest.mark.parametrize(
    ("ranking", "reason", "says"),
    [
        (found(actions={RESET: 0.1}), "no_match", "couldn't find anything"),
        (NEAR, "low_confidence", "Upload limits"),
    ],
)
async def test_what_nothing_answers_is_asked_again_where_people_are_not_to_be(
    ranking, reason, says
):
    acme = world(ranking, **{reason: OFF})

    told = await acme.say("How do I fly?")

    assert told.reason == "asked_again"
    assert told.topics == ["conversation.replies"]
    assert told.reply.type == "question"
    assert told.reply.missing == []
    assert says in told.reply.text
    assert told.reply.reason == reason
    assert told.reply.tried


async def test_the_second_failed_turn_goes_to_people_where_that_is_set():
    acme = world(NEAR, no_match={"times": 2}, low_confidence={"times": 2})

    first = await acme.say("How do I fly?")
    second = await acme.say("How do I take off then?")

    assert first.reason == "asked_again"
    assert second.unresolved.reason == "low_confidence"


async def test_an_answer_that_stands_ends_the_count_of_failures():
    acme = world(NEAR, no_match={"times": 2}, low_confidence={"times": 2})
    await acme.say("How do I fly?")
    acme.ranker.ranking = ANSWERS
    await acme.say("How big may a file be?")
    acme.ranker.ranking = NEAR

    told = await acme.say("Where is the runway located?")

    assert told.reason == "asked_again"


async def test_a_rejected_answer_goes_to_people_in_words_and_by_thumb():
    acme = world(ANSWERS)
    answer = await acme.say("How big may a file be?")
    told = await acme.say("that didn't help")
    other = world(ANSWERS)
    answer = await other.say("How big may a file be?")
    thumb = await other.send(
        type="feedback", reply_id=answer.reply.reply_id, rating="unhelpful"
    )

    assert told.unresolved.reason == thumb.unresolved.reason == "answer_rejected"
    assert told.unresolved.text == "How big may a file be?"
    assert told.unresolved.attempts[-1].outcome == "rejected_by_user"
    assert told.unresolved.attempts[-1].detail == "that didn't help"


async def test_a_rejection_that_is_no_reason_is_answered_all_the_same():
    acme = world(ANSWERS, answer_rejected=OFF)
    answer = await acme.say("How big may a file be?")

    told = await acme.send(
        type="feedback", reply_id=answer.reply.reply_id, rating="unhelpful"
    )

    assert told.reason == "asked_again"
    assert "sorry" in told.reply.text


async def test_words_of_rejection_are_not_heard_where_only_thumbs_count():
    acme = world(ANSWERS, answer_rejected={"in_words": False})
    await acme.say("How big may a file be?")

    told = await acme.say("that didn't help")

    assert told.reason != "answer_rejected"


@pytest.mark.parametrize(
    ("status", "reason", "says"),
    [
        ("failed", "action_failed", "didn't work"),
        ("denied", "action_denied", "instead"),
    ],
)
async def test_an_action_that_did_not_run_is_told_where_people_are_not_to_be(
    status, reason, says
):
    plain, acme = world(ACT), world(ACT, **{reason: OFF})
    outcomes = []
    for each in (plain, acme):
        called = await each.say("I forgot my password")
        each.ranker.ranking = found()
        outcomes.append(
            await each.send(
                type="action_result", call_id=called.reply.call_id, status=status
            )
        )

    assert outcomes[0].unresolved.reason == reason
    assert outcomes[1].reason == "asked_again"
    assert says in outcomes[1].reply.text
    assert acme.state.calls == ()


async def test_the_wish_for_a_person_can_be_left_to_the_button():
    acme = world(ANSWERS, asked_for_person=OFF)

    words = await acme.say("I want to talk to a human")
    button = await acme.send(type="handoff_requested")

    assert words.reply.type == "answer"
    assert button.unresolved.reason == "asked_for_person"


async def test_a_repeated_question_is_known_in_other_wording():
    acme = world(ANSWERS)
    await acme.say("How big may a file be?")

    told = await acme.say("pls, how BIG may a flie be??")

    assert told.unresolved.reason == "repeated_question"


async def test_the_third_asking_goes_to_people_where_that_is_set():
    acme = world(ANSWERS, repeated_question={"times": 3})

    told = [await acme.say("How big may a file be?") for _ in range(3)]

    assert [each.reason for each in told] == [
        "document_answers",
        "document_answers",
        "repeated_question",
    ]


async def test_a_repeated_question_is_answered_anew_where_it_is_no_reason():
    acme = world(ANSWERS, repeated_question=OFF)

    told = [await acme.say("How big may a file be?") for _ in range(4)]

    assert {each.reason for each in told} == {"document_answers"}
    assert len(acme.state.answers) == 3


async def test_the_same_answer_to_a_question_in_other_words_is_a_repeat():
    acme = world(ANSWERS)
    await acme.say("maximum file size upload")

    told = await acme.say("what is the file size limit for an upload")
    other = await acme.say("what does it cost")

    assert told.unresolved.reason == "repeated_question"
    assert other.reason == "people_have_it"


async def test_a_forbidden_topic_goes_to_people_before_any_search():
    topic = {"name": "legal", "phrases": ["lawsuit*", "my lawyer"]}
    acme = world(ANSWERS, policy={"topics": [topic]})
    off = world(ANSWERS, policy={"enabled": False, "topics": [topic]})

    told = await acme.say("My lawyer prepares a lawsuit")
    answered = await off.say("My lawyer prepares a lawsuit")

    assert told.unresolved.reason == "policy"
    assert told.unresolved.detail == "legal"
    assert acme.ranker.asked == []
    assert answered.reply.type == "answer"


async def test_turns_without_a_resolution_are_limited():
    never = {"times": 10}
    acme = world(NEAR, low_confidence=never, turn_limit={"turns": 3})

    told = [
        await acme.say(text)
        for text in ("How do I fly?", "What about wings?", "Where is the runway?")
    ]

    assert [each.reason for each in told] == [
        "asked_again",
        "asked_again",
        "turn_limit",
    ]
    assert told[-1].unresolved.reason == "turn_limit"
    (near,) = told[-1].unresolved.attempts
    assert (near.name, near.outcome) == ("upload-limits", "below_threshold")


async def test_a_limit_reached_in_an_actions_questions_hands_over_its_request():
    acme = world(found(actions={RESET: 0.9}), turn_limit={"turns": 2})
    await acme.say("I forgot my password", user=None)

    told = await acme.say("dunno", user=None)

    assert told.unresolved.reason == "turn_limit"
    assert told.unresolved.text == "I forgot my password"
    assert [each.name for each in told.unresolved.attempts] == ["reset_password"]


async def test_small_talk_is_no_turn_and_no_failure():
    acme = world(NEAR, low_confidence={"times": 2}, turn_limit={"turns": 2})
    await acme.say("How do I fly?")

    told = [await acme.say(text) for text in ("hello", "ok", "thanks!", "bye")]

    assert [each.reason for each in told] == ["greeted", *["small_talk"] * 3]
    assert acme.state.progress.turns == acme.state.progress.failed == 1


async def test_a_search_that_fails_goes_to_people_whatever_is_off():
    acme = world(no_match=OFF, low_confidence=OFF, turn_limit=OFF)
    acme.ranker.failing = RuntimeError("gone")

    told = await acme.say("How big may a file be?")

    assert told.unresolved.reason == "resolver_error"


async def test_every_message_is_answered_even_with_every_reason_off():
    names = (
        "no_match", "low_confidence", "answer_rejected", "action_failed",
        "action_denied", "asked_for_person", "repeated_question", "policy",
        "turn_limit", "broken_promise",
    )  # fmt: skip
    acme = world(NEAR, **dict.fromkeys(names, OFF))
    said = ["How do I fly?", "How do I fly?", "a human please", "that didn't help"]

    told = [await acme.say(text) for text in said * 3]

    assert all(each.topics == ["conversation.replies"] for each in told)


async def test_our_words_follow_the_user_and_the_app_has_the_last_word():
    acme = world(NEAR, low_confidence=OFF)
    german = await acme.say("Wie kann ich hier fliegen?")
    french = await acme.say("Bonjour", session={"id": "s", "locale": "fr-FR"})
    preferences = Preferences.model_validate({"replies": {"greeting": "Ahoy!"}})
    acme.apps.known["acme"] = app(preferences=preferences)
    own = await acme.say("hello")

    assert german.reply.text.startswith("Ich bin nicht sicher")
    assert french.reply.text.startswith("Bonjour")
    assert own.reply.text == "Ahoy!"


def test_a_state_of_before_is_read():
    old = b'{"user":null,"session":null,"app_state":null,"escalations":[]}'

    state = ConversationStates().load(old)

    assert state.progress is None
    assert (NO_PROGRESS.turns, NO_PROGRESS.said) == (0, ())


async def test_the_state_stays_small_however_long_the_talk_is():
    acme = world(ANSWERS, repeated_question=OFF)
    for n in range(40):
        await acme.say(f"How big may file {n} be? " + "x" * 5000)

    size = len(ConversationStates().dump(acme.state))

    assert len(acme.state.progress.said) == 6
    assert size < 64 * 1024
