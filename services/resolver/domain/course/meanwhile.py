"""Speak while a request waits for a person; once somebody has it, only they do."""

from dataclasses import replace
from datetime import timedelta

from services.resolver.domain.answering import (
    MAX_CITATIONS,
    attempt_of,
    mark_of,
)
from services.resolver.domain.conversation import (
    MAX_GIVEN,
    AttemptOutcome,
    Conversation,
    Meanwhile,
    Request,
    normalised,
)
from services.resolver.domain.course.escalation import Escalation
from services.resolver.domain.course.sense import ACKNOWLEDGE, SILENT
from services.resolver.domain.decide import choose_action
from services.resolver.domain.outcome import (
    Answering,
    Solved,
    Step,
    Turn,
    Waiting,
    Why,
)
from services.resolver.domain.ranking import Ranking, Rules
from services.resolver.domain.words.similar import likeness
from services.resolver.domain.words.small_talk import SmallTalk, small_talk
from services.resolver.domain.words.texts import choose_language
from services.resolver.domain.words.topics import forbidden
from services.resolver.domain.words.waiting.asking import asks_if_there
from services.resolver.domain.words.waiting.telling import tell_waiting
from services.resolver.domain.words.wishes.asking import asks_for_person

NOT_AGAIN_FOR = timedelta(minutes=5)
"""By the times of the messages: so it holds through restarts and replays."""
SAME_QUESTION = 0.8
"""So much alike, a message is what was handed off, said again."""
MAX_OWED = 20
"""Messages that wait for one number; within seconds, nobody writes more."""
MAX_OWED_CHARS = 500
NOTHING_MEANWHILE = Meanwhile()
_NEEDS_NOTHING = frozenset({SmallTalk.THANKS, SmallTalk.FAREWELL, SmallTalk.NOD})


def decide_before_search(state: Conversation, turn: Turn, rules: Rules) -> Step | None:
    """Decide a message of a user who waits, or return None where documents may help."""
    sense, text = rules.sense, turn.request.text
    if sense.while_waiting == SILENT or state.taken:
        return Step(Why.PEOPLE_HAVE_IT, owing_nothing(state))
    if asks_if_there(text) or asks_for_person(text):
        return acknowledge(state, turn, rules, at_once=True)
    if small_talk(text) in _NEEDS_NOTHING:
        return Step(Why.PEOPLE_HAVE_IT, state)
    asked = (state.meanwhile or NOTHING_MEANWHILE).asked
    if (
        sense.while_waiting == ACKNOWLEDGE
        or not normalised(text)
        or likeness(asked, text) >= SAME_QUESTION
        or forbidden(text, sense.topics)
    ):
        return acknowledge(state, turn, rules)
    return None


def decide_after_search(
    state: Conversation, turn: Turn, ranking: Ranking, rules: Rules
) -> Step:
    """Answer what a document surely answers; nothing is run, nothing given twice."""
    good = [each for each in ranking.passages if each.score >= rules.document]
    if not good or choose_action(ranking, rules) is not None:
        return acknowledge(state, turn, rules)
    best, known = good[0], state.meanwhile or NOTHING_MEANWHILE
    attempt = attempt_of(best, AttemptOutcome.SUCCEEDED, rules.document, ranking)
    mark = mark_of(attempt)
    if mark in known.given:
        return acknowledge(state, turn, rules)
    given = (*known.given, mark)[-MAX_GIVEN:]
    return Step(
        Why.ANSWERED_MEANWHILE,
        replace(state, meanwhile=replace(known, given=given)),
        reply=Answering(best.text, tuple(good[:MAX_CITATIONS]), meanwhile=True),
        result=Solved(turn.request, "document", best.name, best.title, (attempt,)),
    )


def acknowledge(
    state: Conversation, turn: Turn, rules: Rules, *, at_once: bool = False
) -> Step:
    """Say how the request stands: the first time, then at most every five minutes.

    *at_once*: the user asked for it. Where the escalation has not been heard of yet,
    it is said as soon as it is.
    """
    if rules.sense.while_waiting == SILENT or state.taken:
        return Step(Why.PEOPLE_HAVE_IT, owing_nothing(state))
    known, at = state.meanwhile or NOTHING_MEANWHILE, turn.request.at
    last = known.owing[-1].at if known.owing else known.acknowledged_at
    if not at_once and last is not None and abs(at - last) < NOT_AGAIN_FOR:
        return Step(Why.PEOPLE_HAVE_IT, state)
    held = state.held
    if held is None or not held.number:
        owing = _owing_to(known, turn.request)
        return Step(Why.PEOPLE_HAVE_IT, replace(state, meanwhile=owing))
    text = _text(state, turn, held, rules)
    said = replace(known, acknowledged_at=at)
    return Step(
        Why.STILL_WAITING,
        replace(state, meanwhile=said),
        reply=Waiting(text, held.escalation_id, held.number),
    )


def owing_nothing(state: Conversation) -> Conversation:
    """Return *state* with no message left to acknowledge."""
    known = state.meanwhile
    if known is None or not known.owing:
        return state
    return replace(state, meanwhile=replace(known, owed=None, owed_before=()))


def _owing_to(known: Meanwhile, request: Request) -> Meanwhile:
    """Return *known* with *request* to be acknowledged too: each message by itself.

    Only its language is read of it later, so a long one is not kept whole.
    """
    request = replace(request, text=request.text[:MAX_OWED_CHARS])
    *before, newest = (*known.owing, request)[-MAX_OWED:]
    return replace(known, owed=newest, owed_before=tuple(before))


def _text(state: Conversation, turn: Turn, held: Escalation, rules: Rules) -> str:
    known, sense = state.meanwhile or NOTHING_MEANWHILE, rules.sense
    language = choose_language(
        (turn.context.session or {}).get("locale"), turn.request.text, known.asked
    )
    variables = {"number": held.number, "reason": held.reason, "app": sense.app}
    return tell_waiting(language, sense.waiting, variables, delivered=held.delivered)
