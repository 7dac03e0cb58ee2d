"""Decide what follows from a result, a verdict, a silence, or news from people."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.resolver.domain.acting.showing import host_of, shown, visible
from services.resolver.domain.answering import excerpt, hand_off
from services.resolver.domain.conversation import (
    MAX_ESCALATIONS,
    Answered,
    Attempt,
    AttemptOutcome,
    Call,
    Conversation,
    Progress,
    fresh_start,
    normalised,
    with_answer,
    with_progress,
    without_call,
)
from services.resolver.domain.course.escalation import ENDED, Escalation
from services.resolver.domain.course.saying import say
from services.resolver.domain.outcome import Answering, GoOn, Solved, Step, Turn, Why


def attempt_after(
    call: Call, outcome: AttemptOutcome, detail: str | None, now: datetime
) -> Attempt:
    """Return the attempt of *call* as it ended."""
    took = (now - call.attempt.started_at).total_seconds() * 1000
    return replace(
        call.attempt,
        outcome=outcome,
        detail=excerpt(visible(detail or "")) or call.attempt.detail,
        arguments=call.arguments or None,
        duration_ms=max(call.attempt.duration_ms, round(took, 3)),
    )


def decide_success(state: Conversation, turn: Turn, call: Call, output: object) -> Step:
    """Tell the user that the action is done."""
    said = shown(output, hosts=_hosts(turn, call))
    done = say("done", state, turn)
    attempt = attempt_after(call, AttemptOutcome.SUCCEEDED, said, turn.now)
    answered = Answered(
        turn.reply_id, normalised(call.request.text), call.request, (attempt,)
    )
    return Step(
        Why.ACTION_SUCCEEDED,
        with_answer(without_call(state, call), answered),
        reply=Answering(f"{done} {said}" if said else done),
        result=Solved(call.request, "action", call.action, call.title, (attempt,)),
    )


def decide_failure(
    state: Conversation,
    turn: Turn,
    call: Call,
    *,
    outcome: AttemptOutcome,
    detail: str | None,
) -> GoOn:
    """Try the documents in the action's place, then people."""
    denied = outcome is AttemptOutcome.DENIED
    return GoOn(
        without_call(state, call),
        turn,
        (attempt_after(call, outcome, detail, turn.now),),
        Why.ACTION_DENIED if denied else Why.ACTION_FAILED,
    )


def decide_rejection(
    state: Conversation, turn: Turn, answered: Answered, comment: str | None
) -> Step:
    """Hand to people the request whose answer did not help."""
    last = answered.attempts[-1]
    rejected = replace(
        last,
        outcome=AttemptOutcome.REJECTED_BY_USER,
        detail=excerpt(comment or "") or last.detail,
    )
    request = replace(answered.request, event_id=turn.event_id)
    return hand_off(
        state,
        turn,
        Why.ANSWER_REJECTED,
        (*answered.attempts[:-1], rejected),
        request=request,
    )


@dataclass(frozen=True, slots=True)
class News:
    """What an event says of an escalation besides its revision; None says nothing."""

    number: str = ""
    reason: str = ""
    status: str = "open"
    is_new_status: bool = False
    assigned: bool | None = None
    delivered: bool = False
    handed_back: bool = False


NO_NEWS = News()


def decide_escalation(
    state: Conversation,
    escalation_id: str,
    *,
    revision: int,
    at: datetime | None = None,
    news: News = NO_NEWS,
) -> Step:
    """Follow what people do with the conversation, and start afresh after them.

    They are done where it ended, and where they gave it back to the assistant.

    News of one escalation may come in any order; its newest revision counts, and an
    escalation that we never knew may end: then it was our latest hand-off's.
    """
    known = next(
        (each for each in state.escalations if each.escalation_id == escalation_id),
        None,
    )
    if known is not None and revision <= known.revision:
        return Step(Why.ESCALATION_KNOWN, state)
    others = tuple(each for each in state.escalations if each is not known)
    heard = _heard(known or Escalation(escalation_id, revision, over=False), news)
    heard = replace(heard, revision=revision)
    state = replace(state, escalations=(*others, heard)[-MAX_ESCALATIONS:])
    if not heard.over:
        return Step(Why.PEOPLE_TOOK_IT, replace(state, handed_off_at=None))
    if known is not None and known.over:
        return Step(Why.ESCALATION_KNOWN, state)
    done = with_progress(fresh_start(state), Progress(over_at=at) if at else None)
    return Step(Why.HANDED_BACK if news.handed_back else Why.PEOPLE_ARE_DONE, done)


def _heard(known: Escalation, news: News) -> Escalation:
    # What is only written to it later, a note or its delivery, takes nothing up again.
    taken_up = news.is_new_status or bool(news.assigned)
    handed_back = news.handed_back or (known.handed_back and not taken_up)
    return replace(
        known,
        over=handed_back or news.status in ENDED,
        number=news.number or known.number,
        reason=news.reason or known.reason,
        status=news.status,
        assigned=known.assigned if news.assigned is None else news.assigned,
        delivered=known.delivered or news.delivered,
        handed_back=handed_back,
    )


def decide_withdrawn(state: Conversation) -> Step:
    """Answer again a user who takes back a hand-off that nobody has yet.

    What people have, they let go of: news of the escalation tells it.
    """
    if state.handed_off_at is None:
        return Step(Why.RECORDED, state)
    return Step(Why.RECORDED, replace(state, handed_off_at=None))


def decide_closed(state: Conversation) -> Step:
    """Forget what was asked; whoever has the conversation keeps it."""
    after = replace(
        fresh_start(state),
        handed_off_at=state.handed_off_at,
        meanwhile=state.meanwhile,
    )
    # When people were done stays known: a late promise of their time is theirs.
    over_at = state.progress.over_at if state.progress else None
    progress = Progress(over_at=over_at) if over_at else None
    return Step(Why.CONVERSATION_CLOSED, with_progress(after, progress))


def _hosts(turn: Turn, call: Call) -> frozenset[str]:
    """Return the hosts an answer may name: the app's own page and the endpoint's."""
    page = (turn.context.session or {}).get("url")
    found = (host_of(each) for each in (page, call.endpoint) if isinstance(each, str))
    return frozenset(host for host in found if host)
