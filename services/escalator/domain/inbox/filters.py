"""The inbox in values: what a list is narrowed to, its order, and what is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

Row = dict[str, Any]

SOON = timedelta(hours=1)
"""`due=soon` is what falls due within this time."""


class Due(StrEnum):
    """How near an escalation's next time limit is."""

    OVERDUE = "overdue"
    SOON = "soon"


class Sort(StrEnum):
    """The order of a list."""

    OLDEST = "opened"
    NEWEST = "-opened"
    DUE = "due"
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; an empty field narrows nothing."""

    statuses: Sequence[str] = ()
    reasons: Sequence[str] = ()
    priorities: Sequence[str] = ()
    tags: Sequence[str] = ()
    """Any of them."""
    pattern: str | None = None
    conversation_id: str | None = None
    assignee: str | None = None
    """Empty: nobody's."""
    words: tuple[str, ...] = ()
    """All of them; the last may be the beginning of a word."""
    number: str | None = None
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    """Not part of it."""
    due_from: datetime | None = None
    due_to: datetime | None = None

    @property
    def is_search(self) -> bool:
        """Return whether it looks for words or a number."""
        return bool(self.words or self.number)


@dataclass(frozen=True, slots=True)
class Position:
    """The last item of the page before."""

    phase: int
    """Which part of the order it stands in."""
    at: datetime
    escalation_id: str


@dataclass(frozen=True, slots=True)
class Phase:
    """One part of an order: which items it holds, and by what they are sorted."""

    where: Row
    field: str
    descending: bool


NORMAL: list[str | None] = ["normal", None]
"""As it is stored; escalations older than the field have none."""

PHASES: dict[Sort, tuple[Phase, ...]] = {
    Sort.NEWEST: (Phase({}, "opened_at", descending=True),),
    Sort.OLDEST: (Phase({}, "opened_at", descending=False),),
    Sort.DUE: (
        Phase({"due_at": {"$type": "date"}}, "due_at", descending=False),
        Phase({"due_at": None}, "opened_at", descending=True),
    ),
    Sort.PRIORITY: tuple(
        Phase({"priority": {"$in": stored}}, "opened_at", descending=False)
        for stored in (["urgent"], ["high"], NORMAL, ["low"])
    ),
}
"""Of the same priority, who has waited longest comes first; what has no time limit
comes after what has one."""


def due_range(
    due: Due | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Return from when to when the next time limit of what is *due* falls."""
    match due:
        case Due.OVERDUE:
            return None, now
        case Due.SOON:
            return now, now + SOON
        case None:
            return None, None


@dataclass(frozen=True, slots=True)
class Found:
    """One escalation as stored, its packet and its changes."""

    row: Row
    packet: Row
    updates: list[Row]
