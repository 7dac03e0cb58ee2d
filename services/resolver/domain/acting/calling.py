"""Call an action, asking for what it needs; give up on it after two rounds."""

from dataclasses import replace

from services.resolver.domain.acting.consent import begins_with_no, read_consent
from services.resolver.domain.acting.questions import (
    APPROVAL,
    ask,
    ask_approval,
    ask_confirmation,
    described,
)
from services.resolver.domain.acting.request_form.lexicon import MentionReason
from services.resolver.domain.acting.request_form.reading import read_request_form
from services.resolver.domain.answering import attempt_of, decide_documents
from services.resolver.domain.conversation import (
    MAX_CALLS,
    Attempt,
    AttemptOutcome,
    Call,
    Conversation,
    Question,
    with_progress,
)
from services.resolver.domain.course.saying import say
from services.resolver.domain.outcome import Asking, Calling, GoOn, Step, Turn, Why
from services.resolver.domain.parameters.filling import (
    Filled,
    Sources,
    fill,
    fill_answer,
)
from services.resolver.domain.ranking import Candidate, Ranking, Rules

MAX_ROUNDS = 2
"""How often an action's parameters are asked for before people are."""
WITHDRAWING = frozenset({MentionReason.NEGATED, MentionReason.DECIDED_AGAINST})
"""What says of an action, once its user was asked whether they want it, that no."""


def start_action(
    state: Conversation, turn: Turn, best: Candidate, ranking: Ranking, rules: Rules
) -> Step:
    """Call the *best* action, or ask: for what it needs, or whether it is wanted."""
    action = best.action
    assert action is not None
    attempt = attempt_of(best, AttemptOutcome.ASKED, rules.action, ranking)
    filled = fill(action, sources_of(state, turn))
    question = Question(action, filled.arguments, (), 0, turn.request, attempt)
    form = read_request_form(turn.query or turn.request.text, action)
    if form.reason is not None:
        missing = tuple(each.name for each in filled.missing)
        asked = replace(question, missing=missing, mention=form.reason.value)
        return ask_confirmation(state, turn, asked)
    return _proceed(state, turn, question, filled, rules)


def continue_action(
    state: Conversation, turn: Turn, question: Question, rules: Rules
) -> Step | GoOn | None:
    """Call the action that *question* was about if the message answers all of it."""
    if question.missing:
        filled = _answer_to(question, turn)
        if filled.missing and filled.arguments == question.arguments:
            return _turned_down(state, turn, question)
        if filled.missing:
            return None
        return _proceed(state, turn, question, filled, rules)
    consent = read_consent(turn.request.text)
    if consent is None:
        return None
    if consent:
        return _call(state, turn, question, rules)
    return _turned_down(state, turn, question)


def continue_confirmation(
    state: Conversation, turn: Turn, question: Question, rules: Rules
) -> Step | None:
    """Take the yes to an action that was only mentioned, or the no; None for else."""
    consent = read_consent(turn.request.text)
    if consent is None:
        return None
    if not consent:
        return withdraw(state, turn, rules)
    wanted = replace(question, mention="", rounds=0)
    if not question.missing:
        return _call(state, turn, wanted, rules)
    first = replace(turn, request=question.request)
    filled = fill(question.action, sources_of(state, first))
    return _proceed(state, turn, wanted, filled, rules)


def confirm_again(
    state: Conversation,
    turn: Turn,
    best: Candidate | None,
    ranking: Ranking,
    *,
    rules: Rules,
) -> Step | None:
    """Decide what is no yes and no no; None where it is about something else.

    *best* is the action that the message asks for, if it asks for one.
    """
    question, text = state.question, turn.request.text
    assert question is not None
    form = read_request_form(text, question.action)
    if best is not None and best.name == question.action.name:
        if form.is_direct_request:
            return start_action(state, turn, best, ranking, rules)
    elif best is not None or _is_answered(ranking, rules):
        return None
    if form.reason in WITHDRAWING or begins_with_no(text):
        return withdraw(state, turn, rules)
    if question.rounds >= MAX_ROUNDS:
        return None
    return ask_confirmation(state, turn, question)


def withdraw(state: Conversation, turn: Turn, rules: Rules) -> Step:
    """End what was no request: nothing has failed, and nobody has to see to it."""
    progress = state.progress
    if progress is not None:
        progress = replace(progress, request=None, topic="", turns=0, failed=0)
    after = with_progress(replace(state, question=None), progress)
    text = say("action_denied", state, turn, rules.sense.texts)
    return Step(
        Why.REQUEST_WITHDRAWN, after, reply=Asking(text, (), Why.REQUEST_WITHDRAWN)
    )


