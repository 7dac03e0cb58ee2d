"""From a step to the events that tell of it."""

from typing import Any

from services.resolver.domain.conversation import Attempt
from services.resolver.domain.outcome import (
    Answering,
    Asking,
    Calling,
    Solved,
    Step,
    Turn,
    Unsolved,
    Waiting,
)
from services.resolver.domain.ranking import Candidate
from shared import events, ids
from shared.kafka.records import Outgoing, Record, outgoing, outgoing_body
from shared.topics import (
    CONVERSATION_REPLIES,
    CONVERSATION_RESOLVED,
    CONVERSATION_UNRESOLVED,
)

SOURCE = "resolver"


def compose(step: Step, turn: Turn, cause: Record) -> tuple[Outgoing, ...]:
    """Return what is published for *step*, in order."""
    result = () if step.result is None else (_published(step.result, turn, cause),)
    if step.reply is None:
        return result
    reply = reply_of(step.reply, turn)
    return (outgoing(CONVERSATION_REPLIES, reply, source=SOURCE, cause=cause), *result)


def reply_of(reply: Answering | Calling | Asking | Waiting, turn: Turn) -> events.Reply:
    """Return *reply* as the contract's event."""
    match reply:
        case Answering():
            return events.Answer(
                **_common(turn, "answer", reply.text),
                citations=[_citation(each) for each in reply.citations],
                meanwhile=reply.meanwhile,
            )
        case Waiting():
            return events.Receipt(
                **_common(turn, "waiting", reply.text),
                escalation_id=reply.escalation_id,
                number=reply.number,
                status="waiting",
            )
        case Calling():
            return events.ActionCall(
                **_common(turn, "action_call", reply.text),
                call_id=reply.call.call_id,
                action=reply.call.action,
                arguments=reply.call.arguments,
                approval_required=reply.call.approval_required,
            )
        case Asking():
            return events.Question(
                **_common(turn, "question", reply.text),
                missing=list(reply.missing),
                reason=reply.why.value if reply.why else None,
                tried=list(reply.tried),
            )


def attempt_of(attempt: Attempt) -> events.Attempt:
    """Return *attempt* as the contract's value."""
    return events.Attempt(
        kind=attempt.kind,
        name=attempt.name,
        title=attempt.title,
        score=round(attempt.score, 4),
        threshold=attempt.threshold,
        outcome=events.AttemptOutcome(attempt.outcome.value),
        detail=attempt.detail,
        arguments=attempt.arguments,
        started_at=attempt.started_at,
        duration_ms=attempt.duration_ms,
    )


def _published(result: Solved | Unsolved, turn: Turn, cause: Record) -> Outgoing:
    body = _request(result, turn)
    if isinstance(result, Unsolved):
        topic = CONVERSATION_UNRESOLVED
        body["reason"] = result.why.value
        body["detail"] = result.detail
        body["language"] = result.language
    else:
        topic = CONVERSATION_RESOLVED
        body["kind"] = result.kind
        body["name"] = result.name
        body["title"] = result.title
        body["reply_id"] = turn.reply_id
    return outgoing_body(
        topic, body, identity=body["request_id"], source=SOURCE, cause=cause
    )


def _request(result: Solved | Unsolved, turn: Turn) -> dict[str, Any]:
    """Return what both results have, as `shared.events.Resolution` would say it."""
    request, context = result.request, turn.context
    user = context.user
    return {
        "app_id": turn.app_id,
        "conversation_id": turn.conversation_id,
        "occurred_at": request.at,
        "schema_version": 1,
        "causation_id": turn.event_id,
        "request_id": ids.derive("request", turn.app_id, request.event_id),
        "event_id": request.event_id,
        "text": request.text,
        # A contact given before any user was named has no id, and is no user yet.
        "user": user if user and "id" in user else None,
        "session": context.session,
        "app_state": context.app_state,
        "attempts": [_attempt_body(each) for each in result.attempts],
    }


def _attempt_body(attempt: Attempt) -> dict[str, Any]:
    return {
        "kind": attempt.kind,
        "name": attempt.name,
        "title": attempt.title,
        "score": round(attempt.score, 4),
        "threshold": attempt.threshold,
        "outcome": attempt.outcome.value,
        "detail": attempt.detail,
        "arguments": attempt.arguments,
        "started_at": attempt.started_at,
        "duration_ms": attempt.duration_ms,
    }


def _common(turn: Turn, kind: str, text: str) -> dict[str, Any]:
    return {
        "reply_id": turn.reply_id_of(kind),
        "app_id": turn.app_id,
        "conversation_id": turn.conversation_id,
        "in_reply_to": turn.event_id,
        "occurred_at": turn.now,
        "causation_id": turn.event_id,
        "text": text,
    }


def _citation(candidate: Candidate) -> events.Citation:
    passage = candidate.passage
    return events.Citation(
        document_id=candidate.name,
        title=candidate.title,
        url=passage.url if passage else None,
        passage=candidate.text,
        score=round(candidate.score, 4),
    )
