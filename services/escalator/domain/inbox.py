"""The inbox in values: what a list is narrowed to, and what is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; an empty field narrows nothing."""

    statuses: Sequence[str] = ()
    reasons: Sequence[str] = ()
    conversation_id: str | None = None
    assignee: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One escalation as stored, its packet and its changes."""

    row: Row
    packet: Row
    updates: list[Row]
