"""A message is decided by what was found: an action, else a document, else people."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.resolver.domain.conversation import (
    PATIENCE,
    Answered,
    Conversation,
    Request,
    handed_off,
    normalised,
)
from services.resolver.domain.course.escalation import Escalation
from services.resolver.domain.decide import (
    choose_action,
    decide_before_ranking,
    decide_failed_search,
    decide_handoff_requested,
    decide_ranked,
)
from services.resolver.domain.follow import News, decide_closed, decide_escalation
from services.resolver.domain.outcome import (
    Answering,
    Asking,
    Calling,
    Context,
    GoOn,
    Solved,
    Turn,
    Unsolved,
    Why,
)
from shared.events import Reason
from tests.resolver.world import LIMITS, REFUND, RESET, RULES, found, without_parameters
from tests.support.fakes import NOON

EMPTY = Conversation()


def turn(text="How big may a file be?", event_id="e-1", user=None, now=NOON):
    request = Request(event_id, text, NOON)
    return Turn("acme", "c-42", event_id, request, Context(user), now)


def decided(ranking, *, state=EMPTY, **facts):
    return decide_ranked(state, turn(**facts), ranking, RULES)


def test_a_sure_action_is_called_before_a_sure_document_answers():
    act = without_parameters(RESET)

    step = decided(found(actions={act: 0.9}, passages={LIMITS: 1.0}))

    assert step.why is Why.ACTION_CALLED
    assert isinstance(step.reply, Calling)
    assert step.result is None
    assert step.state.calls[0].due_at == NOON + RULES.action_timeout


def test_an_action_that_needs_approval_asks_for_it():
    step = decided(found(actions={REFUND: 0.9}), text="Refund order 17")

    assert step.why is Why.APPROVAL_ASKED
    assert step.reply.call.approval_required
    assert step.reply.call.arguments == {"order": 17}


def test_an_action_that_lacks_a_parameter_asks_for_it():
    step = decided(found(actions={RESET: 0.9}))

    assert step.why is Why.PARAMETERS_ASKED
    assert isinstance(step.reply, Asking)
    assert step.reply.missing == ("email",)


def test_a_sure_document_answers_with_its_source():
    near = found(actions={RESET: 0.5}, passages={LIMITS: 0.9})

    step = decided(near)

    assert step.why is Why.DOCUMENT_ANSWERS
    assert isinstance(step.reply, Answering)
    assert step.reply.citations[0].passage == LIMITS
    assert isinstance(step.result, Solved)
    assert [each.outcome for each in step.result.attempts] == [
        "below_threshold",
        "succeeded",
    ]


@pytest.mark.parametrize(
    ("ranking", "why", "outcomes"),
    [
        pytest.param(found(), Why.NO_MATCH, [], id="an empty catalogue"),
        pytest.param(
            found(actions={RESET: 0.1}, passages={LIMITS: 0.0}),
            Why.NO_MATCH,
            ["no_match", "no_match"],
            id="nothing near",
        ),
        pytest.param(
            found(actions={RESET: 0.1}, passages={LIMITS: 0.6}),
            Why.LOW_CONFIDENCE,
            ["no_match", "below_threshold"],
            id="a near miss",
        ),
    ],
)
def test_what_nothing_answers_goes_to_people_with_all_that_was_tried(
    ranking, why, outcomes
):
    step = decided(ranking)

    assert step.why is why
    assert step.reply is None
    assert isinstance(step.result, Unsolved)
    assert [each.outcome for each in step.result.attempts] == outcomes
    assert step.state.people_have_it(NOON)


def test_two_actions_that_match_alike_are_a_guess_and_none_is_called():
    ranking = found(actions={RESET: 0.9, REFUND: 0.88})

    assert choose_action(ranking, RULES) is None
    assert decided(ranking).why is Why.LOW_CONFIDENCE


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(handed_off(EMPTY, NOON), id="our hand-off is on its way"),
        pytest.param(
            Conversation(escalations=(Escalation("esc-1", 0, over=False),)),
            id="an escalation is open",
        ),
    ],
)
def test_the_assistant_is_silent_while_people_have_it(state):
    step = decide_before_ranking(state, turn(), RULES)

    assert step.why is Why.PEOPLE_HAVE_IT
    assert step.state is state
    assert (step.reply, step.result) == (None, None)
    assert decide_handoff_requested(state, turn()).why is Why.PEOPLE_HAVE_IT


def test_a_hand_off_that_nobody_took_is_made_again():
    later = NOON + PATIENCE + timedelta(seconds=1)

    step = decide_before_ranking(handed_off(EMPTY, NOON), turn(now=later), RULES)

    assert step is None


def test_a_wish_for_a_person_is_honoured_before_any_search():
    step = decide_before_ranking(EMPTY, turn("I want to talk to a human"), RULES)

    assert step.why is Why.ASKED_FOR_PERSON
    assert isinstance(step.result, Unsolved)


def test_the_same_question_again_goes_to_people_with_the_answer_it_had():
    first = decided(found(passages={LIMITS: 0.9}))

    again = turn("how BIG may a file be", event_id="e-2")
    step = decide_before_ranking(first.state, again, RULES)

    assert step.why is Why.REPEATED_QUESTION
    assert step.result.attempts == first.result.attempts


def test_an_answer_to_our_question_calls_the_action():
    asked = decided(found(actions={RESET: 0.9}), text="I forgot my password")

    step = decide_before_ranking(
        asked.state, turn("it's ana@example.com", event_id="e-2"), RULES
    )

    assert step.why is Why.ACTION_CALLED
    assert step.reply.call.arguments == {"email": "ana@example.com"}
    assert step.reply.call.request.text == "I forgot my password"
    assert step.state.question is None


def test_a_parameter_is_asked_for_twice_and_then_the_documents_are():
    ranking = found(actions={RESET: 0.9})
    first = decided(ranking, text="I forgot my password")
    second = decided(found(), state=first.state, text="no idea", event_id="e-2")
    third = decided(found(), state=second.state, text="what", event_id="e-3")

    assert second.why is Why.PARAMETERS_ASKED
    assert second.state.question.rounds == 2
    assert isinstance(third, GoOn)
    assert third.otherwise is Why.ACTION_FAILED
    assert third.turn.request == Request("e-3", "I forgot my password", NOON)
    assert third.tried[0].outcome == "asked"
    assert "email" in third.tried[0].detail
    assert third.state.question is None


def test_another_request_takes_the_place_of_our_question():
    asked = decided(found(actions={RESET: 0.9}))

    other = decided(
        found(actions={REFUND: 0.9}),
        state=asked.state,
        text="Refund order 17",
        event_id="e-2",
    )
    document = decided(found(passages={LIMITS: 0.9}), state=asked.state, event_id="e-2")

    assert other.why is Why.APPROVAL_ASKED
    assert document.why is Why.DOCUMENT_ANSWERS


def test_a_search_that_failed_goes_to_people():
    step = decide_failed_search(EMPTY, turn())

    assert step.why is Why.RESOLVER_ERROR
    assert isinstance(step.result, Unsolved)


def test_the_button_hands_off_with_what_was_under_way():
    asked = decided(found(actions={RESET: 0.9}))

    step = decide_handoff_requested(asked.state, turn("", event_id="e-2"))

    assert step.why is Why.ASKED_FOR_PERSON
    assert [each.name for each in step.result.attempts] == ["reset_password"]


def test_a_resolved_escalation_is_a_fresh_start():
    told = Answered("r-1", normalised("hi"), Request("e-0", "hi", NOON), ())
    state = replace(handed_off(EMPTY, NOON), answers=(told,))

    opened = decide_escalation(state, "esc-1", revision=0).state
    step = decide_escalation(opened, "esc-1", revision=3, news=News(status="resolved"))

    assert opened.people_have_it(NOON)
    assert step.why is Why.PEOPLE_ARE_DONE
    assert not step.state.people_have_it(NOON)
    assert step.state.answers == ()


def test_news_that_come_in_the_wrong_order_do_not_open_an_escalation_again():
    resolved = decide_escalation(
        handed_off(EMPTY, NOON), "esc-1", revision=2, news=News(status="resolved")
    ).state

    late = decide_escalation(resolved, "esc-1", revision=0)

    assert not resolved.people_have_it(NOON)
    assert late.why is Why.ESCALATION_KNOWN
    assert late.state is resolved


def test_a_reopened_escalation_silences_the_assistant_again():
    resolved = decide_escalation(
        EMPTY, "esc-1", revision=2, news=News(status="resolved")
    ).state

    step = decide_escalation(resolved, "esc-1", revision=3)

    assert step.why is Why.PEOPLE_TOOK_IT
    assert step.state.people_have_it(NOON)


def test_a_late_word_of_an_old_escalation_does_not_end_a_new_hand_off():
    over = decide_escalation(
        EMPTY, "esc-1", revision=2, news=News(status="resolved")
    ).state
    again = handed_off(over, NOON)

    step = decide_escalation(again, "esc-1", revision=4, news=News(status="resolved"))

    assert step.state.people_have_it(NOON)


def test_closing_forgets_the_questions_and_keeps_who_has_it():
    state = replace(handed_off(EMPTY, NOON), user={"id": "u-7"})

    after = decide_closed(state).state

    assert after.people_have_it(NOON)
    assert after.answers == ()


def test_every_reason_for_people_is_one_of_the_contract():
    handing = {
        Why.NO_MATCH, Why.LOW_CONFIDENCE, Why.ANSWER_REJECTED, Why.ACTION_FAILED,
        Why.ACTION_DENIED, Why.ASKED_FOR_PERSON, Why.REPEATED_QUESTION,
        Why.RESOLVER_ERROR,
    }  # fmt: skip

    assert {each.value for each in handing} <= {each.value for each in Reason}
