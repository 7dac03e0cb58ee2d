"""One pattern's counter of a day or a month, and the largest of several of them."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PatternCounter:
    """How many escalations one pattern had in one bucket."""

    pattern_id: str
    n: int
    parts: Mapping[str, int] = field(default_factory=dict)
    """Of a day by hour, of a month by day; empty where nobody asked."""


Totals = dict[str, int]
"""Pattern id -> escalations in a period; patterns that had none are left out."""


def add_up(counts: Iterable[Mapping[str, int]]) -> Totals:
    """Return the sum of *counts*, without what comes to nothing."""
    totals: Totals = {}
    for each in counts:
        for pattern_id, n in each.items():
            totals[pattern_id] = totals.get(pattern_id, 0) + n
    return {pattern_id: n for pattern_id, n in totals.items() if n > 0}


def choose_largest(totals: Mapping[str, int], limit: int) -> Totals:
    """Return the *limit* largest, largest first; of two that tie the smaller id."""
    found = heapq.nsmallest(limit, totals.items(), key=lambda each: (-each[1], each[0]))
    return dict(found)


def is_settled(totals: Mapping[str, int], limit: int, unseen: Sequence[int]) -> bool:
    """Return whether no pattern that was not read can be among the *limit* largest.

    *unseen* is, for each list of counters in falling order, the last `n` that was read
    of it, or 0 where it was read to its end. What was in none of the lists has at most
    their sum (Fagin's threshold algorithm).
    """
    if not any(unseen):
        return True
    if len(totals) < limit:
        return False
    smallest = heapq.nlargest(limit, totals.values())[-1]
    return sum(unseen) <= smallest


def add_parts(
    line: list[int], parts: Mapping[str, int], places: Mapping[str, int]
) -> None:
    """Add the *parts* that have a place in *line* to it."""
    for part, n in parts.items():
        place = places.get(part)
        if place is not None:
            line[place] += n
