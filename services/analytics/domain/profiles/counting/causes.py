"""What escalations count as by cause, kept beside the counters of their patterns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

Parts = Mapping[str, int]
"""Day of the month -> escalations."""
LinePlace = tuple[str, datetime, str]
"""App, month and cause of one line."""


@dataclass(frozen=True, slots=True)
class MonthCounter:
    """One pattern's counter of a month, and what of it the causes' lines have."""

    key: str
    app_id: str
    at: datetime
    pattern_id: str
    parts: Parts
    settled_cause: str = ""
    """The cause under which it was counted last; empty is under none."""
    settled: Parts = field(default_factory=dict)


def tally_changes(
    counters: Iterable[MonthCounter], causes: Mapping[tuple[str, str], str], usual: str
) -> dict[LinePlace, dict[str, int]]:
    """Return what the causes' lines lack, by day.

    *causes* holds the present cause by app and pattern, *usual* is that of the others.
    """
    changes: dict[LinePlace, dict[str, int]] = {}
    for each in counters:
        cause = causes.get((each.app_id, each.pattern_id), usual)
        _add(changes.setdefault((each.app_id, each.at, cause), {}), each.parts, 1)
        if each.settled_cause:
            place = (each.app_id, each.at, each.settled_cause)
            _add(changes.setdefault(place, {}), each.settled, -1)
    found = {
        place: {day: n for day, n in days.items() if n}
        for place, days in changes.items()
    }
    return {place: days for place, days in found.items() if days}


def _add(days: dict[str, int], parts: Parts, sign: int) -> None:
    for day, n in parts.items():
        days[day] = days.get(day, 0) + sign * n
