"""Call an action, asking for what it needs; give up on it after two rounds."""

from dataclasses import replace

from services.resolver.domain.answering import attempt_of, decide_documents
from services.resolver.domain.catalogue import Action
from services.resolver.domain.conversation import (
    MAX_CALLS,
    Attempt,
    AttemptOutcome,
    Call,
    Conversation,
    Question,
)
from services.resolver.domain.outcome import Asking, Calling, Step, Turn, Why
from services.resolver.domain.parameters.filling import (
    Filled,
    Sources,
    fill,
    fill_answer,
)
from services.resolver.domain.ranking import Candidate, Ranking, Rules

MAX_ROUNDS = 2
"""How often an action's parameters are asked for before people are."""


def start_action(
    state: Conversation, turn: Turn, best: Candidate, ranking: Ranking, rules: Rules
) -> Step:
    """Call the *best* action, or ask for what it needs."""
    action = best.action
    assert action is not None
    attempt = attempt_of(best, AttemptOutcome.ASKED, rules.action, ranking)
    filled = fill(action, sources_of(state, turn))
    question = Question(action, filled.arguments, (), 0, turn.request, attempt)
    if filled.missing:
        return _ask(state, question, filled)
    return _call(state, turn, question, filled, rules)


def continue_action(
    state: Conversation, turn: Turn, question: Question, rules: Rules
) -> Step | None:
    """Call the action that *question* was about if the message answers all of it."""
    filled = _answer_to(question, turn)
    return None if filled.missing else _call(state, turn, question, filled, rules)


def ask_again(state: Conversation, turn: Turn, ranking: Ranking, rules: Rules) -> Step:
    """Ask for what is still missing; past the last round, go on without the action.

    A message that a document answers was another question, and is answered.
    """
    question = state.question
    assert question is not None
    answers = any(each.score >= rules.document for each in ranking.passages)
    if answers or question.rounds >= MAX_ROUNDS:
        about = replace(
            turn,
            request=turn.request
            if answers
            else replace(question.request, event_id=turn.event_id),
        )
        detail = f"Asked for {', '.join(question.missing)}; not told."
        tried = (replace(question.attempt, detail=detail),)
        return decide_documents(
            state,
            about,
            tried,
            ranking=ranking,
            rules=rules,
            otherwise=Why.ACTION_FAILED,
        )
    return _ask(state, question, _answer_to(question, turn))


def _answer_to(question: Question, turn: Turn) -> Filled:
    return fill_answer(
        question.action,
        question.arguments,
        question.missing,
        sources_of(Conversation(), turn),
    )


def sources_of(state: Conversation, turn: Turn) -> Sources:
    """Return all that arguments may come from: facts, and the user's own words."""
    context = turn.context
    said = [each.request.text for each in reversed(state.answers)]
    if state.question is not None:
        said.insert(0, state.question.request.text)
    return Sources(
        text=turn.request.text,
        now=turn.request.at,
        user=context.user,
        session=context.session,
        app_state=context.app_state,
        earlier=tuple(each for each in said if each != turn.request.text),
    )


def _ask(state: Conversation, question: Question, filled: Filled) -> Step:
    missing = tuple(each.name for each in filled.missing)
    asked = replace(
        question,
        arguments=filled.arguments,
        missing=missing,
        rounds=question.rounds + 1,
    )
    wanted = ", ".join(each.description or each.name for each in filled.missing)
    text = f"To do this I need to know: {wanted}"
    return Step(
        Why.PARAMETERS_ASKED,
        replace(state, question=asked),
        reply=Asking(text, missing),
    )


def _call(
    state: Conversation, turn: Turn, question: Question, filled: Filled, rules: Rules
) -> Step:
    action = question.action
    call = Call(
        call_id=turn.call_id,
        action=action.name,
        title=action.title,
        arguments=filled.arguments,
        approval_required=action.approval_required,
        request=question.request,
        attempt=question.attempt,
        due_at=turn.now + rules.action_timeout,
    )
    calls = (*state.calls, call)[-MAX_CALLS:]
    return Step(
        Why.APPROVAL_ASKED if action.approval_required else Why.ACTION_CALLED,
        replace(state, question=None, calls=calls),
        reply=Calling(_announcement(action), call),
    )


def _announcement(action: Action) -> str:
    what = (action.description or action.title).rstrip(". ")
    if action.approval_required:
        return f"I can do this for you: {what}. Shall I go ahead?"
    return f"One moment, I'm on it: {what}."


def under_way(state: Conversation) -> tuple[Attempt, ...]:
    """Return the actions begun and not ended: people must know of them."""
    begun = tuple(call.attempt for call in state.calls)
    return (*begun, state.question.attempt) if state.question else begun
