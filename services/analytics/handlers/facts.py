"""What every row builder needs: the fact itself, times, and how much is kept."""

from datetime import datetime
from typing import Any

from services.analytics.domain.facts import HOUR, Fact, Value
from shared.kafka.records import Record

MAX_TEXT = 1_000
"""Characters of a person's words that are kept: enough to see what it was about."""
MAX_COUNT = 2**31 - 1
"""Numbers of others are kept within what a document can hold."""


def fact_of(
    record: Record,
    collection: str,
    document: dict[str, Any],
    values: tuple[Value, ...],
    timed: str | None = None,
) -> Fact:
    """Return the fact that *record* is, counting as *values*."""
    hour = int(document["at"].timestamp()) // HOUR * HOUR
    return Fact(
        record.source_id,
        record.topic,
        collection,
        document["app_id"],
        hour,
        document,
        values,
        timed,
    )


def ms_between(start: datetime, end: datetime) -> int:
    """Return the milliseconds from *start* to *end*."""
    # Two machines' clocks: a little below zero is at once.
    return max(0, round((end - start).total_seconds() * 1000))
