"""One event of a stranger: the value that is worked, and what had to be done for it."""

from datetime import datetime
from typing import Any

from shared.errors import Permanent
from shared.events import AnyConversationEvent
from shared.untrusted.mending import use_our_time, validated
from shared.untrusted.notes import Notes
from shared.untrusted.people import with_people_read
from shared.untrusted.times import is_possible
from shared.untrusted.values import is_within_bounds, tidied_event

SCHEMA_VERSION = 1
FIELDS = frozenset(
    {
        "event_id", "type", "app_id", "conversation_id", "occurred_at", "message",
        "user", "session", "app_state", "assistant", "call_id", "status", "output",
        "error", "reply_id", "rating", "comment", "email", "name", "text",
    }
)  # fmt: skip
"""Names that a metric may hold; whatever else a stranger sends is `other`."""


def read_event(
    parsed: dict[str, Any], notes: Notes, *, plain: bool, now: datetime
) -> tuple[dict[str, Any], AnyConversationEvent]:
    """Return *parsed* as the contract allows it, and as its event.

    *plain* says that its texts can be stored as they are; *now* is when it reached us.
    Raises Permanent(`unknown_schema_version`), or pydantic's error where something is
    missing that the event is nothing without.
    """
    version = parsed.get("schema_version", SCHEMA_VERSION)
    # A platform's own field of that name is none of our business.
    if type(version) is int and version != SCHEMA_VERSION:
        raise Permanent("unknown_schema_version", f"{version!r}; we read 1")
    if not (plain and is_within_bounds(parsed)):
        parsed = tidied_event(parsed, notes, FIELDS)
    item = with_people_read(parsed, notes)
    item, event = validated(item, notes, received_at=now)
    if is_possible(event.occurred_at, now=now):
        return item, event
    item = {**item}
    use_our_time(item, notes, now)
    return validated(item, notes, received_at=now)