def _turned_down(state: Conversation, turn: Turn, question: Question) -> GoOn | None:
    """Go on without the action if the user said no, to it or to its question."""
    if read_consent(turn.request.text) is not False:
        return None
    return _give_up(
        state, turn, question, AttemptOutcome.DENIED, detail="The user said no."
    )


def ask_again(
    state: Conversation, turn: Turn, ranking: Ranking, rules: Rules
) -> Step | GoOn:
    """Ask for what is still missing; past the last round, go on without the action.

    A message that a document answers was another question, and is answered.
    """
    question = state.question
    assert question is not None
    detail = f"Asked for {', '.join(question.missing) or APPROVAL}; not told."
    if _is_answered(ranking, rules):
        arguments = question.arguments or None
        tried = (replace(question.attempt, detail=detail, arguments=arguments),)
        return decide_documents(state, turn, tried, ranking=ranking, rules=rules)
    if question.rounds >= MAX_ROUNDS:
        return _give_up(state, turn, question, AttemptOutcome.ASKED, detail=detail)
    if not question.missing:
        return ask_approval(state, turn, question)
    return ask(state, turn, question, _answer_to(question, turn))


def _is_answered(ranking: Ranking, rules: Rules) -> bool:
    """Return whether a document is sure enough to answer."""
    return any(each.score >= rules.document for each in ranking.passages)


def _proceed(
    state: Conversation, turn: Turn, question: Question, filled: Filled, rules: Rules
) -> Step:
    if filled.missing:
        return ask(state, turn, question, filled)
    complete = replace(question, arguments=filled.arguments, missing=(), rounds=0)
    action = question.action
    if action.endpoint is not None and action.approval_required:
        return ask_approval(state, turn, complete)
    return _call(state, turn, complete, rules)


def _give_up(
    state: Conversation,
    turn: Turn,
    question: Question,
    outcome: AttemptOutcome,
    *,
    detail: str,
) -> GoOn:
    """Go on without the action, with the request that it was to answer."""
    request = replace(question.request, event_id=turn.event_id)
    denied = outcome is AttemptOutcome.DENIED or not question.missing
    return GoOn(
        replace(state, question=None),
        replace(turn, request=request),
        (
            replace(
                question.attempt,
                outcome=outcome,
                detail=detail,
                arguments=question.arguments or None,
            ),
        ),
        Why.ACTION_DENIED if denied else Why.ACTION_FAILED,
    )


def _answer_to(question: Question, turn: Turn) -> Filled:
    sources = sources_of(Conversation(), turn)
    # What the question named is in the request: nothing of it has to be remembered.
    asked = fill(question.action, replace(sources, text=question.request.text))
    return fill_answer(
        question.action, question.arguments, question.missing, sources, asked.either
    )


def _call(state: Conversation, turn: Turn, question: Question, rules: Rules) -> Step:
    action = question.action
    call = Call(
        call_id=turn.call_id,
        action=action.name,
        title=action.title,
        arguments=question.arguments,
        approval_required=action.approval_required,
        request=question.request,
        attempt=question.attempt,
        due_at=turn.now + rules.action_timeout,
        endpoint=action.endpoint,
        caused_by=turn.event_id,
    )
    calls = (*state.calls, call)[-MAX_CALLS:]
    after = replace(state, question=None, calls=calls)
    if action.endpoint is not None:
        return Step(Why.ENDPOINT_CALLED, after, call=call)
    return Step(
        Why.APPROVAL_ASKED if action.approval_required else Why.ACTION_CALLED,
        after,
        reply=Calling(_announcement(state, turn, question), call),
    )


def _announcement(state: Conversation, turn: Turn, question: Question) -> str:
    what = described(question)
    if question.action.approval_required:
        offer = say("offer", state, turn, action=what)
        return f"{offer} {say('go_ahead', state, turn)}"
    return say("announce", state, turn, action=what)


def under_way(state: Conversation) -> tuple[Attempt, ...]:
    """Return the actions begun and not ended: people must know of them."""
    begun: list[Call | Question] = [*state.calls]
    if state.question:
        begun.append(state.question)
    return tuple(
        replace(each.attempt, arguments=each.arguments or None) for each in begun
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
