"""Tell a user by when a person answers, and remember that they were told."""

from dataclasses import replace
from datetime import datetime

from services.escalator.domain.conversation import Escalation
from services.escalator.domain.promises.expectation import warn_at
from services.escalator.escalate.drafting.draft import Draft
from services.escalator.escalate.drafting.promised import (
    PROMISE_NEAR,
    new_promise,
    of_promise,
)
from services.escalator.escalate.promises.expecting import expecting
from services.escalator.escalate.promises.hours import calendar_of


def with_expectation(draft: Draft, escalation: Escalation) -> Escalation:
    """Return *escalation* with the time that its user is told now, if there is one."""
    return expecting(
        draft.app.preferences,
        draft.past,
        draft.conversation,
        escalation,
        now=draft.now,
    )


def without_past_time(escalation: Escalation, *, now: datetime) -> Escalation:
    """Return *escalation* without a time that has passed: nobody is told that again."""
    at = escalation.expected_by
    if at is None or (at > now and not escalation.closed):
        return escalation
    return replace(escalation, expected_by=None)


def promise(
    draft: Draft, escalation: Escalation, text: str, *, missed: int = 0
) -> Escalation:
    """Return *escalation* with the promise that *text* told its user.

    Its timer is stored with this decision: neither can be without the other.
    """
    if escalation.expected_by is None or escalation.promised is not None:
        return escalation
    made = new_promise(escalation, text=text, now=draft.now, missed=missed)
    draft.stored.append(of_promise(draft.conversation, escalation, made))
    calendar = calendar_of(draft.app.preferences.hours)
    draft.later(
        PROMISE_NEAR,
        warn_at(calendar, told_at=draft.now, due_at=made.due_at),
        made.promise_id,
        escalation_id=escalation.escalation_id,
        promise_id=made.promise_id,
    )
    return replace(escalation, promised=made)
