"""Outcomes of golden conversations: each is a person, what they did, and what it was."""

import pytest

from services.analytics.domain.outcomes.history import Asking, Elsewhere
from services.analytics.domain.outcomes.judging import judge
from services.analytics.domain.outcomes.outcome import CameOfIt
from services.analytics.domain.outcomes.request import Claim
from tests.analytics.outcomes.chat import DAY, MINUTE, Chat, history

LIMIT = "How large may an upload be?"
AGAIN = "what is the maximum size of an upload"
THIRD = "upload fails, maximum size?"


def outcomes(chat, *, after=30 * DAY, elsewhere=()):
    return judge(history(chat), elsewhere, now=chat.at + after).outcomes


def the_outcome(chat, **also):
    (found,) = outcomes(chat, **also)
    return found


def test_an_answer_that_is_left_standing_resolves():
    chat = Chat()
    chat.answer(chat.ask(LIMIT), "upload-limits")

    found = the_outcome(chat)

    assert found.came_of_it is CameOfIt.RESOLVED
    assert (found.claimed, found.claimed_name) == (Claim.DOCUMENT, "upload-limits")
    assert found.claims[0].stood is True
    assert not found.dead_end
    assert found.durable is True


def test_nothing_is_said_of_a_conversation_that_goes_on():
    chat = Chat()
    chat.answer(chat.ask(LIMIT))

    judged = judge(history(chat), now=chat.at + MINUTE)

    assert judged.outcomes[0].came_of_it is CameOfIt.PENDING
    assert judged.look_again_at == chat.at + 30 * MINUTE


def test_what_was_resolved_is_looked_at_again_after_seven_days():
    chat = Chat()
    chat.answer(chat.ask(LIMIT))

    judged = judge(history(chat), now=chat.at + DAY)

    assert judged.outcomes[0].durable is None
    assert judged.look_again_at == chat.at + 7 * DAY
    assert judge(history(chat), now=chat.at + 8 * DAY).look_again_at is None


@pytest.mark.parametrize("words", ["thanks", "ok", "Perfekt, danke!", "gracias 🙏"])
def test_thanks_after_an_answer_settle_it_at_once(words):
    chat = Chat()
    chat.answer(chat.ask(LIMIT))
    chat.say(words)

    assert the_outcome(chat, after=MINUTE).came_of_it is CameOfIt.RESOLVED


def test_a_thumb_down_that_nothing_follows_is_a_dead_end_and_a_false_claim():
    chat = Chat()
    chat.admit(chat.rate(chat.answer(chat.ask(LIMIT))), "answer_rejected")

    found = the_outcome(chat)

    assert found.came_of_it is CameOfIt.ABANDONED
    assert found.dead_end
    assert found.missed
    assert found.false_claim


def test_thanks_for_nothing_are_mere_manners():
    chat = Chat()
    chat.admit(chat.ask(LIMIT))
    chat.say("ok thanks anyway")

    found = the_outcome(chat)

    assert (found.came_of_it, found.because) == (CameOfIt.ABANDONED, "nothing_found")
    assert found.claimed is Claim.NOTHING


@pytest.mark.parametrize("words", ["never mind, found it", "forget it", "hat geklappt"])
def test_who_found_it_otherwise_is_no_dead_end(words):
    chat = Chat()
    chat.admit(chat.ask(LIMIT))
    chat.say(words)

    assert the_outcome(chat).came_of_it is CameOfIt.WITHDRAWN


def test_a_question_of_ours_that_is_left_is_a_dead_end_that_nobody_could_see():
    chat = Chat()
    chat.need(chat.ask("I forgot my password"), "email")

    found = the_outcome(chat)

    assert (found.came_of_it, found.because) == (CameOfIt.ABANDONED, "our_question")
    assert found.claimed is Claim.ASKED
    assert not found.missed


def test_what_was_asked_for_is_no_request_of_its_own():
    chat = Chat()
    asked = chat.ask("I forgot my password")
    chat.need(asked, "email")
    chat.result(chat.call(chat.say("ana@example.com")), asked)

    found = the_outcome(chat)

    assert found.came_of_it is CameOfIt.RESOLVED
    assert (found.claimed, found.claimed_name) == (Claim.ACTION, "reset")
    assert found.asked_times == 1


