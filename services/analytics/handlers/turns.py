"""The turns of a conversation, one fact each: slim, only what outcomes are told by."""

from collections.abc import Mapping
from typing import Any

from services.analytics.domain.facts import TOLD, Collection, Fact
from services.analytics.handlers.facts import MAX_TEXT, fact_of, ms_between
from shared.events import (
    ActionResultReceived,
    FeedbackGiven,
    Handoff,
    MessageReceived,
)
from shared.events.conversation import AnyConversationEvent
from shared.events.replies import AnyReply, LaterReply
from shared.kafka.records import Record

TURNS = Collection.TURNS.value
MAX_USER_TEXT = 300
"""Characters of a user's words; a request's fact has more of them."""
MAX_MISSING = 20
MAX_TRIED = 5
USER, ASSISTANT, TEAMMATE = "user", "assistant", "teammate"


def on_conversation_event(record: Record) -> Fact:
    """Return the fact that somebody said or did something in a conversation."""
    event: AnyConversationEvent = record.event
    document = _turn(record, event.type, USER) | {"event_id": event.event_id}
    if isinstance(event, MessageReceived):
        document["speaker"] = event.message.role
        # What another assistant says is nobody's outcome: that it spoke is enough.
        if event.message.role == USER:
            document["text"] = event.message.text[:MAX_USER_TEXT]
    elif isinstance(event, FeedbackGiven):
        document["reply_id"] = event.reply_id
        document["rating"] = event.rating
        document["score"] = event.score
    elif isinstance(event, ActionResultReceived):
        document["call_id"] = event.call_id
        document["status"] = event.status
    else:
        document["text"] = (getattr(event, "text", None) or "")[:MAX_USER_TEXT]
    user = getattr(event, "user", None)
    document["user_id"] = user.id if user is not None else None
    return fact_of(record, TURNS, document, ())


def on_reply(record: Record) -> Fact:
    """Return the fact that the user was shown something."""
    reply: AnyReply | LaterReply = record.event
    document = _turn(record, reply.type, ASSISTANT)
    document["event_id"] = reply.in_reply_to
    document["reply_id"] = reply.reply_id
    document |= _particulars(reply)
    if isinstance(reply, Handoff) and reply.asked_at is not None:
        document["ms"] = ms_between(reply.asked_at, reply.occurred_at)
        return fact_of(record, TURNS, document, (), TOLD)
    return fact_of(record, TURNS, document, ())


def _turn(record: Record, kind: str, speaker: str) -> dict[str, Any]:
    event = record.event
    return {
        "_id": record.source_id,
        "app_id": event.app_id,
        "conversation_id": event.conversation_id,
        "at": event.occurred_at,
        "kind": kind,
        "speaker": speaker,
    }


def _particulars(reply: AnyReply | LaterReply) -> Mapping[str, Any]:
    """Return what is told of a reply by its type; nothing of one that came later."""
    match reply.type:
        case "answer":
            return {"meanwhile": getattr(reply, "meanwhile", False)}
        case "action_call":
            return {"call_id": getattr(reply, "call_id", None)}
        case "question":
            missing = getattr(reply, "missing", None) or []
            reason = getattr(reply, "reason", None)
            return {
                "missing": [str(each) for each in missing[:MAX_MISSING]],
                "reason": str(reason) if reason else None,
                "tried": list(getattr(reply, "tried", None) or ())[:MAX_TRIED],
            }
        case "handoff" | "receipt":
            return {
                "escalation_id": getattr(reply, "escalation_id", None),
                "status": getattr(reply, "status", None),
            }
        case "teammate_reply":
            return {
                "speaker": TEAMMATE,
                "escalation_id": getattr(reply, "escalation_id", None),
                "text": reply.text[:MAX_TEXT],
            }
    return {}
