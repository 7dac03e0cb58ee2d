"""From a step to the events that tell of it."""

from typing import Any

from pydantic import BaseModel

from services.resolver.domain.conversation import Attempt
from services.resolver.domain.outcome import (
    Answering,
    Asking,
    Calling,
    Context,
    Solved,
    Step,
    Turn,
    Unsolved,
)
from services.resolver.domain.ranking import Candidate
from shared import events, ids
from shared.topics import (
    CONVERSATION_REPLIES,
    CONVERSATION_RESOLVED,
    CONVERSATION_UNRESOLVED,
    Topic,
)


def compose(step: Step, turn: Turn) -> list[tuple[Topic, BaseModel]]:
    """Return what is published for *step*, in order."""
    told: list[tuple[Topic, BaseModel]] = []
    if step.reply is not None:
        told.append((CONVERSATION_REPLIES, reply_of(step.reply, turn)))
    match step.result:
        case Solved():
            told.append((CONVERSATION_RESOLVED, _resolved(step.result, turn)))
        case Unsolved():
            told.append((CONVERSATION_UNRESOLVED, _unresolved(step.result, turn)))
        case None:
            pass
    return told


def reply_of(reply: Answering | Calling | Asking, turn: Turn) -> events.Reply:
    """Return *reply* as the contract's event."""
    match reply:
        case Answering():
            return events.Answer(
                **_common(turn, "answer", reply.text),
                citations=[_citation(each) for each in reply.citations],
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
                **_common(turn, "question", reply.text), missing=list(reply.missing)
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
        started_at=attempt.started_at,
        duration_ms=attempt.duration_ms,
    )


def _resolved(solved: Solved, turn: Turn) -> events.ConversationResolved:
    return events.ConversationResolved(
        **_request(solved, turn),
        kind=solved.kind,
        name=solved.name,
        title=solved.title,
        reply_id=turn.reply_id,
    )


def _unresolved(unsolved: Unsolved, turn: Turn) -> events.ConversationUnresolved:
    return events.ConversationUnresolved(
        **_request(unsolved, turn), reason=events.Reason(unsolved.why.value)
    )


def _request(result: Solved | Unsolved, turn: Turn) -> dict[str, Any]:
    request = result.request
    return {
        "request_id": ids.derive("request", turn.app_id, request.event_id),
        "event_id": request.event_id,
        "app_id": turn.app_id,
        "conversation_id": turn.conversation_id,
        "occurred_at": request.at,
        "causation_id": turn.event_id,
        "text": request.text,
        "attempts": [attempt_of(each) for each in result.attempts],
        **_context(turn.context),
    }


def _context(context: Context) -> dict[str, Any]:
    user = context.user
    return {
        # A contact given before any user was named has no id, and is no user yet.
        "user": user if user and "id" in user else None,
        "session": context.session,
        "app_state": context.app_state,
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
