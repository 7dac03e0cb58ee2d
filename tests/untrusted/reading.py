"""Read an event as a record of the topic is read."""

import json
from typing import Any

from shared.kafka.working.decode import read_untrusted
from shared.untrusted import Notes
from tests.support.factories import message
from tests.support.fakes import NOON


def read(event: dict[str, Any] | bytes) -> tuple[Any, list[str]]:
    """Return the event and what was done to which field."""
    notes = Notes()
    value = event if isinstance(event, bytes) else json.dumps(event).encode()
    found = read_untrusted(value, notes, max_bytes=1_000_000, now=NOON)
    return found, [f"{field}:{done.value}" for field, done in notes]


def said(**changes: Any) -> dict[str, Any]:
    """Return a message of a user with *changes* at its top."""
    return message(**changes)


def with_state(state: str) -> bytes:
    """Return a message whose app state is written as *state*."""
    return json.dumps(message(app_state=0)).replace('"app_state": 0', state).encode()
