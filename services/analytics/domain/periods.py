"""Time in buckets: where they begin, and which store answers for which part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Step(StrEnum):
    """How long a bucket of a trend is. Days and weeks (from Monday) are UTC."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class Source(StrEnum):
    """What answers for a part of a period."""

    FACTS = "facts"
    HOURS = "hour"
    DAYS = "day"


LENGTH = {
    Step.HOUR: timedelta(hours=1),
    Step.DAY: timedelta(days=1),
    Step.WEEK: timedelta(weeks=1),
}
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Nothing of ours happened before."""
_ANCHOR = {
    Step.HOUR: BEGINNING,
    Step.DAY: BEGINNING,
    Step.WEEK: datetime(1970, 1, 5, tzinfo=UTC),
}
"""A moment at which a bucket begins; 5 January 1970 was a Monday."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a period and what answers for it. *end* is not in it."""

    source: Source
    start: datetime
    end: datetime


def floor_to(moment: datetime, step: Step) -> datetime:
    """Return the beginning of the bucket that holds *moment*."""
    moment = moment.astimezone(UTC)
    return moment - (moment - _ANCHOR[step]) % LENGTH[step]


def ceil_to(moment: datetime, step: Step) -> datetime:
    """Return the first beginning of a bucket that is not before *moment*."""
    floor = floor_to(moment, step)
    return floor if floor == moment else floor + LENGTH[step]


def buckets(start: datetime, end: datetime, step: Step) -> Iterator[datetime]:
    """Yield the beginning of every bucket that has a part in the period."""
    at = floor_to(start, step)
    while at < end:
        yield at
        at += LENGTH[step]


def choose_spans(
    start: datetime, end: datetime, *, finest: Step = Step.DAY
) -> list[Span]:
    """Cut a period into spans, so that it is counted exactly and from few documents.

    Whole days are in daily counters (unless *finest* is an hour), whole hours in hourly
    ones; what remains at the edges is counted from the facts.
    """
    first, last = ceil_to(start, Step.HOUR), floor_to(end, Step.HOUR)
    if first > last:
        return [Span(Source.FACTS, start, end)]
    first_day, last_day = ceil_to(first, Step.DAY), floor_to(last, Step.DAY)
    if finest is Step.HOUR or first_day >= last_day:
        middle = [Span(Source.HOURS, first, last)]
    else:
        middle = [
            Span(Source.HOURS, first, first_day),
            Span(Source.DAYS, first_day, last_day),
            Span(Source.HOURS, last_day, last),
        ]
    edges = [Span(Source.FACTS, start, first), *middle, Span(Source.FACTS, last, end)]
    return [span for span in edges if span.start < span.end]


def zone_of(name: str) -> ZoneInfo:
    """Return the zone *name*; UTC where this version's data does not have it."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return ZoneInfo("UTC")
