"""Conversation events and news of escalations in; decisions out."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pydantic import BaseModel

from services.resolver import metrics
from services.resolver.domain.conversation import Call, Conversation
from services.resolver.domain.outcome import Calling, Decided, Step, Turn, Why
from services.resolver.resolve.calls import COLLECTION, CallEnded, call_row
from services.resolver.resolve.compose import compose
from services.resolver.resolve.resolver import Resolver
from shared import events, ids
from shared.kafka.deciding.decisions import Decision, Document, Timer
from shared.kafka.records import Record
from shared.mongo.lanes import ERASED
from shared.privacy.erasing import LaneErasure
from shared.topics import (
    CONVERSATION_EVENTS,
    CONVERSATION_REPLIES,
    ESCALATION_OPENED,
    ESCALATION_UPDATED,
)

TOPICS = (
    CONVERSATION_EVENTS,
    CONVERSATION_REPLIES,
    ESCALATION_OPENED,
    ESCALATION_UPDATED,
)
"""All that the consumer group reads, in the order in which one batch is worked."""
ACTION_TIMEOUT = "action_timeout"

Handler = Callable[[Conversation, Record], Awaitable[Decided]]


class Handlers:
    """The verb of the runtime's decision worker: one record in, one decision out."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._counted: dict[tuple[str, str], Any] = {}
        self._handlers: dict[type[BaseModel | Timer], Handler] = {
            events.MessageReceived: self.on_message,
            events.HandoffRequested: self.on_handoff_requested,
            events.ActionResultReceived: self.on_action_result,
            events.FeedbackGiven: self.on_feedback,
            events.ContactProvided: self.on_contact,
            events.ConversationWithdrawn: self.on_withdrawn,
            events.ConversationClosed: self.on_closed,
            events.EscalationOpened: self.on_escalation_opened,
            events.EscalationUpdated: self.on_escalation_updated,
            CallEnded: self.on_call_ended,
            Timer: self.on_timer,
        }

    async def __call__(
        self, state: Conversation, record: Record, fresh: Sequence[object]
    ) -> Decision[Conversation]:
        """Decide *record* from *state*."""
        del fresh  # the state holds all that the next decision depends on
        if isinstance(record.event, LaneErasure):
            return Decision(ERASED, Conversation())
        decided = await self._handlers[type(record.event)](state, record)
        self._count(decided.step)
        decision = decision_of(decided, record)
        if decision.state.user is not state.user:
            decision.user_id = _new_user(state.user, decision.state.user)
        return decision

    async def on_message(self, state: Conversation, record: Record) -> Decided:
        return await self._resolver.on_message(
            state, record.event, size=len(record.value)
        )

    async def on_handoff_requested(
        self, state: Conversation, record: Record
    ) -> Decided:
        return await self._resolver.on_handoff_requested(
            state, record.event, size=len(record.value)
        )

    async def on_action_result(self, state: Conversation, record: Record) -> Decided:
        return await self._resolver.on_action_result(state, record.event)

    async def on_feedback(self, state: Conversation, record: Record) -> Decided:
        return await self._resolver.on_feedback(state, record.event)

    async def on_contact(self, state: Conversation, record: Record) -> Decided:
        return await self._resolver.on_contact(state, record.event)

    async def on_withdrawn(self, state: Conversation, _: Record) -> Decided:
        return await self._resolver.on_withdrawn(state)

    async def on_closed(self, state: Conversation, _: Record) -> Decided:
        return await self._resolver.on_closed(state)

    async def on_escalation_opened(
        self, state: Conversation, record: Record
    ) -> Decided:
        return await self._resolver.on_escalation_opened(state, record.event)

    async def on_escalation_updated(
        self, state: Conversation, record: Record
    ) -> Decided:
        return await self._resolver.on_escalation_updated(state, record.event)

    async def on_call_ended(self, state: Conversation, record: Record) -> Decided:
        return await self._resolver.on_call_ended(state, record.event)

    async def on_timer(self, state: Conversation, record: Record) -> Decided:
        timer: Timer = record.event
        return await self._resolver.on_action_timeout(
            state, timer.lane, timer.payload["call_id"]
        )

    def _count(self, step: Step) -> None:
        labels = (step.outcome, step.why.value)
        counter = self._counted.get(labels)
        if counter is None:
            counter = self._counted[labels] = metrics.DECISIONS.labels(*labels)
        counter.inc()
        if step.why is Why.CONFIRMATION_ASKED and step.state.question is not None:
            metrics.MENTIONS.labels(step.state.question.mention).inc()


def _new_user(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    """Return the id of a user that the conversation was not known to be of."""
    known, found = (before or {}).get("id"), (after or {}).get("id")
    return "" if found is None or found == known else str(found)


def decision_of(decided: Decided, record: Record) -> Decision[Conversation]:
    """Return what the runtime stores and publishes for *decided*."""
    step, turn = decided.step, decided.turn
    if turn is None or step.outcome == "silent":
        return Decision(step.why.value, step.state)
    call = step.reply.call if isinstance(step.reply, Calling) else step.call
    said = [*decided.before, decided]
    return Decision(
        step.why.value,
        step.state,
        outputs=tuple(
            output
            for each in said
            if each.turn is not None
            for output in compose(each.step, each.turn, record)
        ),
        timers=() if call is None else (_timer(call, turn, record.lane),),
        documents=()
        if step.call is None
        else (Document(COLLECTION, call_row(step.call, turn), new=True),),
    )


def _timer(call: Call, turn: Turn, lane: str) -> Timer:
    return Timer(
        timer_id=ids.derive("timer", turn.app_id, call.call_id),
        lane=lane,
        due_at=call.due_at,
        kind=ACTION_TIMEOUT,
        payload={"call_id": call.call_id},
    )
