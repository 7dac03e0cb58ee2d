"""Events as chat platforms send them."""

from typing import Any

import orjson

from tests.support.fakes import RawRecord

STORY = "I'm getting error 500 when I try to upload files larger than 10MB"


def message(event_id: str = "e-1", **changes: Any) -> dict[str, Any]:
    """Return a message as the contract shows it; *changes* replace top-level fields."""
    return {
        "event_id": event_id,
        "type": "message",
        "app_id": "acme",
        "conversation_id": "c-42",
        "occurred_at": "2026-11-22T10:00:00Z",
        "message": {"role": "user", "text": STORY},
        "user": {
            "id": "u-7",
            "name": "Ana",
            "email": "ana@example.com",
            "traits": {"plan": "pro"},
        },
        "session": {"id": "s-9", "url": "https://app.example.com/files"},
        "app_state": {"route": "/files", "last_request": {"status": 500}},
        **changes,
    }


def raw(event: dict[str, Any] | bytes, *, offset: int = 0, **changes: Any) -> RawRecord:
    """Return *event* as a record of `conversation.events`."""
    value = event if isinstance(event, bytes) else orjson.dumps(event)
    key: bytes | None = None
    if not isinstance(event, bytes):
        key = f"{event['app_id']}:{event['conversation_id']}".encode()
    facts: dict[str, Any] = {
        "topic": "conversation.events",
        "partition": 0,
        "offset": offset,
        "key": key,
        "value": value,
    }
    return RawRecord(**{**facts, **changes})
