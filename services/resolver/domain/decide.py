"""Decide one user message: an action, else a document, else people."""

from dataclasses import replace

from services.resolver.domain.acting.calling import (
    ask_again,
    confirm_again,
    continue_action,
    continue_confirmation,
    start_action,
    under_way,
)
from services.resolver.domain.acting.consent import read_consent
from services.resolver.domain.answering import attempts_of, decide_documents, hand_off
from services.resolver.domain.conversation import (
    Answered,
    Attempt,
    Conversation,
    normalised,
)
from services.resolver.domain.course.steps import (
    NO_PROGRESS,
    be_thanked,
    greet,
    invite,
)
from services.resolver.domain.follow import decide_rejection
from services.resolver.domain.outcome import GoOn, Step, Turn, Unsolved, Why
from services.resolver.domain.ranking import Candidate, Ranking, Rules
from services.resolver.domain.words.similar import likeness
from services.resolver.domain.words.small_talk import (
    SmallTalk,
    is_cry,
    is_thumb_down,
    small_talk,
)
from services.resolver.domain.words.topics import forbidden
from services.resolver.domain.words.verdicts import turns_down
from services.resolver.domain.words.wishes.asking import asks_for_person

SAME_ANSWER = 0.5
"""So much alike, two questions with one answer are one question in other words."""


def decide_before_ranking(
    state: Conversation, turn: Turn, rules: Rules
) -> Step | GoOn | None:
    """Decide what needs no search, or return None."""
    if state.people_have_it(turn.now):
        return Step(Why.PEOPLE_HAVE_IT, state)
    step = _for_people(state, turn, rules) or _small_talk(state, turn, rules)
    if step is None and state.answers:
        step = _again(state, turn, rules)
    if step is None and state.question is not None and state.question.mention:
        return continue_confirmation(state, turn, state.question, rules)
    if step is None and state.question is not None:
        return continue_action(state, turn, state.question, rules)
    return step


def _for_people(state: Conversation, turn: Turn, rules: Rules) -> Step | None:
    """Return the way to people where the words alone tell that it is theirs."""
    text, sense = turn.request.text, rules.sense
    asks = asks_for_person(text) and not (
        _answers_us(state, text) or _opens(state, text)
    )
    if sense.asked_for_person and (asks or is_cry(text)):
        return hand_off(state, turn, Why.ASKED_FOR_PERSON, under_way(state))
    if sense.topics and (topic := forbidden(text, sense.topics)) is not None:
        tried = under_way(state)
        return hand_off(state, turn, Why.POLICY, tried, detail=topic.name)
    return None


def _small_talk(state: Conversation, turn: Turn, rules: Rules) -> Step | None:
    kind = small_talk(turn.request.text)
    if kind is None:
        return None
    if kind is SmallTalk.OPENING:
        return None if _is_open(state) else invite(state, turn, rules)
    if kind is SmallTalk.GREETING or _is_said_to_nobody(state, kind, rules):
        return greet(state, turn, rules)
    if state.question is not None and (
        kind is SmallTalk.NOD or _answers_us(state, turn.request.text)
    ):
        return None  # "ok" may be the yes that we asked for
    return be_thanked(state, turn, rules)


def _answers_us(state: Conversation, text: str) -> bool:
    return state.question is not None and read_consent(text) is not None


def _opens(state: Conversation, text: str) -> bool:
    """Return whether *text* announces a request, and none is open already.

    Whoever needs help a second time is not invited again: that would go on for ever.
    """
    return not _is_open(state) and small_talk(text) is SmallTalk.OPENING


def _is_open(state: Conversation) -> bool:
    progress = state.progress
    return state.question is not None or (
        progress is not None and progress.request is not None and not progress.settled
    )


def _is_said_to_nobody(state: Conversation, kind: SmallTalk, rules: Rules) -> bool:
    """Return whether nothing was said yet that a nod or thanks could be about.

    A greeting is no help to nod at; it is thanked for, and the app may have words.
    """
    if state.question or state.calls or state.escalations:
        return False
    if kind is SmallTalk.THANKS:
        return state.progress is None and "thanks" not in rules.sense.texts
    return kind is SmallTalk.NOD and state.progress in (None, NO_PROGRESS)


def decide_files_alone(state: Conversation, turn: Turn, rules: Rules) -> Step:
    """Ask what files without a word are about; who sends more of them gets people."""
    if state.people_have_it(turn.now):
        return Step(Why.PEOPLE_HAVE_IT, state)
    if _is_open(state):
        return hand_off(state, turn, Why.NO_MATCH, under_way(state))
    return invite(state, turn, rules, kind="files")


def decide_ranked(
    state: Conversation, turn: Turn, ranking: Ranking, rules: Rules
) -> Step | GoOn:
    """Decide a message by what was found for it."""
    best = choose_action(ranking, rules)
    if state.question is not None and state.question.mention:
        step = confirm_again(state, turn, best, ranking, rules=rules)
        if step is not None:
            return step
        state = replace(state, question=None)
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


def decide_same_answer(
    state: Conversation, step: Step | GoOn, turn: Turn, rules: Rules
) -> Step | GoOn:
    """Hand to people a question in other words whose answer they were given before."""
    if not isinstance(step, Step) or step.why is not Why.DOCUMENT_ANSWERS:
        return step
    if turn.query or not state.answers or not rules.sense.repeated.enabled:
        return step
    attempts = step.result.attempts if step.result else ()
    given = [
        each
        for each in state.answers
        if _same_passage(each.attempts[-1], attempts[-1])
        and likeness(each.asked, turn.request.text) >= SAME_ANSWER
    ]
    if len(given) + 1 < rules.sense.repeated.times:
        return step
    return hand_off(state, turn, Why.REPEATED_QUESTION, given[-1].attempts)


def should_look_alone(state: Conversation, step: Step | GoOn) -> bool:
    """Return whether a follow-up with its context found nothing, or nothing new."""
    if not isinstance(step, Step) or step.result is None:
        return False
    if isinstance(step.result, Unsolved):
        return True
    last = state.answers[-1].attempts[-1] if state.answers else None
    return last is not None and _same_passage(last, step.result.attempts[-1])


def _same_passage(one: Attempt, other: Attempt) -> bool:
    return (one.kind, one.name, one.detail) == (other.kind, other.name, other.detail)


def _again(state: Conversation, turn: Turn, rules: Rules) -> Step | None:
    """Return what follows from a word about our last answer, if this is one."""
    text, sense = turn.request.text, rules.sense
    settled = state.progress is not None and state.progress.settled
    last = state.answers[-1]
    if settled and (
        is_thumb_down(text)
        or (sense.rejection_in_words and turns_down(text, last.asked))
    ):
        return decide_rejection(state, turn, last, text)
    if not sense.repeated.enabled or state.question is not None:
        return None
    same = [each for each in state.answers if _is_same(each, turn, sense.similarity)]
    if len(same) + 1 < sense.repeated.times:
        return None
    return hand_off(state, turn, Why.REPEATED_QUESTION, same[-1].attempts)


def _is_same(answered: Answered, turn: Turn, similarity: float) -> bool:
    if turn.query:  # "and how?" is another question each time that it goes on
        return answered.asked == normalised(turn.query)
    return likeness(answered.asked, turn.request.text) >= similarity
