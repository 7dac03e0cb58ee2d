"""How long people had an escalation, from its changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.analytics.domain.facts import ENDED

TAKEN_UP = ("acknowledged", "answered")
"""Statuses in which somebody has it."""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """An escalation's move to another status."""

    revision: int
    at: datetime
    to: str


def measure_people_minutes(changes: Iterable[StatusChange]) -> float | None:
    """Return the minutes from when somebody had it to its end, added up.

    The time between an end and its being taken up again is nobody's. None where
    nobody had it, and while it has not ended yet.
    """
    seconds, began, measured = 0.0, None, False
    for change in sorted(changes, key=lambda each: (each.revision, each.at)):
        if change.to in TAKEN_UP:
            began = began or change.at
        elif change.to in ENDED and began is not None:
            # Two machines' clocks: a little below zero is at once.
            seconds += max(0.0, (change.at - began).total_seconds())
            began, measured = None, True
    return seconds / 60 if measured and began is None else None
