"""What happened in, one fact each: which topic is read by which row builder."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.analytics.domain.facts import (
    Collection,
    Fact,
    Outcome,
    should_time_change,
    values_of_change,
    values_of_delivery,
    values_of_opening,
    values_of_promise,
    values_of_request,
    values_of_score,
)
from services.analytics.domain.gaps.cases import flatten_state
from services.analytics.handlers.facts import MAX_COUNT, MAX_TEXT, fact_of, ms_between
from services.analytics.handlers.turns import on_conversation_event, on_reply
from shared import topics
from shared.events import (
    Attempt,
    Change,
    ConversationResolved,
    ConversationUnresolved,
    EscalationOpened,
    EscalationUpdated,
    NotificationDelivered,
    NotificationFailed,
    NotificationRequested,
    Resolution,
    is_report,
)
from shared.kafka.records import Record

# Plain strings, once: reading `.value` costs a call, and this is the hot path.
RESOLVED, UNRESOLVED = Outcome.RESOLVED.value, Outcome.UNRESOLVED.value
DELIVERED, FAILED = Outcome.DELIVERED.value, Outcome.FAILED.value
REQUESTS, ESCALATIONS = Collection.REQUESTS.value, Collection.ESCALATIONS.value
CHANGES, DELIVERIES = Collection.CHANGES.value, Collection.DELIVERIES.value
DELIVERY_REQUESTS = Collection.DELIVERY_REQUESTS.value
MAX_NAME = 256
"""Characters of a team member's name."""
MAX_ATTEMPTS = 50
MAX_DETAIL = 500
"""Characters of what an attempt said: an error's first line, a passage's beginning."""


def on_conversation_resolved(record: Record) -> Fact:
    """Return the fact that a request was answered."""
    event: ConversationResolved = record.event
    document = _request(record, event, RESOLVED)
    document["kind"] = event.kind
    document["name"] = event.name
    document["title"] = event.title
    document["reply_id"] = event.reply_id
    return fact_of(record, REQUESTS, document, values_of_request(RESOLVED, None))


def on_conversation_unresolved(record: Record) -> Fact:
    """Return the fact that nothing answered a request."""
    event: ConversationUnresolved = record.event
    document = _request(record, event, UNRESOLVED)
    document["reason"] = reason = str(event.reason)
    document["detail"] = event.detail
    document["language"] = event.language
    return fact_of(record, REQUESTS, document, values_of_request(UNRESOLVED, reason))


def on_escalation_opened(record: Record) -> Fact:
    """Return the fact that people were asked."""
    event: EscalationOpened = record.event
    document = {
        "_id": record.source_id,
        "app_id": event.app_id,
        "conversation_id": event.conversation_id,
        "at": event.opened_at,
        "escalation_id": event.escalation_id,
        "number": event.number,
        "request_id": event.request_id,
        "trigger_event_id": event.trigger_event_id,
        "user_id": event.user.id if event.user else None,
        "occurred_at": event.occurred_at,
        "reason": str(event.reason),
        "priority": event.priority,
        "route": event.route,
        "summary": event.summary[:MAX_TEXT],
        "text": (event.text or event.summary)[:MAX_TEXT],
        "detail": event.detail,
        "language": event.language,
        "tags": event.tags,
        "destinations": event.destinations,
        "waiting_since": event.waiting_since,
        "first_response_by": event.first_response_by,
        "resolution_by": event.resolution_by,
        "attempts": [_attempt(each) for each in event.attempts[:MAX_ATTEMPTS]],
        # Pairs, since a path's dots would be nested fields.
        "app_state": [
            {"path": path, "value": value}
            for path, value in flatten_state(event.app_state).items()
        ],
        "grouped": False,
    }
    return fact_of(record, ESCALATIONS, document, values_of_opening())


def on_escalation_updated(record: Record) -> Fact:
    """Return the fact that an escalation changed."""
    event: EscalationUpdated = record.event
    before, after = str(event.from_), str(event.to)
    document = {
        "_id": record.source_id,
        "app_id": event.app_id,
        "conversation_id": event.conversation_id,
        "at": event.at,
        "escalation_id": event.escalation_id,
        "number": event.number,
        "revision": min(event.revision, MAX_COUNT),
        "change": str(event.change),
        "from": before,
        "to": after,
        "actor": event.actor,
        "reason": event.reason,
    }
    if (promise := event.promise) is not None:
        document["promise"] = promise.model_dump()
    if (score := event.score) is not None:
        document["score"] = min(max(score, -MAX_COUNT), MAX_COUNT)
    if event.change == Change.ASSIGNED and event.text:
        document["assignee"] = event.text[:MAX_NAME]
    values = (
        *values_of_change(before, after),
        *values_of_promise(promise.state if promise else None),
        *values_of_score(document.get("score")),
    )
    if event.opened_at is None or not should_time_change(before, after):
        return fact_of(record, CHANGES, document, values)
    document["ms"] = ms_between(event.opened_at, event.at)
    return fact_of(record, CHANGES, document, values, after)


