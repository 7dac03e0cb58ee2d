"""Patterns and their members as they are stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.analytics.domain.patterns.spaces import Space
from services.analytics.patterns.values import (
    Grouped,
    StoredState,
    UngroupedEscalation,
)

Row = dict[str, Any]
MAX_TEXT = 1_000
"""Characters of a user's words, as the facts keep them."""
MAX_HISTORY = 100
"""What people did to one pattern; the latest stay."""


def pattern_key(app_id: str, pattern_id: str) -> str:
    """Return a pattern's `_id`. An app's id holds no colon."""
    return f"{app_id}:{pattern_id}"


def read_fact(row: Mapping[str, Any]) -> UngroupedEscalation:
    """Return what is grouped of a fact; facts of before have fewer fields."""
    return UngroupedEscalation(
        fact_id=row["_id"],
        app_id=row["app_id"],
        escalation_id=row["escalation_id"],
        number=row.get("number") or "",
        conversation_id=row["conversation_id"],
        user_id=row.get("user_id"),
        at=row["at"],
        text=row.get("text") or row.get("summary") or "",
        language=row.get("language"),
    )


def new_member(grouped: Grouped, *, grouped_at: datetime, expire_at: datetime) -> Row:
    """Return the member document of one escalation."""
    one = grouped.escalation
    return {
        "_id": one.escalation_id,
        "app_id": one.app_id,
        "pattern_id": grouped.pattern_id,
        "version": grouped.space.version,
        # Grows each time that people move it: part of what is published.
        "assignment": 1,
        "at": one.at,
        "grouped_at": grouped_at,
        "conversation_id": one.conversation_id,
        "number": one.number,
        "user_id": one.user_id,
        "text": one.text[:MAX_TEXT],
        "language": one.language,
        "similarity": grouped.similarity,
        "because": grouped.because,
        "vector": grouped.vector,
        "published": False,
        "expire_at": expire_at,
    }


def new_pattern(founder: Grouped, *, label: str) -> Row:
    """Return the document of a pattern that *founder* founds, before it is counted."""
    one, space = founder.escalation, founder.space
    return {
        "app_id": one.app_id,
        "pattern_id": founder.pattern_id,
        "version": space.version,
        "encoder": space.encoder,
        "language": space.language,
        "representative": one.escalation_id,
        "representative_text": one.text[:MAX_TEXT],
        "representative_user_id": one.user_id,
        "representative_conversation_id": one.conversation_id,
        "label": label,
        "labelled_by": "handrail",
        "status": "open",
        "owner": None,
        "merged_into": None,
        "not_with": [],
        "known_issue": {"known": False},
        "history": [],
        "proposals": [],
        "profile": {},
    }


def read_state(row: Mapping[str, Any]) -> StoredState:
    """Return a stored pattern as an index takes it back."""
    merged = row.get("merged_into") is not None
    return StoredState(
        row["pattern_id"],
        Space(row["app_id"], row["language"], row["encoder"], row["version"]),
        b"" if merged else bytes(row.get("state") or b""),
        row.get("representative_text", ""),
    )
