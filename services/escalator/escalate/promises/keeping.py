"""What happens to a promise whose time comes: people hear before, the user at the miss.

Each step is a timer that is stored with the decision before it: after a stop of any
length they go on from where they were, once.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.promises.promise import Promise, PromiseState
from services.escalator.escalate.acknowledgement.levels import (
    notify_next_level,
    quiet_until,
)
from services.escalator.escalate.drafting import replies
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.drafting.promised import PROMISE_MISSED, PROMISE_NEAR
from services.escalator.escalate.ports import Fresh, Ports
from services.escalator.escalate.promises.expecting import expect
from services.escalator.escalate.promises.promising import promise
from shared.events import Change, rfc3339
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

MAX_NEW_TIMES = 2
"""Times that a user is told in place of missed ones. After that they hear once more,
without a time: nobody would believe a fourth."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Watches over what users were told."""

    ports: Ports

    async def on_promise_near(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Tell the next level that a user's time is nearly over."""
        owed = _owed(state, record.event)
        if owed is None:
            return Decision("no_longer_owed", state)
        escalation, owing = owed
        draft = self.ports.draft(state, record)
        _await_miss(draft, escalation, owing)
        # It is timed in business hours where the promise has any.
        quiet = quiet_until(draft, escalation, draft.now) != draft.now
        if not quiet and not escalation.carried:
            history = await self.ports.history(draft, fresh)
            said = _nearly_over(escalation, owing, draft.now)
            await notify_next_level(draft, history, escalation, said)
        return draft.decision(PROMISE_NEAR)

    async def on_promise_missed(
        self, state: Conversation, record: Record, _: Fresh
    ) -> Decision[Conversation]:
        """Tell the user the new time, unasked; the last time that there is none."""
        owed = _owed(state, record.event)
        if owed is None:
            return Decision("no_longer_owed", state)
        escalation, owing = owed
        draft = self.ports.draft(state, record)
        if draft.now < owing.due_at:  # fired by a clock that is ahead of this one
            _await_miss(draft, escalation, owing)
            return draft.decision("not_missed_yet")
        _miss(draft, escalation, owing)
        return draft.decision(PROMISE_MISSED)


def _miss(draft: Draft, escalation: Escalation, owing: Promise) -> None:
    at = None
    if owing.missed < MAX_NEW_TIMES:
        at = expect(
            draft.app.preferences,
            draft.past,
            draft.conversation,
            escalation,
            now=draft.now,
            missed=owing.missed + 1,
        )
    state = PromiseState.BROKEN if at is None else PromiseState.RESCHEDULED
    missed = draft.update(
        replace(escalation, expected_by=at),
        Change.PROMISE_MISSED,
        actor=HANDRAIL,
        reason=state.value,
        text=None if at is None else rfc3339(at),
    )
    text = replies.receipt(draft, missed, PromiseState.RESCHEDULED.value)
    draft.put(promise(draft, missed, text or "", missed=owing.missed + 1))


def _await_miss(draft: Draft, escalation: Escalation, owing: Promise) -> None:
    """Set the timer of the miss; one that has fired is over, so another has its id."""
    fired = draft.record.event.kind == PROMISE_MISSED
    draft.later(
        PROMISE_MISSED,
        owing.due_at,
        owing.promise_id,
        *((draft.record.source_id,) if fired else ()),
        escalation_id=escalation.escalation_id,
        promise_id=owing.promise_id,
    )


def _nearly_over(escalation: Escalation, owing: Promise, now: datetime) -> str:
    minutes = max(0, round((owing.due_at - now).total_seconds() / 60))
    return (
        f"{escalation.number}: its user was told {owing.due_at:%Y-%m-%d %H:%M} UTC, in "
        f"{minutes} min, and nobody has answered yet."
    )


def _owed(state: Conversation, timer: Timer) -> tuple[Escalation, Promise] | None:
    """Return the promise that *timer* is about, with its escalation, if it is open."""
    escalation = state.find(timer.payload["escalation_id"])
    owing = escalation.promised if escalation is not None else None
    if escalation is None or owing is None or escalation.closed:
        return None
    if owing.promise_id != timer.payload["promise_id"]:
        return None
    return escalation, owing
