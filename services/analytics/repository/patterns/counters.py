"""Counters of patterns: by hour, by day with its hours, by month with its days.

An app has thousands of patterns, so a quarter of a year in days would be half a million
documents. By month it is a few thousand, and the largest of each are found by an index.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo import UpdateOne

from services.analytics.domain.facts import Amount, Cell

MONTH = "month"
PARTS = "parts"
"""Field of what a counter is made of: of a day by hour, `0` to `23`; of a month by day
of the month, `1` to `31`. What is not named is 0."""


def bump_pattern_counters(
    hourly: Mapping[Cell, Amount], *, expire_at: datetime
) -> list[UpdateOne]:
    """Return the writes that add *hourly* to every counter of its patterns.

    Each cell is `(app_id, "pattern", pattern_id, hour in epoch seconds)` and how many:
    fewer than none take away, as when an escalation moves to another pattern. To be
    written in the transaction of the membership.
    """
    steps: dict[tuple[str, str, str, datetime], dict[str, int]] = {}
    for (app_id, _, pattern_id, hour), (n, _ms) in hourly.items():
        at = datetime.fromtimestamp(hour, UTC)
        day = at.replace(hour=0)
        places = (
            ("hour", at, ""),
            ("day", day, str(at.hour)),
            (MONTH, day.replace(day=1), str(at.day)),
        )
        for step, bucket, part in places:
            parts = steps.setdefault((app_id, pattern_id, step, bucket), {})
            parts[part] = parts.get(part, 0) + n
    return list(_updates(steps, expire_at))


def _updates(
    steps: Mapping[tuple[str, str, str, datetime], Mapping[str, int]],
    expire_at: datetime,
) -> Iterator[UpdateOne]:
    # Sorted, so that two instances meet at their first common document, not later.
    for (app_id, pattern_id, step, at), parts in sorted(steps.items()):
        added = {f"{PARTS}.{part}": n for part, n in parts.items() if part}
        change: dict[str, Any] = {
            "$inc": {"n": sum(parts.values()), **added},
            "$setOnInsert": {
                "app_id": app_id,
                "dimension": "pattern",
                "value": pattern_id,
                "step": step,
                "at": at,
            },
        }
        if step == "hour":
            change["$max"] = {"expire_at": expire_at}
        if step == MONTH:
            # The lines by cause have to follow.
            change["$set"] = {"unsettled": True}
        key = counter_key(app_id, step, at, pattern_id)
        yield UpdateOne({"_id": key}, change, upsert=True)


def counter_key(app_id: str, step: str, at: datetime, pattern_id: str) -> str:
    """Return the `_id` of one pattern's counter, as all counters have it."""
    return f"{app_id}:{step}:{int(at.timestamp())}:pattern:{pattern_id}"
