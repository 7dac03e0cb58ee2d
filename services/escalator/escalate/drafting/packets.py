"""The packet a destination receives: whole at the opening, the news afterwards."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from services.escalator.domain.conversation import (
    Conversation,
    Escalation,
    Json,
    Request,
)
from services.escalator.domain.receipts.delivery import Delivery, DeliveryStatus
from services.escalator.domain.transcripts.line import Line
from services.escalator.domain.transcripts.packing import (
    DECISION_BYTES,
    PACKET_BYTES,
    Packet,
)
from services.escalator.domain.transcripts.projection import merge_user
from services.escalator.domain.transcripts.transcript import (
    FOLLOW_UP_LINES,
    fit_lines,
    order_lines,
)
from services.escalator.escalate.drafting import written
from services.escalator.escalate.drafting.draft import MAX_TEXT, Draft
from services.escalator.escalate.grouping import asking
from services.escalator.escalate.ports import History
from shared.events import rfc3339

REQUEST = "request"
"""Timer of a destination that had no room in the decision to ask it."""


def opened(
    draft: Draft, escalation: Escalation, request: Request, packet: Packet
) -> Json:
    """Return the packet of *escalation* as it is opened for *request*, in context."""
    return _essentials(draft, escalation) | {
        "causation_id": draft.record.source_id,
        "request_id": request.request_id,
        "conversation": to_transcript(packet.lines),
        "conversation_omitted": packet.omitted,
        "priority_before": request.priority or "normal",
        "user": written.to_user(request.user),
        "session": written.to_session(request.session),
        "app_state": request.app_state,
        "attempts": request.attempts,
        "text": request.text,
        "destinations": list(escalation.deliveries),
        "settings_version": draft.app.settings_version or draft.app.version,
        "links": _links(draft.public_url, escalation),
    }


def of_request(request: Request) -> Json:
    """Return what a packet says of *request* alone."""
    return {
        "occurred_at": rfc3339(request.occurred_at),
        "reason": str(request.reason),
        "detail": request.detail,
        "session": written.to_session(request.session),
        "app_state": request.app_state,
        "attempts": list(request.attempts),
    }


def _essentials(draft: Draft, escalation: Escalation) -> Json:
    return {
        **_EMPTY,
        "app_id": draft.conversation.app_id,
        "conversation_id": draft.conversation.conversation_id,
        "occurred_at": escalation.occurred_at,
        "escalation_id": escalation.escalation_id,
        "number": escalation.number,
        "trigger_event_id": escalation.trigger_event_id,
        "opened_at": escalation.opened_at,
        "reason": str(escalation.reason),
        "detail": escalation.detail,
        "summary": escalation.summary,
        "priority": escalation.priority,
        "tags": escalation.tags,
        "language": escalation.language,
        "route": escalation.route,
        "because": escalation.because,
        "pattern": escalation.pattern,
        "assistant": _assistant(draft.conversation),
        "waiting_since": escalation.waiting_since,
        "first_response_by": escalation.first_response_by,
        "resolution_by": escalation.resolution_by,
    }


def _assistant(conversation: Conversation) -> Json | None:
    name, message = conversation.assistant, conversation.escalation_message
    return {"name": name, "escalation_message": message} if name or message else None


_EMPTY: Json = {
    "schema_version": 1,
    "causation_id": None,
    "request_id": "",
    "conversation_omitted": 0,
    "user": None,
    "session": None,
    "app_state": None,
    "attempts": (),
    "links": {},
    "text": "",
    "destinations": (),
    "settings_version": None,
    "priority_before": "normal",
}
"""What a packet says where nothing is known."""


def nameless(draft: Draft, escalation: Escalation) -> bytes:
    """Return a packet of *escalation* that holds nothing of its user."""
    return written.write(
        _essentials(draft, escalation)
        | {
            "causation_id": draft.record.source_id,
            "conversation": (),
            "occurred_at": draft.now,
            "trigger_event_id": "",
            "links": _links(draft.public_url, escalation),
        }
    )


def _links(public_url: str, escalation: Escalation) -> dict[str, str]:
    origin = public_url.rstrip("/")
    return {
        "api": f"{origin}/escalator/v1/escalations/{escalation.escalation_id}",
        "dashboard": f"{origin}/#/escalations/{escalation.escalation_id}",
    }


def to_transcript(lines: Sequence[Line]) -> list[Json]:
    """Return *lines* in the contract's words."""
    return [
        {
            "role": line.role,
            "text": line.text,
            "occurred_at": line.occurred_at,
            "occurred_at_sent": line.occurred_at_sent,
            "attachments": line.attachments,
        }
        for line in lines
    ]


