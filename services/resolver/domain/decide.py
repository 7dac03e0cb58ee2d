"""Decide one user message: an action, else a document, else people."""

from dataclasses import replace

from services.resolver.domain.acting.calling import (
    ask_again,
    continue_action,
    start_action,
    under_way,
)
from services.resolver.domain.answering import attempts_of, decide_documents, hand_off
from services.resolver.domain.conversation import Answered, Conversation, normalised
from services.resolver.domain.outcome import GoOn, Step, Turn, Why
from services.resolver.domain.ranking import Candidate, Ranking, Rules
from services.resolver.domain.words.persons import asks_for_person


def decide_before_ranking(
    state: Conversation, turn: Turn, rules: Rules
) -> Step | GoOn | None:
    """Decide what needs no search, or return None."""
    if state.people_have_it(turn.now):
        return Step(Why.PEOPLE_HAVE_IT, state)
    if asks_for_person(turn.request.text):
        return hand_off(state, turn, Why.ASKED_FOR_PERSON, under_way(state))
    if (same := _asked_before(state, turn)) is not None:
        return hand_off(state, turn, Why.REPEATED_QUESTION, same.attempts)
    if state.question is not None:
        return continue_action(state, turn, state.question, rules)
    return None


def decide_ranked(
    state: Conversation, turn: Turn, ranking: Ranking, rules: Rules
) -> Step | GoOn:
    """Decide a message by what was found for it."""
    best = choose_action(ranking, rules)
    if state.question is not None:
        # The same action again, or none: the user is still on our question.
        if best is None or best.name == state.question.action.name:
            return ask_again(state, turn, ranking, rules)
        state = replace(state, question=None)
    if not ranking.actions and not ranking.passages:
        return hand_off(state, turn, Why.NO_MATCH)  # the app registered nothing
    if best is not None:
        return start_action(state, turn, best, ranking, rules)
    tried = attempts_of(ranking.actions, rules.action, ranking, rules)
    return decide_documents(state, turn, tried, ranking=ranking, rules=rules)


def decide_failed_search(state: Conversation, turn: Turn) -> Step:
    """Hand to people what could not be searched for: silence is never the answer."""
    return hand_off(state, turn, Why.RESOLVER_ERROR, under_way(state))


def decide_handoff_requested(state: Conversation, turn: Turn) -> Step:
    """Hand to people whoever pressed the button."""
    if state.people_have_it(turn.now):
        return Step(Why.PEOPLE_HAVE_IT, state)
    return hand_off(state, turn, Why.ASKED_FOR_PERSON, under_way(state))


def choose_action(ranking: Ranking, rules: Rules) -> Candidate | None:
    """Return the one action that is sure enough and clearly ahead."""
    if not ranking.actions or ranking.actions[0].score < rules.action:
        return None
    best = ranking.actions[0]
    second = ranking.actions[1].score if len(ranking.actions) > 1 else 0.0
    return best if best.score - second >= rules.lead else None


def _asked_before(state: Conversation, turn: Turn) -> Answered | None:
    if not state.answers:
        return None
    asked = normalised(turn.request.text)
    return next((each for each in reversed(state.answers) if each.asked == asked), None)
