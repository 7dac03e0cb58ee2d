"""A pattern as analysts read it: what grouping keeps of it, and its profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.analytics.domain.profiles.growth import Flags

UNCLEAR = "unclear"
CAUSES = ("documentation", "action", "bug", "person", UNCLEAR)
GAP_CAUSES = ("documentation", "action", "bug")
"""Causes that something can be written or built against, in the order of the list."""
STATUSES = ("open", "in_progress", "fixed", "verified", "regressed", "ignored")


@dataclass(frozen=True, slots=True)
class NearMiss:
    """What almost answered a pattern's escalations."""

    kind: str
    name: str
    title: str
    score: float
    count: int
    """In how many of the newest cases."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a look at a pattern's newest cases, and a count of all, said of it.

    It quotes nobody: exemplars are ids, so that what is erased is gone from here too.
    """

    as_of: datetime
    users: int = 0
    users_as_of: datetime | None = None
    """When they were counted: of large patterns that is not with each look."""
    growth: float = 0.0
    """The last 30 days against the 30 before."""
    cause: str = UNCLEAR
    cause_code: str = UNCLEAR
    because: str = ""
    evidence: Mapping[str, int] = field(default_factory=dict)
    confidence: float = 0.0
    near_misses: Sequence[NearMiss] = ()
    exemplars: Sequence[str] = ()
    """Ids of escalations, the nearest to what all have in common first."""
    minutes_per_escalation: float | None = None
    cost_minutes: float | None = None
    cases: int = 0
    """How many of the newest escalations were looked at."""
    flags: Flags = field(default_factory=Flags)
    label_from: str = ""
    """The escalation whose words the label is; empty where people named it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern of one app."""

    pattern_id: str
    version: int
    label: str
    labelled_by: str
    size: int
    first_seen: datetime
    last_seen: datetime
    status: str
    revision: Any = None
    """Changes whenever grouping or people change it; only ever compared."""
    owner: str | None = None
    language: str | None = None
    representative: str = ""
    merged_into: str | None = None
    again_count: int = 0
    known_issue: Mapping[str, Any] = field(default_factory=dict)
    proposals: Sequence[Mapping[str, Any]] = ()
    history: Sequence[Mapping[str, Any]] = ()
    not_with: Sequence[str] = ()
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One escalation of a pattern."""

    escalation_id: str
    number: str
    at: datetime
    text: str
    """The user's words; empty once erased."""
    language: str | None
    because: str
    similarity: float
    user_id: str | None = None
    conversation_id: str = ""
    vector: bytes = b""
    """int8, (d,); empty once erased, and where nobody asked for it."""
