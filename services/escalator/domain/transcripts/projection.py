"""What one event of the conversation adds to what is known of it."""

from dataclasses import dataclass
from typing import Any

from services.escalator.domain.conversation import (
    MAX_PROJECTED,
    Conversation,
    Json,
)
from services.escalator.domain.receipts.contact import Contact
from services.escalator.domain.transcripts.line import Line, lengthen


@dataclass(slots=True)
class Observation:
    """What one event said of the user, the session and the app, if anything."""

    source_id: str
    user: Json | None = None
    session: Json | None = None
    app_state: Json | None = None
    escalation_message: str | None = None
    contact: Contact | None = None
    line: Line | None = None
    assistant: str | None = None


def observe(conversation: Conversation, seen: Observation) -> Conversation:
    """Return the conversation after *seen*; what it does not mention stays."""
    told: dict[str, Any] = {
        name: value
        for name, value in (
            ("user", seen.user or None),
            ("session", seen.session or None),
            ("app_state", seen.app_state),
            ("escalation_message", seen.escalation_message or None),
            ("contact", seen.contact),
            ("assistant", seen.assistant or None),
        )
        if value is not None
    }
    if seen.line is not None:
        told["lines"] = lengthen(conversation.lines, seen.line)
    return conversation.having(
        projected=(*conversation.projected, seen.source_id)[-MAX_PROJECTED:],
        seen=conversation.seen + 1,
        **told,
    )


def should_look_further(conversation: Conversation) -> bool:
    """Return whether events were seen that are no longer remembered by id."""
    return conversation.seen > len(conversation.projected)


NOBODY = "autogen_unknown"
"""Id of a user of whom nothing but a contact is known."""


def merge_user(
    first: Json | None, second: Json | None, contact: Contact | None
) -> Json | None:
    """Return who the user is: *first*'s words over *second*'s, and the contact.

    A user of another id is somebody else, so then only *first* counts.
    """
    same = not first or not second or first.get("id") == second.get("id")
    user = {**(_told(second) if same else {}), **_told(first)}
    if contact is not None:
        user.setdefault("id", NOBODY)
        user["email"] = contact.email
        if contact.name:
            user["name"] = contact.name
    return user or None


def should_ask_for_contact(user: Json | None) -> bool:
    """Return whether there is no way to reach this user after the chat."""
    return not (user or {}).get("email")


def _told(user: Json | None) -> Json:
    return {
        key: value for key, value in (user or {}).items() if value not in (None, {})
    }
