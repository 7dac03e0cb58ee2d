"""Patterns and their members as they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Row = dict[str, Any]
MAX_TEXT = 1_000
"""Characters of a user's words, as the facts keep them."""
MAX_HISTORY = 100
"""What people did to one pattern; the latest stay."""


@dataclass(frozen=True, slots=True)
class UngroupedEscalation:
    """An escalation fact that belongs to no pattern yet."""

    fact_id: str
    app_id: str
    escalation_id: str
    number: str
    conversation_id: str
    user_id: str | None
    at: datetime
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Grouped:
    """An escalation and what the index said of it."""

    escalation: UngroupedEscalation
    pattern_id: str
    founded: bool
    similarity: float
    because: str
    vector: bytes
    """Quantised: int8, (d,)."""


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


def new_member(grouped: Grouped, *, version: int, expire_at: datetime) -> Row:
    """Return the member document of one escalation."""
    one = grouped.escalation
    return {
        "_id": one.escalation_id,
        "app_id": one.app_id,
        "pattern_id": grouped.pattern_id,
        "version": version,
        # Grows each time that people move it: part of what is published.
        "assignment": 1,
        "at": one.at,
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


@dataclass(frozen=True, slots=True)
class Space:
    """What can be compared: one app's escalations in one language, by one encoder."""

    app_id: str
    language: str
    encoder: str
    version: int
    """Of the algorithm."""


def new_pattern(founder: Grouped, space: Space, *, label: str) -> Row:
    """Return the document of a pattern that *founder* founds, before it is counted."""
    one = founder.escalation
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
