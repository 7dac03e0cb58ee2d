"""Take one step on a conversation's course: what an app's settings make of it."""

from dataclasses import replace
from zlib import crc32

from services.resolver.domain.acting.calling import under_way
from services.resolver.domain.acting.showing import visible
from services.resolver.domain.answering import hand_off
from services.resolver.domain.conversation import (
    Attempt,
    AttemptOutcome,
    Conversation,
    Progress,
    Request,
    with_progress,
)
from services.resolver.domain.course.saying import say
from services.resolver.domain.outcome import (
    Answering,
    Asking,
    Solved,
    Step,
    Turn,
    Unsolved,
    Why,
)
from services.resolver.domain.ranking import Rules
from services.resolver.domain.words.follow_ups import is_follow_up
from shared.text import words_only

NO_PROGRESS = Progress()
MAX_SAID = 6
"""Replies of ours that are known when a platform sends them back."""
MAX_TOPIC_CHARS = 500
MAX_TITLES = 3
MAX_TRIED = 5
_AGAIN = frozenset({Why.ANSWER_REJECTED, Why.REPEATED_QUESTION})
"""What shows that the last answer did not stand."""
_NO_TURN = frozenset(
    {
        Why.PEOPLE_HAVE_IT,
        Why.ANSWERED_MEANWHILE,
        Why.STILL_WAITING,
        Why.GREETED,
        Why.SMALL_TALK,
        Why.REQUEST_WITHDRAWN,
    }
)


def take_step(
    before: Conversation, step: Step, turn: Turn, rules: Rules, *, spoken: bool
) -> Step:
    """Return *step* as the app has it, with the progress that it makes.

    *spoken* says that the user wrote: a click or a result is no turn of theirs.
    """
    if step.why in _NO_TURN:
        return _with_own_words(step, rules)
    if isinstance(step.result, Unsolved) and _hands_over(before, step, rules):
        return step  # the usual end: people start afresh, and so do we after them
    progress = _heard(before, turn, step) if spoken else before.progress or NO_PROGRESS
    failed, settled, said = progress.failed, progress.settled, progress.said
    unsolved = step.result if isinstance(step.result, Unsolved) else None
    if unsolved is not None:
        failed, settled = failed + 1, False
        step = _ask_instead(before, step, unsolved, turn, rules)
    elif isinstance(step.result, Solved):
        settled = True
    limit = rules.sense.turn_limit
    asks = limit.enabled and isinstance(step.reply, Asking)
    if asks and progress.turns >= limit.times:
        return _limit(before, step, turn, unsolved)
    if step.reply is not None:
        said = (*said, mark_of(step.reply.text))[-MAX_SAID:]
    # Spelled out: `replace` costs more than all that was decided.
    made = Progress(
        request=progress.request,
        topic=progress.topic,
        turns=progress.turns,
        failed=failed,
        settled=settled,
        said=said,
        over_at=progress.over_at,
        _unknown=progress.unknown,
    )
    step.state = with_progress(step.state, made)
    return step


def _with_own_words(step: Step, rules: Rules) -> Step:
    """Return *step*, its words known again where they are the app's own.

    "Our team will be in touch!" for thanks may come back as the assistant's promise.
    """
    if step.reply is not None and rules.sense.texts:
        made = step.state.progress or NO_PROGRESS
        said = (*made.said, mark_of(step.reply.text))[-MAX_SAID:]
        step.state = with_progress(step.state, replace(made, said=said))
    return step


def mark_of(text: str) -> int:
    """Return what tells *text* again, however a platform shows it."""
    return crc32(words_only(text).encode())


def follow_up(turn: Turn, progress: Progress) -> None:
    """Give *turn* the words that it goes on from, where it needs them."""
    if progress.topic and is_follow_up(turn.request.text):
        context = progress.topic.replace("\n", " ")
        turn.query = f"{context} {turn.request.text}"


def greet(state: Conversation, turn: Turn, rules: Rules) -> Step:
    """Invite the question that a greeting did not ask."""
    text = say("greeting", state, turn, rules.sense.texts)
    known = with_progress(state, state.progress or NO_PROGRESS)
    return Step(Why.GREETED, known, reply=Asking(text, ()))


