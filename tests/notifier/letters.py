"""Requests, deliveries and letters as the escalator causes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.notifier.deliver.ports import Letter
from services.notifier.domain.delivery import Delivery
from services.notifier.handlers import on_notification_requested
from shared import ids
from shared.events import (
    Attempt,
    EscalationOpened,
    NotificationRequested,
    PatternRef,
    Session,
    TranscriptLine,
    User,
)
from shared.kafka.records import Record
from shared.topics import NOTIFICATION_REQUESTED

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
STORY = "I'm getting error 500 when I try to upload files larger than 10MB"


def make_packet(**changes: Any) -> EscalationOpened:
    """Return the story's packet; *changes* replace fields."""
    facts: dict[str, Any] = {
        "app_id": "acme",
        "conversation_id": "c-42",
        "occurred_at": AT,
        "escalation_id": ids.derive("escalation", "acme", "c-42", "e-1"),
        "number": "ESC-1042",
        "opened_at": AT + timedelta(seconds=1),
        "reason": "low_confidence",
        "priority": "normal",
        "summary": STORY,
        "conversation": [
            TranscriptLine(
                role="assistant",
                text="Hi! How can I help?",
                occurred_at=AT - timedelta(seconds=40),
            ),
            TranscriptLine(role="user", text=STORY, occurred_at=AT),
        ],
        "user": User(
            id="u-7", name="Ana", email="ana@example.com", traits={"plan": "pro"}
        ),
        "session": Session(
            id="s-9",
            url="https://app.example.com/files",
            locale="en-GB",
            timezone="Europe/Lisbon",
        ),
        "app_state": {"route": "/files", "last_request": {"status": 500}},
        "attempts": [
            _attempt("action", "retry_upload", "Retry an upload", 0.31, 0.6),
            _attempt("document", "upload-limits", "Upload limits", 0.52, 0.65),
        ],
        "pattern": PatternRef(id="p-1", label="Large uploads fail", size=12),
        "links": {"inbox": "https://handrail.example.com/inbox/ESC-1042"},
    }
    return EscalationOpened(**facts | changes)


def _attempt(kind: Any, name: str, title: str, score: float, needs: float) -> Attempt:
    return Attempt(
        kind=kind,
        name=name,
        title=title,
        score=score,
        threshold=needs,
        outcome="below_threshold",
        detail=f"The nearest {kind}",
        started_at=AT,
    )


def make_request(**changes: Any) -> NotificationRequested:
    """Return a request for the story; *changes* replace fields."""
    packet = changes.pop("packet", None) or make_packet()
    revision = changes.get("revision", 0)
    destination = changes.get("destination_id", "team-mail")
    facts: dict[str, Any] = {
        "app_id": packet.app_id,
        "conversation_id": packet.conversation_id,
        "occurred_at": packet.occurred_at,
        "delivery_id": ids.derive(
            "delivery", packet.escalation_id, destination, str(revision)
        ),
        "escalation_id": packet.escalation_id,
        "number": packet.number,
        "destination_id": destination,
        "requested_at": packet.opened_at,
        "packet": packet,
    }
    return NotificationRequested(**facts | changes)


def make_letter(
    *, test: bool = False, earlier: tuple[str, ...] = (), **changes: Any
) -> Letter:
    """Return a letter of `make_request(**changes)`."""
    app_name = changes.pop("app_name", "Acme Files")
    request = make_request(**changes)
    return Letter(request.delivery_id, request, app_name, earlier, test)


def make_record(request: NotificationRequested, *, offset: int = 0) -> Record:
    """Return *request* as the runtime hands it over."""
    return Record(
        topic=NOTIFICATION_REQUESTED.name,
        partition=0,
        offset=offset,
        value=request.model_dump_json(by_alias=True).encode(),
        event=request,
        lane=ids.conversation_key(request.app_id, request.conversation_id),
        source_id=ids.derive(NOTIFICATION_REQUESTED.name, request.identity),
    )


def make_delivery(now: datetime = AT, **changes: Any) -> Delivery:
    """Return the delivery that `make_request(**changes)` asks for."""
    return on_notification_requested(make_record(make_request(**changes)), now)
