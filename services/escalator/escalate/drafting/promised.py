"""Promises as they are stored: each time that a user was told, and how it ended."""

from datetime import datetime
from typing import Any

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.promises.promise import (
    Promise,
    PromiseState,
    Settlement,
)
from shared import ids
from shared.events import PromiseUpdate
from shared.kafka.deciding.decisions import Document
from shared.text import cut

PROMISES = "escalator_promises"
"""Every time that a user was told, one document each."""
PROMISE_NEAR = "promise_near"
PROMISE_MISSED = "promise_missed"
TIMERS = (PROMISE_NEAR, PROMISE_MISSED)
MAX_TOLD_CHARS = 2000
"""Of the text that is kept in the state until the promise is settled."""


def new_promise(
    escalation: Escalation, *, text: str, now: datetime, missed: int = 0
) -> Promise:
    """Return the promise of `expected_by`, which *text* told its user."""
    assert escalation.expected_by is not None
    due = escalation.expected_by
    return Promise(
        promise_id=ids.derive("promise", escalation.escalation_id, due.isoformat()),
        kind="first_response" if escalation.answered_at is None else "reply",
        promised_at=now,
        due_at=due,
        told_text=cut(text, MAX_TOLD_CHARS),
        missed=missed,
    )


def of_promise(
    conversation: Conversation, escalation: Escalation, promise: Promise
) -> Document:
    """Return *promise* as it is stored when it is made."""
    return _document(conversation, escalation, promise, {"state": PromiseState.OPEN})


def of_settlement(
    conversation: Conversation,
    escalation: Escalation,
    settled: Settlement,
    *,
    at: datetime,
) -> Document:
    """Return a promise as it is stored when its user waits for it no longer."""
    facts = {
        "state": settled.state,
        "settled_at": at,
        "settled_because": settled.because,
    }
    return _document(conversation, escalation, settled.promise, facts)


def _document(
    conversation: Conversation,
    escalation: Escalation,
    promise: Promise,
    facts: dict[str, Any],
) -> Document:
    state = facts["state"]
    return Document(
        PROMISES,
        {
            "_id": promise.promise_id,
            "revision": escalation.revision,
            "settled_at": None,
            "settled_because": None,
            **facts,
            "state": state.value,
        },
        new=state is PromiseState.OPEN,
        fixed={
            "app_id": conversation.app_id,
            "conversation_id": conversation.conversation_id,
            "escalation_id": escalation.escalation_id,
            "number": escalation.number,
            "kind": promise.kind,
            "promised_at": promise.promised_at,
            "due_at": promise.due_at,
            "told_text": promise.told_text,
        },
    )


def to_update(settled: Settlement) -> PromiseUpdate:
    """Return what is published of a promise that is settled."""
    promise = settled.promise
    return PromiseUpdate(
        promise_id=promise.promise_id,
        kind=promise.kind,
        promised_at=promise.promised_at,
        due_at=promise.due_at,
        state=settled.state.value,
    )
