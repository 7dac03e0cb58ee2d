"""What the grouping reads and writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.analytics.domain.patterns.spaces import Space


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
    """The user's words; empty once they were erased."""
    language: str | None


@dataclass(frozen=True, slots=True)
class Grouped:
    """An escalation and what the index said of it."""

    escalation: UngroupedEscalation
    space: Space
    pattern_id: str
    founded: bool
    similarity: float
    because: str
    vector: bytes
    """Quantised: int8, (d,)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One app's lease, and how its patterns stood when it was taken.

    *revision* is the fencing token: each transaction that changes what an index keeps
    raises it, and only one that still finds it there is committed. So two owners at
    once, or an owner and a person who merges, can never build on the same state.
    """

    app_id: str
    epoch: str
    """Made with the app's document: a purged app begins again under another."""
    revision: int
    examined_on: str = ""
    """The day on which its patterns were examined last: `2026-11-30`."""


@dataclass(frozen=True, slots=True)
class StoredState:
    """A pattern as an index takes it back; without content where it takes it no more.

    That is so where it was merged into another.
    """

    pattern_id: str
    space: Space
    content: bytes
    text: str
    """Of the representative."""


@dataclass(frozen=True, slots=True)
class GroupedBatch:
    """What is stored in one transaction."""

    grouped: Sequence[Grouped]
    labels: Mapping[str, str] = field(default_factory=dict)
    """Of the patterns that were founded, by id."""
    states: Mapping[str, bytes] = field(default_factory=dict)
    """Of all patterns that were touched, by id."""
    nothing: Sequence[str] = ()
    """Ids of facts that belong to no pattern, or belonged to one before."""


@dataclass(frozen=True, slots=True)
class Unpublished:
    """An assignment that nobody was told of yet."""

    app_id: str
    escalation_id: str
    conversation_id: str
    pattern_id: str
    version: int
    assignment: int
    """1, and one more each time that people moved it."""
    because: str
    grouped_at: datetime
    label: str
    size: int


class StaleGrouping(Exception):  # noqa: N818 - no error: somebody else was first
    """The app's patterns are not what they were: look again, and begin again."""
