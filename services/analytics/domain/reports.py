"""Reports from counts: the summary, and series without holes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.analytics.domain.facts import (
    ENDED,
    OPENED,
    RETURNED,
    TIMED_STATUSES,
    TOLD,
    Dimension,
    Outcome,
)
from services.analytics.domain.figures import NO_FIGURES, Figures, Totals, figures_of
from services.analytics.domain.periods import Step, buckets, floor_to
from services.analytics.domain.sketches import Bins, merged, quantiles

TIMED = (TOLD, Outcome.DELIVERED.value, *TIMED_STATUSES)
"""What is timed: `told` and `delivered` from the user's message, the others from the
opening."""
FIRST_RESPONSE, ANSWERED = "first_response", "answered"
"""The second is the first, under the name that it is counted by."""
PERCENTS = (50, 90, 99)
MAX_SERIES = 100
"""More lines than anybody can read; the largest are kept."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many of one value fell into one bucket."""

    dimension: str
    value: str
    at: datetime
    n: int
    ms: int = 0
    bins: Bins | None = None
    """Of what is timed: its sketch; None in what an older version counted."""


@dataclass(frozen=True, slots=True)
class Escalations:
    """What happened to escalations in a period, and how many are open at its end."""

    opened: int
    acknowledged: int
    answered: int
    resolved: int
    open: int


@dataclass(frozen=True, slots=True)
class Deliveries:
    """How deliveries ended in a period, and how many wait at its end."""

    delivered: int
    failed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Summary:
    """One period in numbers."""

    requests: int
    resolved: int
    escalations: Escalations
    by_reason: dict[str, int]
    deliveries: Deliveries
    ms: dict[str, int | None]
    figures: Figures = NO_FIGURES


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a trend: a point for every bucket."""

    key: str
    points: list[tuple[datetime, int]]


def total(counts: Iterable[Count]) -> dict[tuple[str, str], tuple[int, int]]:
    """Add *counts* up over all buckets."""
    totals: dict[tuple[str, str], tuple[int, int]] = {}
    for count in counts:
        n, ms = totals.get((count.dimension, count.value), (0, 0))
        totals[count.dimension, count.value] = (n + count.n, ms + count.ms)
    return totals


def summarise(
    counts: Iterable[Count],
    *,
    before_end: Iterable[Count],
    samples: Mapping[str, Sequence[int]],
    waiting: int = 0,
) -> Summary:
    """Return the summary of a period.

    *before_end* counts escalations from the beginning of time to the period's end;
    *samples* are the newest milliseconds of what has no sketch; *waiting* counts the
    deliveries that have not ended.
    """
    counts = list(counts)
    totals = total(counts)

    def number(dimension: Dimension, value: str) -> int:
        return totals.get((dimension, value), (0, 0))[0]

    resolved = number(Dimension.OUTCOME, Outcome.RESOLVED)
    return Summary(
        requests=resolved + number(Dimension.OUTCOME, Outcome.UNRESOLVED),
        resolved=resolved,
        escalations=Escalations(
            opened=number(Dimension.ESCALATION, OPENED),
            acknowledged=number(Dimension.ESCALATION, "acknowledged"),
            answered=number(Dimension.ESCALATION, "answered"),
            resolved=number(Dimension.ESCALATION, Outcome.RESOLVED),
            open=count_open(total(before_end)),
        ),
        by_reason=_by_value(totals, Dimension.REASON),
        deliveries=Deliveries(
            delivered=number(Dimension.DELIVERY, Outcome.DELIVERED),
            failed=number(Dimension.DELIVERY, Outcome.FAILED),
            waiting=waiting,
        ),
        ms=_times(totals, sketches_of(counts), samples),
        figures=figures_of(totals),
    )


def count_open(totals: Totals) -> int:
    """Return how many escalations have not ended, or were taken up again since."""
    opened, returned, *ended = (
        totals.get((Dimension.ESCALATION, value), (0, 0))[0]
        for value in (OPENED, RETURNED, *ENDED)
    )
    # A resolution may be counted a moment before its opening: topics have no common
    # order.
    return max(0, opened + returned - sum(ended))


def _by_value(totals: Totals, dimension: Dimension) -> dict[str, int]:
    found = [
        (value, n) for (name, value), (n, _) in totals.items() if name == dimension
    ]
    return dict(sorted(found, key=lambda item: (-item[1], item[0])))


def sketches_of(counts: Iterable[Count]) -> dict[str, dict[str, int]]:
    """Return the sketch of each thing that is timed, over all buckets.

    Without those that a part of the counts has none of: of before it was kept.
    """
    found: dict[str, list[Count]] = {}
    for count in counts:
        if count.dimension == Dimension.MS:
            found.setdefault(count.value, []).append(count)
    sketches = {
        name: merged(each.bins or {} for each in some) for name, some in found.items()
    }
    return {
        name: bins
        for name, bins in sketches.items()
        if sum(bins.values()) == sum(each.n for each in found[name])
    }


def _times(
    totals: Totals, sketches: Mapping[str, Bins], samples: Mapping[str, Sequence[int]]
) -> dict[str, int | None]:
    times: dict[str, int | None] = {}
    for name in TIMED:
        n, ms = totals.get((Dimension.MS, name), (0, 0))
        mean = round(ms / n) if n else None
        found = _quantiles(sketches.get(name), samples.get(name, ()))
        for key in (name, FIRST_RESPONSE) if name == ANSWERED else (name,):
            times[f"{key}_mean"] = mean
            for percent, value in zip(PERCENTS, found, strict=True):
                times[f"{key}_p{percent}"] = value
    return times


def _quantiles(sketch: Bins | None, samples: Sequence[int]) -> list[int | None]:
    if sketch is not None:
        return quantiles(sketch, [percent / 100 for percent in PERCENTS])
    ranked = sorted(samples)
    return [choose_percentile(ranked, percent) for percent in PERCENTS]


def choose_percentile(ranked: Sequence[int], percent: int) -> int | None:
    """Return the nearest-rank percentile of sorted values, None of nothing."""
    if not ranked:
        return None
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]


def fill_series(
    counts: Iterable[Count], *, start: datetime, end: datetime, step: Step
) -> list[Series]:
    """Return one series per value, largest first, with a point for every bucket."""
    found: dict[str, dict[datetime, int]] = {}
    for count in counts:
        points = found.setdefault(count.value, {})
        at = floor_to(count.at, step)
        points[at] = points.get(at, 0) + count.n
    every = list(buckets(start, end, step))
    largest = sorted(found, key=lambda key: (-sum(found[key].values()), key))
    return [
        Series(key, [(at, found[key].get(at, 0)) for at in every])
        for key in largest[:MAX_SERIES]
    ]