def invite(
    state: Conversation, turn: Turn, rules: Rules, *, kind: str = "greeting"
) -> Step:
    """Invite the question that was announced: a turn, so that it is done once."""
    text = say(kind, state, turn, rules.sense.texts)
    return Step(Why.INVITED, state, reply=Asking(text, ()))


def be_thanked(state: Conversation, turn: Turn, rules: Rules) -> Step:
    """Say what the app says to thanks: nothing, unless it has words for it."""
    text = say("thanks", state, turn, rules.sense.texts)
    return Step(Why.SMALL_TALK, state, reply=Answering(text) if text else None)


def _hands_over(before: Conversation, step: Step, rules: Rules) -> bool:
    if not rules.sense.switches:
        return True
    progress = before.progress or NO_PROGRESS
    failed = progress.failed
    if progress.settled and step.why not in _AGAIN:
        failed = 0
    return rules.sense.hands_over(step.why, failed + 1)


def _heard(before: Conversation, turn: Turn, step: Step) -> Progress:
    """Return the progress *before* this turn of the user, with one turn more.

    Whoever asks on after an answer lets it stand: then the count begins anew.
    """
    progress = before.progress or NO_PROGRESS
    if _answers_us(before, step):
        # "ana@example.com" is no request: what it is told for stays the topic.
        return replace(progress, turns=progress.turns + 1, settled=False)
    stands = progress.settled and step.why not in _AGAIN
    said = turn.request
    text = said.text[:MAX_TOPIC_CHARS]
    if step.why is Why.INVITED:
        text = ""  # nothing yet that a follow-up could go on from
    root = progress.topic.partition("\n")[0] if turn.query else ""
    return Progress(
        request=Request(said.event_id, said.text[:MAX_TOPIC_CHARS], said.at),
        topic=f"{root}\n{text}"[: 2 * MAX_TOPIC_CHARS] if root else text,
        turns=1 if stands else progress.turns + 1,
        failed=0 if stands else progress.failed,
        said=progress.said,
        over_at=progress.over_at,
        _unknown=progress.unknown,
    )


def _answers_us(before: Conversation, step: Step) -> bool:
    """Return whether the user's words went to the action that we had asked about."""
    if before.question is None:
        return False
    going_on = [
        each.request for each in (step.state.question, *step.state.calls) if each
    ]
    return any(each is before.question.request for each in going_on)


def _ask_instead(
    before: Conversation, step: Step, unsolved: Unsolved, turn: Turn, rules: Rules
) -> Step:
    """Say what is the matter and ask on: a reason that is off is no dead end."""
    titles = [
        visible(each.title)
        for each in unsolved.attempts
        if each.outcome is AttemptOutcome.BELOW_THRESHOLD and each.title
    ]
    named = ", ".join(dict.fromkeys(titles[:MAX_TITLES]))
    kind = Why.NO_MATCH if step.why is Why.LOW_CONFIDENCE and not named else step.why
    text = say(kind, before, turn, rules.sense.texts, titles=named)
    state = replace(before, question=None)
    nearest = sorted(unsolved.attempts, key=lambda each: -each.score)[:MAX_TRIED]
    tried = tuple(each.name for each in nearest)
    return Step(Why.ASKED_AGAIN, state, reply=Asking(text, (), step.why, tried))


def _limit(
    before: Conversation, step: Step, turn: Turn, unsolved: Unsolved | None
) -> Step:
    """Hand over the request that we would ask on about, with what it tried."""
    asked = step.state.question
    tried: tuple[Attempt, ...] = under_way(before)
    request = None
    if unsolved is not None:
        tried = unsolved.attempts
    elif asked is not None:
        arguments = asked.arguments or None
        tried = tried or (replace(asked.attempt, arguments=arguments),)
        request = replace(asked.request, event_id=turn.event_id)
    return hand_off(before, turn, Why.TURN_LIMIT, tried, request=request)
