"""The read model's documents: what the inbox shows, and where each is kept."""

from datetime import datetime
from typing import Any

import orjson

from services.escalator.domain.conversation import (
    Conversation,
    Escalation,
    Json,
    Request,
)
from services.escalator.domain.inbox.words import words_of_row
from services.escalator.domain.lifecycle.consultations import (
    Consultation,
    state_shown,
)
from services.escalator.domain.promises.targets import due_at
from shared import ids
from shared.events import EscalationUpdated
from shared.kafka.deciding.decisions import Document

ESCALATIONS = "escalator_escalations"
"""How each escalation stands: small, replaced with every change. The packet itself is
not repeated here: the ledger holds it in the decision that published it."""
UPDATES = "escalator_updates"
"""Every change, one document each."""


CONSULTATIONS = "escalator_consultations"
"""Questions to people, one document each."""


def delivery_id_of(escalation: Escalation, destination_id: str, revision: int) -> str:
    """Return the id under which *destination_id* is sent this revision's news."""
    return ids.derive(
        "delivery", escalation.escalation_id, destination_id, str(revision)
    )


def of_escalation(
    conversation: Conversation, escalation: Escalation, *, now: datetime, new: bool
) -> Document:
    """Return how *escalation* stands; *new*: this decision opens it."""
    contact, user = conversation.contact, conversation.user or {}
    who = {
        "user": {key: user.get(key) for key in ("id", "name", "email")},
        "contact": contact and {"email": contact.email, "name": contact.name},
    }
    words = words_of_row({**who, "summary": escalation.summary})
    return Document(
        ESCALATIONS,
        {
            **who,
            "words": words,
            "_id": escalation.escalation_id,
            "revision": escalation.revision,
            "status": escalation.status.value,
            "updated_at": now,
            "closed_at": now if escalation.closed else None,
            "told": escalation.told.value,
            "told_at": escalation.told_at,
            "assignee": escalation.assignee,
            "acknowledged_by": escalation.acknowledged_by,
            "consultations": [
                to_row(each, ended=escalation.closed)
                for each in conversation.consultations
                if each.escalation_id == escalation.escalation_id
            ],
            "unclaimed_since": escalation.unclaimed_since,
            "snoozed_until": escalation.snoozed_until,
            "deliveries": _deliveries(escalation),
            "merged_into": escalation.merged_into,
            "merged": [merged for merged, _ in escalation.merged],
            "priority": escalation.priority,
            "tags": list(escalation.tags),
            "pattern": escalation.pattern,
            "expected_by": escalation.expected_by,
            "language": escalation.language,
            "score": escalation.score,
            "waiting_since": escalation.waiting_since,
            "first_response_by": escalation.first_response_by,
            "resolution_by": escalation.resolution_by,
            "due_at": due_at(escalation),
            "silenced_by": escalation.silenced_by,
            "known_issue": escalation.known_issue,
        },
        new=new,
        fixed={
            "app_id": conversation.app_id,
            "conversation_id": conversation.conversation_id,
            "number": escalation.number,
            "reason": str(escalation.reason),
            "detail": escalation.detail,
            "summary": escalation.summary,
            "occurred_at": escalation.occurred_at,
            "opened_at": escalation.opened_at,
            "opened_by": escalation.opened_by,
            "split_from": escalation.split_from,
            "route": escalation.route,
            "because": escalation.because,
        },
    )


def to_row(one: Consultation, *, ended: bool) -> Json:
    """Return a consultation as it is shown; *ended*: its escalation is over."""
    return {
        "consultation_id": one.consultation_id,
        "question": one.question,
        "to": one.to,
        "state": state_shown(one, ended=ended).value,
        "asked_by": one.asked_by,
        "asked_at": one.asked_at,
        "expires_at": one.expires_at,
        "answer": one.answer or None,
        "answered_by": one.answered_by,
        "answered_at": one.answered_at,
    }


def of_consultation(
    conversation: Conversation, one: Consultation, *, now: datetime
) -> Document:
    """Return a consultation as it is found by its id."""
    app_id, conversation_id = conversation.app_id, conversation.conversation_id
    return Document(
        CONSULTATIONS,
        {
            "_id": one.consultation_id,
            "revision": 1 if one.answered_at is None else 2,
            "app_id": app_id,
            "conversation_id": conversation_id,
            "lane": ids.conversation_key(app_id, conversation_id),
            "escalation_id": one.escalation_id or None,
            "at": now,
            **to_row(one, ended=False),
        },
    )


def _deliveries(escalation: Escalation) -> list[dict[str, Any]]:
    # A list: a destination's id may hold a dot, which MongoDB reads as a path.
    return [
        {
            "destination_id": destination_id,
            "status": delivery.status.value,
            "proof": delivery.proof,
            "at": delivery.at,
        }
        for destination_id, delivery in escalation.deliveries.items()
    ]


def of_update(
    update: EscalationUpdated, request: Request | None, *, again: bool
) -> Document:
    """Return one change, from what is published of it.

    *request* came with it; *again*: it is what the user asks now, and its context that
    of the escalation.
    """
    asked = {}
    if request is not None and again:
        # As JSON, which may hold any key.
        context = {"session": request.session, "app_state": request.app_state}
        asked["context"] = orjson.dumps(context).decode()
    attempts = request.attempts if request else ()
    return Document(
        UPDATES,
        {
            "_id": update.update_id,
            "app_id": update.app_id,
            "escalation_id": update.escalation_id,
            "revision": update.revision,
            "change": str(update.change),
            "from": str(update.from_),
            "to": str(update.to),
            "actor": update.actor,
            "at": update.at,
            "reason": update.reason,
            "text": update.text,
            "attempts": [_storable(each) for each in attempts],
            **asked,
        },
        new=True,
    )


def _storable(attempt: Json) -> Json:
    """Return *attempt* with its arguments as JSON, which may hold any key."""
    arguments = attempt.get("arguments")
    if not arguments:
        return attempt
    return attempt | {"arguments": orjson.dumps(arguments).decode()}
