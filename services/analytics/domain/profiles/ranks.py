"""Thousands of patterns, ranked by what a period counts."""

from collections.abc import Iterable, Mapping

from services.analytics.domain.profiles.asking import (
    Place,
    Sketch,
    Sort,
    Wanted,
    order_of,
)
from services.analytics.domain.profiles.growth import measure_growth
from services.analytics.domain.profiles.making import cost_of


def ranked_ids(
    sketches: Iterable[Sketch],
    wanted: Wanted,
    sort: Sort,
    totals: Mapping[str, int],
    before: Mapping[str, int],
    after: Place | None,
) -> list[str]:
    """Return the wanted patterns that *totals* count, ranked, those *after* a place."""
    values = [
        (_value(each, sort, totals, before), each.pattern_id)
        for each in sketches
        if each.pattern_id in totals
        and each.merged_into is None
        and wanted.includes(each.cause, each.status)
    ]
    values.sort(key=lambda each: order_of(*each))
    return [
        pattern_id
        for value, pattern_id in values
        if after is None or after.before(value, pattern_id)
    ]


def _value(
    sketch: Sketch, sort: Sort, totals: Mapping[str, int], before: Mapping[str, int]
) -> float | None:
    counted = totals[sketch.pattern_id]
    if sort is Sort.SIZE:
        return counted
    if sort is Sort.GROWTH:
        return measure_growth(counted, before.get(sketch.pattern_id, 0))
    return cost_of(sketch.minutes_per_escalation, counted)