def on_notification_requested(record: Record) -> Fact | None:
    """Return the fact that a destination is to be sent something: it waits.

    Here and below, a report is none: it is no news of any escalation.
    """
    event: NotificationRequested = record.event
    if is_report(event.conversation_id):
        return None
    document = {
        "_id": record.source_id,
        "app_id": event.app_id,
        "conversation_id": event.conversation_id,
        "at": event.requested_at,
        "delivery_id": event.delivery_id,
        "escalation_id": event.escalation_id,
        "number": event.number,
        "destination_id": event.destination_id,
        "kind": event.kind,
        "waiting": True,
    }
    return fact_of(record, DELIVERY_REQUESTS, document, ())


def on_notification_delivered(record: Record) -> Fact | None:
    """Return the fact that a destination accepted a notification."""
    event: NotificationDelivered = record.event
    if is_report(event.conversation_id):
        return None
    document = _delivery(record, event, DELIVERED, event.delivered_at)
    document["recipients"] = len(event.recipients)
    document["ms"] = ms_between(event.occurred_at, event.delivered_at)
    values = values_of_delivery(DELIVERED, event.destination_id)
    return fact_of(record, DELIVERIES, document, values, DELIVERED)


def on_notification_failed(record: Record) -> Fact | None:
    """Return the fact that a notification was given up."""
    event: NotificationFailed = record.event
    if is_report(event.conversation_id):
        return None
    document = _delivery(record, event, FAILED, event.failed_at)
    document["reason"] = str(event.reason)
    values = values_of_delivery(FAILED, event.destination_id)
    return fact_of(record, DELIVERIES, document, values)


BUILDERS: Mapping[topics.Topic, Callable[[Record], Fact | None]] = {
    topics.CONVERSATION_EVENTS: on_conversation_event,
    topics.CONVERSATION_REPLIES: on_reply,
    topics.CONVERSATION_RESOLVED: on_conversation_resolved,
    topics.CONVERSATION_UNRESOLVED: on_conversation_unresolved,
    topics.ESCALATION_OPENED: on_escalation_opened,
    topics.ESCALATION_UPDATED: on_escalation_updated,
    topics.NOTIFICATION_REQUESTED: on_notification_requested,
    topics.NOTIFICATION_DELIVERED: on_notification_delivered,
    topics.NOTIFICATION_FAILED: on_notification_failed,
}
"""Every topic that analytics reads."""


def _request(record: Record, event: Resolution, outcome: str) -> dict[str, Any]:
    user, attempts = event.user, event.attempts
    return {
        "_id": record.source_id,
        "app_id": event.app_id,
        "conversation_id": event.conversation_id,
        "at": event.occurred_at,
        "request_id": event.request_id,
        "event_id": event.event_id,
        "user_id": user.id if user is not None else None,
        "outcome": outcome,
        "text": event.text[:MAX_TEXT],
        "attempts": len(attempts),
        "best_score": max([each.score for each in attempts]) if attempts else None,
        "tried": [_attempt(each) for each in attempts[:MAX_ATTEMPTS]],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "kind": attempt.kind,
        "name": attempt.name,
        "title": attempt.title,
        "score": attempt.score,
        "threshold": attempt.threshold,
        "outcome": str(attempt.outcome),
        "detail": (attempt.detail or "")[:MAX_DETAIL],
    }


def _delivery(
    record: Record,
    event: NotificationDelivered | NotificationFailed,
    outcome: str,
    at: datetime,
) -> dict[str, Any]:
    return {
        "_id": record.source_id,
        "app_id": event.app_id,
        "conversation_id": event.conversation_id,
        "at": at,
        "delivery_id": event.delivery_id,
        "escalation_id": event.escalation_id,
        "number": event.number,
        "destination_id": event.destination_id,
        "channel": event.channel,
        "outcome": outcome,
        "attempts": min(event.attempts, MAX_COUNT),
    }
