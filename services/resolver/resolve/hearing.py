"""Hear what people do with a conversation, and tell its user what was owed."""

from dataclasses import replace
from datetime import datetime

from services.resolver.domain.conversation import Conversation
from services.resolver.domain.course.meanwhile import acknowledge, owing_nothing
from services.resolver.domain.follow import News, decide_escalation
from services.resolver.domain.outcome import Decided, Step, Turn
from services.resolver.domain.ranking import Rules
from services.resolver.resolve.memory import context_of
from shared.events import (
    Change,
    EscalationOpened,
    EscalationUpdated,
)


def hear_opened(
    state: Conversation, event: EscalationOpened, rules: Rules, now: datetime
) -> Decided:
    """Leave the conversation to people."""
    news = News(event.number, str(event.reason))
    step = decide_escalation(state, event.escalation_id, revision=0, news=news)
    return _say_owed(step, event, rules, now)


def hear_updated(
    state: Conversation, event: EscalationUpdated, rules: Rules, now: datetime
) -> Decided:
    """Follow the escalation; once people are done with it, start afresh."""
    news = News(
        number=event.number,
        status=str(event.to),
        is_new_status=event.to != event.from_,
        assigned=bool(event.text) if event.change == Change.ASSIGNED else None,
        delivered=event.change == Change.DELIVERED,
        handed_back=event.change == Change.HANDED_BACK,
    )
    step = decide_escalation(
        state, event.escalation_id, revision=event.revision, at=event.at, news=news
    )
    return _say_owed(step, event, rules, now)


def _say_owed(
    step: Step,
    event: EscalationOpened | EscalationUpdated,
    rules: Rules,
    now: datetime,
) -> Decided:
    """Acknowledge each message that came before the escalation's number was known."""
    owing = step.state.meanwhile.owing if step.state.meanwhile else ()
    state = owing_nothing(step.state)
    told: list[Decided] = []
    for owed in owing:
        turn = Turn(
            event.app_id,
            event.conversation_id,
            owed.event_id,
            owed,
            context_of(state),
            now,
        )
        said = acknowledge(state, turn, rules, at_once=True)
        state = said.state
        if said.reply is not None:
            told.append(Decided(said, turn))
    if not told:
        return Decided(replace(step, state=state))
    *before, last = told
    return replace(last, before=tuple(before))
