"""A time that a user was told, and what becomes of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.codec import Unknown


class PromiseState(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    RESCHEDULED = "rescheduled"


MISSED = "missed"
"""What settles a promise whose time has passed."""


@dataclass(slots=True)
class Promise:
    """A time that a user was told, and still waits for."""

    promise_id: str
    kind: str
    """`first_response`, or `reply`: a person has answered before."""
    promised_at: datetime
    due_at: datetime
    told_text: str
    missed: int = 0
    """Times that the user was told before it, and that passed."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a promise, and by which change."""

    promise: Promise
    state: PromiseState
    because: str
