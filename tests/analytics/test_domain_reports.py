"""Numbers from counts."""

from datetime import timedelta

import pytest

from services.analytics.domain.periods import Step
from services.analytics.domain.reports import (
    MAX_SERIES,
    Count,
    choose_percentile,
    count_open,
    fill_series,
    summarise,
)
from tests.analytics.factories import NOON


def count(dimension, value, n, ms=0, at=NOON):
    return Count(dimension, value, at, n, ms)


def escalations(**numbers):
    return {("escalation", value): (n, 0) for value, n in numbers.items()}


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        pytest.param({}, 0, id="nothing happened"),
        pytest.param({"opened": 5, "resolved": 2}, 3, id="some are left"),
        pytest.param({"opened": 2, "acknowledged": 2}, 2, id="taken is still open"),
        pytest.param(
            {"opened": 1, "resolved": 2, "returned": 1}, 0, id="came back once"
        ),
        pytest.param({"opened": 1, "reopened": 1}, 1, id="reopened while open is one"),
        pytest.param({"resolved": 1}, 0, id="its opening is still on the way"),
    ],
)
def test_open_is_what_is_not_resolved(numbers, expected):
    assert count_open(escalations(**numbers)) == expected


def test_requests_are_the_resolved_and_the_unresolved():
    counts = [count("outcome", "resolved", 7), count("outcome", "unresolved", 3)]

    found = summarise(counts, before_end=[], samples={})

    assert (found.requests, found.resolved) == (10, 7)


def test_reasons_come_largest_first():
    counts = [
        count("reason", "policy", 1),
        count("reason", "no_match", 4),
        count("reason", "no_match", 1, at=NOON + timedelta(hours=1)),
    ]

    found = summarise(counts, before_end=[], samples={})

    assert list(found.by_reason.items()) == [("no_match", 5), ("policy", 1)]


def test_means_come_from_counters_and_percentiles_from_samples():
    counts = [count("ms", "delivered", 4, 1000)]

    found = summarise(
        counts, before_end=[], samples={"delivered": [400, 100, 200, 300]}
    )

    assert found.ms["delivered_mean"] == 250
    assert found.ms["delivered_p50"] == 200
    assert found.ms["delivered_p90"] == 400
    assert found.ms["resolved_mean"] is None


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, None),
        ([5], 90, 5),
        ([1, 2, 3, 4], 50, 2),
        (list(range(1, 101)), 90, 90),
    ],
)
def test_percentiles_are_nearest_rank(values, percent, expected):
    assert choose_percentile(values, percent) == expected


def test_a_series_has_a_point_for_every_bucket():
    day = timedelta(days=1)
    counts = [count("reason", "policy", 2), count("reason", "policy", 1, at=NOON + day)]

    (series,) = fill_series(counts, start=NOON - day, end=NOON + 2 * day, step=Step.DAY)

    assert series.key == "policy"
    assert [n for _, n in series.points] == [0, 2, 1, 0]


def test_series_are_bounded_and_the_largest_stay():
    counts = [count("destination", f"d-{i}", i + 1) for i in range(MAX_SERIES + 20)]

    found = fill_series(
        counts, start=NOON, end=NOON + timedelta(hours=1), step=Step.HOUR
    )

    assert len(found) == MAX_SERIES
    assert found[0].key == f"d-{MAX_SERIES + 19}"