def send(
    draft: Draft,
    escalation: Escalation,
    destination_id: str,
    packet: bytes,
    *,
    kind: str = "opened",
    text: str | None = None,
) -> None:
    """Ask for *packet* to be sent, now or, where this decision is full, in its own.

    What a silence keeps back is sent when that ends; what others may go with, they
    are asked about.
    """
    if escalation.silenced_by is not None:
        return
    if asking.should_ask(draft, escalation, kind):
        asking.ask(draft, escalation, destination_id, kind=kind, text=text or "")
        return
    weight = sum(len(output.value) for output in draft.outputs)
    if weight + len(packet) <= DECISION_BYTES:
        draft.request(escalation, destination_id, packet, kind=kind, text=text)
        return
    draft.later(
        REQUEST,
        draft.now,
        escalation.escalation_id,
        destination_id,
        str(escalation.revision),
        escalation_id=escalation.escalation_id,
        destination_id=destination_id,
        news=kind,
        revision=str(escalation.revision),
        text=(text or "")[:MAX_TEXT],
    )


async def send_news(
    draft: Draft, history: History, escalation: Escalation
) -> Escalation:
    """Ask every destination that accepted to be sent what was added since."""
    texts = history.added.get(escalation.escalation_id, [])
    packet: bytes | None = None
    for destination_id, delivery in escalation.deliveries.items():
        behind = delivery.added < escalation.added
        if delivery.status is not DeliveryStatus.DELIVERED or not behind:
            continue
        packet = packet or await latest(draft, history, escalation)
        send(
            draft,
            escalation,
            destination_id,
            packet,
            kind="message_added",
            text="\n\n".join(texts[delivery.added : escalation.added]),
        )
    return draft.put(replace(escalation, deliveries=_caught_up(escalation)))


def _caught_up(escalation: Escalation) -> dict[str, Any]:
    return {
        destination_id: replace(delivery, added=escalation.added)
        if delivery.status is DeliveryStatus.DELIVERED
        else delivery
        for destination_id, delivery in escalation.deliveries.items()
    }


async def send_again(
    draft: Draft,
    history: History,
    escalation: Escalation,
    *,
    kind: str,
    text: str | None = None,
) -> None:
    """Ask every destination that accepted to be told of *kind*."""
    if not any(_accepted(each) for each in escalation.deliveries.values()):
        return
    packet = await latest(draft, history, escalation)
    for destination_id, delivery in escalation.deliveries.items():
        if _accepted(delivery):
            send(draft, escalation, destination_id, packet, kind=kind, text=text)


def _accepted(delivery: Delivery) -> bool:
    return delivery.status is DeliveryStatus.DELIVERED


async def latest(draft: Draft, history: History, escalation: Escalation) -> bytes:
    """Return the packet with the conversation's last lines and the user's contact."""
    lines = order_lines(history.lines)
    kept, _ = fit_lines(lines[-FOLLOW_UP_LINES:], room=PACKET_BYTES // 12)
    stored = await history.packet(escalation)
    # Without one it is older than what the ledger keeps.
    packet = orjson.loads(stored) if stored else _essentials(draft, escalation)
    packet |= history.asked.get(escalation.escalation_id, {})
    conversation = draft.conversation
    user = merge_user(packet["user"], conversation.user, conversation.contact)
    return written.write(
        packet
        | {
            "conversation": to_transcript(kept),
            "conversation_omitted": len(lines) - len(kept),
            "user": written.to_user(user),
            "priority": escalation.priority,
            "tags": escalation.tags,
        }
    )
