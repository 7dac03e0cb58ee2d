"""What a list of patterns is asked for: which, in what order, from where on."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.analytics.domain.profiles.pattern import Pattern


class Sort(StrEnum):
    """What a list has the most of first."""

    SIZE = "size"
    GROWTH = "growth"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which patterns; empty is all."""

    causes: Sequence[str] = ()
    statuses: Sequence[str] = ()

    def includes(self, cause: str, status: str) -> bool:
        """Return whether a pattern of *cause* and *status* is one of them."""
        return (not self.causes or cause in self.causes) and (
            not self.statuses or status in self.statuses
        )


@dataclass(frozen=True, slots=True)
class Sketch:
    """As much of a pattern as ranking and naming thousands of them needs."""

    pattern_id: str
    cause: str
    status: str
    minutes_per_escalation: float | None
    merged_into: str | None
    label: str


@dataclass(frozen=True, slots=True)
class Place:
    """After which pattern a page begins."""

    value: float | None
    """What it is sorted by; None is unknown, and comes last."""
    pattern_id: str

    def before(self, value: float | None, pattern_id: str) -> bool:
        """Return whether a pattern with *value* comes after this place."""
        return order_of(self.value, self.pattern_id) < order_of(value, pattern_id)


def order_of(value: float | None, pattern_id: str) -> tuple[bool, float, str]:
    """Return what sorts: the most first, what is unknown last, then by id."""
    return (value is None, -(value or 0.0), pattern_id)


def cause_of(pattern: Pattern) -> str:
    """Return a pattern's cause; until its first profile that is unclear."""
    return pattern.profile.cause if pattern.profile else "unclear"