def test_a_call_that_never_came_back_is_a_dead_end():
    chat = Chat()
    chat.call(chat.ask("I forgot my password"))

    assert the_outcome(chat).because == "no_result"


def test_twice_in_other_words_and_gone_without_one_is_a_dead_end():
    chat = Chat()
    for text in (LIMIT, AGAIN, THIRD):
        chat.answer(chat.ask(text), "upload-limits")

    found = the_outcome(chat)

    assert found.came_of_it is CameOfIt.REPHRASED
    assert found.asked_times == 3
    assert found.missed


def test_twice_in_other_words_and_content_at_last_is_none():
    chat = Chat()
    for text in (LIMIT, AGAIN, THIRD):
        reply = chat.answer(chat.ask(text), "upload-limits")
    chat.rate(reply, "helpful")

    found = the_outcome(chat)

    assert found.came_of_it is CameOfIt.RESOLVED
    assert [each.stood for each in found.claims] == [False, False, True]


def test_another_question_is_another_request():
    chat = Chat()
    chat.answer(chat.ask(LIMIT), "upload-limits")
    chat.answer(chat.ask("Where do I find my invoice?"), "invoices")

    found = outcomes(chat)

    assert [each.came_of_it for each in found] == [CameOfIt.RESOLVED] * 2


def test_the_same_words_about_another_error_are_another_question():
    chat = Chat()
    chat.answer(chat.ask("What does error 500 mean?"), "errors")
    chat.answer(chat.ask("What does error 404 mean?"), "errors")

    assert len(outcomes(chat)) == 2


def test_the_same_question_within_seven_days_is_a_dead_end_of_the_first():
    chat = Chat()
    chat.answer(chat.ask(LIMIT), "upload-limits")
    chat.wait(3 * DAY)
    chat.answer(chat.ask(AGAIN), "upload-limits")

    first, second = outcomes(chat)

    assert first.came_of_it is CameOfIt.CAME_BACK
    assert first.returned_as == second.request_id
    assert first.durable is False
    assert second.came_of_it is CameOfIt.RESOLVED


def elsewhere(chat, after, text=AGAIN):
    asking = Asking(chat.at + after, "e-9", text, ("upload-limits",))
    return [Elsewhere("r-9", asking)]


@pytest.mark.parametrize(
    ("after", "came"), [(6 * DAY, CameOfIt.CAME_BACK), (8 * DAY, CameOfIt.RESOLVED)]
)
def test_another_conversation_of_the_same_user_counts_for_seven_days(after, came):
    chat = Chat()
    chat.answer(chat.ask(LIMIT), "upload-limits")

    found = the_outcome(chat, elsewhere=elsewhere(chat, after))

    assert found.came_of_it is came


def test_a_hand_off_is_never_resolved_by_the_assistant():
    chat = Chat()
    escalation = chat.hand_over(chat.ask(LIMIT))
    chat.say("thanks")

    found = the_outcome(chat)

    assert found.came_of_it is CameOfIt.HANDED_OVER
    assert found.claimed is Claim.HANDED_OVER
    assert (found.reached_at, found.escalation_id) == (None, escalation)
    assert not found.dead_end


def test_an_answer_that_was_turned_down_and_handed_over_did_not_stand():
    chat = Chat()
    asked = chat.ask(LIMIT)
    chat.rate(chat.answer(asked, "upload-limits"))
    chat.hand_over(asked, "answer_rejected")

    found = the_outcome(chat)

    assert found.came_of_it is CameOfIt.HANDED_OVER
    assert (found.claimed, found.false_claim) == (Claim.DOCUMENT, True)


def test_a_person_is_reached_when_one_answers():
    chat = Chat()
    escalation = chat.hand_over(chat.press(), "asked_for_person")
    chat.person(escalation)
    answered_at = chat.at
    chat.done(escalation)

    found = the_outcome(chat)

    assert found.came_of_it is CameOfIt.REACHED_PERSON
    assert found.asked_for_person
    assert found.reached_at <= answered_at
    assert found.people_resolved_at == chat.at
    assert found.durable is True


