"""Facts and the counters they bump: one definition for counting and recounting."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from services.analytics.domain.sketches import Bins, bin_of, merged
from shared import ids

HOUR = 3_600
DAY = 86_400
"""Seconds. Buckets are kept as epoch seconds while a batch is tallied."""


class Collection(StrEnum):
    """Where facts are kept, one document each (docs/trend-store.md)."""

    REQUESTS = "analytics_requests"
    ESCALATIONS = "analytics_escalations"
    CHANGES = "analytics_escalation_changes"
    DELIVERIES = "analytics_deliveries"
    DELIVERY_REQUESTS = "analytics_delivery_requests"
    TURNS = "analytics_turns"
    OUTCOMES = "analytics_outcomes"
    """Judged from the others, one per request, and counted like them."""
    PATTERN_MEMBERS = "analytics_pattern_members"
    """Written by the grouping, not from an event, and counted like the others."""


class Dimension(StrEnum):
    """What a counter counts by."""

    OUTCOME = "outcome"
    REASON = "reason"
    ESCALATION = "escalation"
    DELIVERY = "delivery"
    DESTINATION = "destination"
    CAME_OF_IT = "came_of_it"
    """What came of requests, and what else is said of them: `dead_end` …"""
    PROMISE = "promise"
    SCORE = "score"
    """How satisfied users are, 1 to 5."""
    MS = "ms"
    """How often something was timed, and the sum of its milliseconds."""
    PATTERN = "pattern"
    """Escalations by when they were opened, under the pattern they belong to now."""


class Outcome(StrEnum):
    """What became of a request or a delivery."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    DELIVERED = "delivered"
    FAILED = "failed"


REQUEST_TOPIC = "notification.requested"
END_TOPICS = ("notification.delivered", "notification.failed")
"""A delivery's id makes the ids of its facts: so each finds the other."""

OPENED = "opened"
"""The value of an escalation's first counter; the others are statuses."""
RETURNED = "returned"
"""Left an end again, whatever it became: what `open` needs beside the statuses."""
ENDED = ("resolved", "withdrawn", "expired")
"""Statuses in which an escalation is not open."""

TOLD = "told"
"""What a hand-off's `ms` measures: from the user's message until they were told."""
SETTLED_PROMISES = ("kept", "broken")
TIMED_STATUSES = ("acknowledged", "answered", "resolved")
"""Statuses that end a wait, timed from the opening."""

Value = tuple[str, str]
"""A dimension and its value."""


@lru_cache(maxsize=256)
def values_of_request(outcome: str, reason: str | None) -> tuple[Value, ...]:
    """Return what a request counts as."""
    if reason is None:
        return ((Dimension.OUTCOME, outcome),)
    return ((Dimension.OUTCOME, outcome), (Dimension.REASON, reason))


def values_of_opening() -> tuple[Value, ...]:
    """Return what an opened escalation counts as."""
    return _OPENING


_OPENING: tuple[Value, ...] = ((Dimension.ESCALATION, OPENED),)


@lru_cache(maxsize=256)
def values_of_change(before: str, after: str) -> tuple[Value, ...]:
    """Return what a change of an escalation counts as: only a new status does."""
    if before == after:
        return ()
    if before in ENDED:
        return ((Dimension.ESCALATION, after), (Dimension.ESCALATION, RETURNED))
    return ((Dimension.ESCALATION, after),)


@lru_cache(maxsize=256)
def values_of_promise(state: str | None) -> tuple[Value, ...]:
    """Return what the end of a promise counts as; a new time is none."""
    return ((Dimension.PROMISE, state),) if state in SETTLED_PROMISES else ()


@lru_cache(maxsize=256)
def values_of_score(score: int | None) -> tuple[Value, ...]:
    """Return what a user's satisfaction counts as."""
    return () if score is None else ((Dimension.SCORE, str(score)),)


@lru_cache(maxsize=256)
def values_of_outcome(said: tuple[str, ...]) -> tuple[Value, ...]:
    """Return what an outcome counts as: what came of it, and what else is so."""
    return tuple((Dimension.CAME_OF_IT, each) for each in said)


@lru_cache(maxsize=256)
def should_time_change(before: str, after: str) -> bool:
    """Return whether a wait since the opening ended.

    A reopening begins a new wait, whose beginning the event does not tell.
    """
    return before not in {after, "reopened"} and after in TIMED_STATUSES


@lru_cache(maxsize=4096)
def values_of_delivery(outcome: str, destination_id: str) -> tuple[Value, ...]:
    """Return what the end of a delivery counts as."""
    if outcome != Outcome.DELIVERED:
        return ((Dimension.DELIVERY, outcome),)
    return ((Dimension.DELIVERY, outcome), (Dimension.DESTINATION, destination_id))


