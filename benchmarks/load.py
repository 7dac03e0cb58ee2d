"""The records a benchmark feeds: the contract's own 431-byte example and its kin."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from benchmarks.ground import APP
from shared import events, ids

TEXT = "I'm getting error 500 when I try to upload files larger than 10MB"
AT = datetime.now(UTC).replace(microsecond=0)
USER: dict[str, Any] = {
    "id": "u-7", "name": "Ana", "email": "ana@example.com", "traits": {"plan": "pro"},
}  # fmt: skip
SESSION: dict[str, Any] = {"id": "s-9", "url": "https://app.example.com/files"}
STATE: dict[str, Any] = {"route": "/files", "last_request": {"status": 500}}


def key_of(conversation: int) -> bytes:
    return f"{APP}:c-{conversation}".encode()


def message(number: int, conversation: int, text: str = TEXT) -> dict[str, Any]:
    return {
        "event_id": f"e-{number}",
        "type": "message",
        "app_id": APP,
        "conversation_id": f"c-{conversation}",
        "occurred_at": events.rfc3339(datetime.now(UTC)),
        "message": {"role": "user", "text": text},
        "user": USER,
        "session": SESSION,
        "app_state": STATE,
    }


def messages(count: int, *, per_conversation: int = 1) -> Iterator[tuple[bytes, bytes]]:
    """Yield *count* user messages."""
    for number in range(count):
        conversation = number // per_conversation
        yield key_of(conversation), orjson.dumps(message(number, conversation))


def unresolved(count: int, *, trigger_every: int = 1) -> Iterator[tuple[bytes, bytes]]:
    """Yield *count* unresolved requests, each for one conversation of `messages`."""
    for conversation in range(count):
        event_id = f"e-{conversation * trigger_every + trigger_every - 1}"
        event = events.ConversationUnresolved(
            app_id=APP,
            conversation_id=f"c-{conversation}",
            occurred_at=AT,
            request_id=ids.derive("request", APP, event_id),
            event_id=event_id,
            text=TEXT,
            user=events.User(**USER),
            session=events.Session(**SESSION),
            app_state=STATE,
            reason=events.Reason.NO_MATCH,
        )
        yield key_of(conversation), event.model_dump_json().encode()


def notifications(count: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield *count* notifications to destination `default`."""
    for number in range(count):
        escalation_id = ids.derive("escalation", APP, f"n-{number}")
        base: dict[str, Any] = {
            "app_id": APP, "conversation_id": f"n-{number}", "occurred_at": AT,
            "escalation_id": escalation_id, "number": f"ESC-{number}",
        }  # fmt: skip
        packet = events.EscalationOpened(
            **base,
            opened_at=AT,
            reason=events.Reason.NO_MATCH,
            summary=TEXT,
            conversation=[
                events.TranscriptLine(role="user", text=TEXT, occurred_at=AT)
            ],
            user=events.User(**USER),
            session=events.Session(**SESSION),
            app_state=STATE,
        )
        request = events.NotificationRequested(
            **base,
            delivery_id=ids.derive("delivery", escalation_id, "default", "0"),
            destination_id="default",
            requested_at=AT,
            packet=packet,
        )
        key = f"{APP}:n-{number}".encode()
        yield key, request.model_dump_json(by_alias=True).encode()