def test_what_closes_without_a_person_reached_nobody():
    chat = Chat()
    escalation = chat.hand_over(chat.ask(LIMIT))
    chat.change(escalation, "open", "resolved", actor="handrail")

    found = the_outcome(chat)

    assert found.reached_at is None
    assert found.came_of_it is CameOfIt.HANDED_OVER


@pytest.mark.parametrize(
    ("status", "actor", "came"),
    [
        ("withdrawn", "user", CameOfIt.WITHDRAWN),
        ("expired", "handrail", CameOfIt.EXPIRED),
    ],
)
def test_how_an_escalation_ended_without_people_is_told(status, actor, came):
    chat = Chat()
    escalation = chat.hand_over(chat.ask(LIMIT))
    chat.change(escalation, "open", status, actor=actor)

    assert the_outcome(chat).came_of_it is came


def test_what_people_have_to_take_up_again_was_not_durable():
    chat = Chat()
    escalation = chat.hand_over(chat.ask(LIMIT))
    chat.person(escalation)
    chat.done(escalation)
    chat.wait(DAY)
    chat.change(escalation, "resolved", "reopened", actor="user")
    chat.change(escalation, "reopened", "resolved")

    assert the_outcome(chat).durable is False


NEAR_MISS = "All that there is to know of upload limits in our words."


@pytest.mark.parametrize(
    ("words", "needless"),
    [
        (f"Hi Ana, {NEAR_MISS} Best, Sam", True),
        ("We raised the limit of your account, please try once more today.", False),
        ("Done.", False),
    ],
)
def test_a_person_who_only_pasted_what_almost_answered_was_not_needed(words, needless):
    chat = Chat()
    escalation = chat.hand_over(chat.ask(LIMIT), tried=["upload-limits", "sharing"])
    chat.person(escalation, words)

    assert the_outcome(chat).needless is needless


def test_what_a_user_says_to_people_is_no_new_request():
    chat = Chat()
    escalation = chat.hand_over(chat.ask(LIMIT))
    chat.receipt(chat.say("Any news on the upload?"), escalation)

    assert len(outcomes(chat)) == 1


def test_a_greeting_is_no_request():
    chat = Chat()
    chat.greet(chat.say("hello"))

    assert outcomes(chat) == ()


def test_an_escalation_without_a_conversation_is_a_request():
    chat = Chat()
    chat.hand_over(chat.ask(LIMIT))
    alone = Chat()
    alone.events = [each for each in chat.events if hasattr(each, "opened_at")]

    found = the_outcome(alone)

    assert found.text == LIMIT
    assert found.came_of_it is CameOfIt.HANDED_OVER


def test_facts_from_before_turns_were_kept_are_judged_too():
    chat = Chat()
    chat.answer(chat.ask(LIMIT), "upload-limits")
    before = Chat()
    before.events = [each for each in chat.events if hasattr(each, "request_id")]

    found = the_outcome(before)

    assert found.came_of_it is CameOfIt.RESOLVED
    assert found.text == LIMIT


def test_the_id_is_the_resolvers_own():
    chat = Chat()
    chat.answer(chat.ask(LIMIT))
    published = next(each for each in chat.events if hasattr(each, "request_id"))

    assert the_outcome(chat).request_id == published.request_id


def test_a_reply_that_seems_to_come_before_its_question_answers_it_all_the_same():
    chat = Chat(skew=3 * MINUTE)
    chat.answer(chat.ask(LIMIT))

    assert the_outcome(chat).came_of_it is CameOfIt.RESOLVED


def test_the_order_in_which_facts_came_changes_nothing():
    chat = Chat()
    chat.admit(chat.rate(chat.answer(chat.ask(LIMIT))), "answer_rejected")
    escalation = chat.hand_over(chat.ask(AGAIN))
    chat.person(escalation)
    backwards = Chat()
    backwards.events = chat.events[::-1]

    assert outcomes(backwards, after=100 * DAY) == outcomes(chat, after=100 * DAY)