def values_of_member(pattern_id: str) -> tuple[Value, ...]:
    """Return what an escalation counts as once it belongs to a pattern."""
    return ((Dimension.PATTERN, pattern_id),)


def requests_ended_by(facts: Iterable["Fact"]) -> dict[str, str]:
    """Return the app of each delivery that *facts* end, by its request's fact id."""
    ended: dict[str, str] = {}
    for fact in facts:
        if fact.collection == Collection.DELIVERIES:
            delivery_id = fact.document["delivery_id"]
            ended[ids.derive(REQUEST_TOPIC, delivery_id)] = fact.app_id
    return ended


def ends_of(delivery_id: str) -> tuple[str, ...]:
    """Return the fact ids that the end of a delivery can have."""
    return tuple(ids.derive(topic, delivery_id) for topic in END_TOPICS)


class Fact(NamedTuple):
    """One thing that happened, as it is stored and as it is counted."""

    fact_id: str
    """Same event, same id: what makes a repeat recognisable."""
    topic: str
    collection: str
    app_id: str
    hour: int
    """The hour it happened in, epoch seconds: a late fact goes to its old bucket."""
    document: dict[str, Any]
    values: tuple[Value, ...]
    timed: str | None = None
    """What its `ms` in the document measures, when it has one."""


@dataclass(slots=True)
class Batch:
    """What a batch of records says, each fact once."""

    facts: dict[str, Fact] = field(default_factory=dict)
    spans: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    """Per topic and partition: the lowest offset, and the one after the highest."""

    def note(self, topic: str, partition: int, offset: int) -> None:
        """Widen the span of a partition by one record."""
        place = (topic, partition)
        span = self.spans.get(place)
        if span is None:
            self.spans[place] = (offset, offset + 1)
        elif offset >= span[1]:
            self.spans[place] = (span[0], offset + 1)
        elif offset < span[0]:
            self.spans[place] = (offset, span[1])


Cell = tuple[str, str, str, int]
"""App, dimension, value and bucket of one counter."""
Amount = tuple[int, int]
"""How many, and the sum of their milliseconds (0 where nothing is timed)."""


def tally(facts: Iterable[Fact]) -> dict[Cell, Amount]:
    """Return what *facts* add to the hourly counters."""
    cells: dict[Cell, Amount] = {}
    nothing = (0, 0)
    for fact in facts:
        app_id, hour = fact.app_id, fact.hour
        for dimension, value in fact.values:
            cell = (app_id, dimension, value, hour)
            n, ms = cells.get(cell, nothing)
            cells[cell] = (n + 1, ms)
        if fact.timed is not None:
            cell = (app_id, Dimension.MS, fact.timed, hour)
            n, ms = cells.get(cell, nothing)
            cells[cell] = (n + 1, ms + fact.document["ms"])
    return cells


def tally_times(facts: Iterable[Fact]) -> dict[Cell, dict[str, int]]:
    """Return what *facts* add to the sketches of hourly counters, by bin."""
    cells: dict[Cell, dict[str, int]] = {}
    for fact in facts:
        if fact.timed is not None:
            cell = (fact.app_id, Dimension.MS, fact.timed, fact.hour)
            bins = cells.setdefault(cell, {})
            name = bin_of(fact.document["ms"])
            bins[name] = bins.get(name, 0) + 1
    return cells


def daily_times(hourly: Mapping[Cell, Bins]) -> dict[Cell, dict[str, int]]:
    """Return hourly sketches folded into days (UTC)."""
    cells: dict[Cell, dict[str, int]] = {}
    for (app_id, dimension, value, hour), bins in hourly.items():
        cell = (app_id, dimension, value, hour - hour % DAY)
        cells[cell] = merged([cells.get(cell, {}), bins])
    return cells


def daily(hourly: Mapping[Cell, Amount]) -> dict[Cell, Amount]:
    """Return hourly cells folded into days (UTC)."""
    cells: dict[Cell, Amount] = {}
    for (app_id, dimension, value, hour), (n, ms) in hourly.items():
        cell = (app_id, dimension, value, hour - hour % DAY)
        before, sum_before = cells.get(cell, (0, 0))
        cells[cell] = (before + n, sum_before + ms)
    return cells


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter that is not what its facts say."""

    cell: Cell
    counted: Amount
    recounted: Amount


def find_differences(
    counted: Mapping[Cell, Amount], recounted: Mapping[Cell, Amount]
) -> list[Difference]:
    """Return where the two disagree, in the order of the cells."""
    nothing = (0, 0)
    return [
        Difference(cell, counted.get(cell, nothing), recounted.get(cell, nothing))
        for cell in sorted(counted.keys() | recounted.keys())
        if counted.get(cell, nothing) != recounted.get(cell, nothing)
    ]
