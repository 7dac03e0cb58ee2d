"""Buckets, and which store answers for which part of a period."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.domain.periods import (
    Source,
    Step,
    buckets,
    ceil_to,
    choose_spans,
    floor_to,
)

MOMENTS = st.datetimes(
    datetime(2001, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)
)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param(Step.HOUR, "2026-11-22T13:00:00", id="hour"),
        pytest.param(Step.DAY, "2026-11-22T00:00:00", id="day"),
        # 22 November 2026 is a Sunday.
        pytest.param(Step.WEEK, "2026-11-16T00:00:00", id="week begins on Monday"),
    ],
)
def test_a_bucket_begins_where_people_say(step, expected):
    assert floor_to(moment("2026-11-22T13:45:10"), step) == moment(expected)


def test_buckets_are_utc_whatever_zone_asks():
    lisbon = timezone(timedelta(hours=5, minutes=30))

    assert floor_to(datetime(2026, 11, 22, 2, 10, tzinfo=lisbon), Step.DAY) == moment(
        "2026-11-21T00:00:00"
    )


@given(MOMENTS, st.sampled_from(list(Step)))
def test_floor_and_ceil_enclose_a_moment(at, step):
    low, high = floor_to(at, step), ceil_to(at, step)

    assert low <= at <= high
    assert low == at == high or low < at < high


def test_a_beginning_is_its_own_floor_and_ceiling():
    midnight = moment("2026-11-22T00:00:00")

    assert floor_to(midnight, Step.DAY) == ceil_to(midnight, Step.DAY) == midnight


def test_every_bucket_with_a_part_in_the_period_is_yielded():
    found = list(
        buckets(moment("2026-11-22T10:30:00"), moment("2026-11-22T13:00:00"), Step.HOUR)
    )

    assert [each.hour for each in found] == [10, 11, 12]


@given(MOMENTS, st.timedeltas(timedelta(seconds=1), timedelta(days=90)))
def test_spans_cover_a_period_without_gap_or_overlap(start, length):
    end = start + length

    spans = choose_spans(start, end)

    assert [span.start for span in spans] == [start, *(span.end for span in spans[:-1])]
    assert spans[-1].end == end
    for span in spans:
        if span.source is not Source.FACTS:
            step = Step(span.source.value)
            assert floor_to(span.start, step) == span.start
            assert floor_to(span.end, step) == span.end
        else:
            assert span.end - span.start < timedelta(hours=2)


def test_whole_hours_need_no_facts():
    spans = choose_spans(moment("2026-11-20T10:00:00"), moment("2026-11-22T10:00:00"))

    assert [span.source for span in spans] == [Source.HOURS, Source.DAYS, Source.HOURS]


def test_hourly_points_are_not_taken_from_days():
    spans = choose_spans(
        moment("2026-11-20T00:00:00"), moment("2026-11-22T00:00:00"), finest=Step.HOUR
    )

    assert [span.source for span in spans] == [Source.HOURS]
