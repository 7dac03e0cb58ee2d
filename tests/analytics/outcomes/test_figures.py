"""Rates and sketches: exact where they count, within one percent where they measure."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.domain.facts import tally_times
from services.analytics.domain.figures import NO_FIGURES, figures_of
from services.analytics.domain.outcomes.outcome import CameOfIt, counted_as
from services.analytics.domain.sketches import (
    ACCURACY,
    ZERO,
    bin_of,
    merged,
    quantiles,
)
from tests.analytics.factories import fact_of, many_events

TIMES = st.lists(st.integers(0, 10**10), min_size=1, max_size=300)


def sketch_of(times):
    return merged({bin_of(each): 1} for each in times)


@given(TIMES, st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_a_quantile_is_within_one_percent(times, share):
    exact = sorted(times)[max(0, math.ceil(share * len(times)) - 1)]

    (found,) = quantiles(sketch_of(times), [share])

    assert abs(found - exact) <= exact * ACCURACY + 1


@given(TIMES, st.data())
def test_parts_of_a_sketch_make_the_whole_in_any_order(times, data):
    cut = data.draw(st.integers(0, len(times)))
    parts = [sketch_of(times[cut:]), sketch_of(times[:cut])]

    assert merged(parts) == sketch_of(times)


def test_bins_are_what_they_were_when_they_were_stored():
    """Changing the mapping would make nonsense of every sketch that is kept."""
    names = [bin_of(each) for each in (0, 1, 2, 10, 1_000, 60_000, 86_400_000)]

    assert names == [ZERO, "0", "35", "116", "346", "551", "914"]


def test_of_nothing_no_time_is_told():
    assert quantiles({}, [0.5, 0.99]) == [None, None]


def test_facts_add_to_their_hours_sketches_as_often_as_they_are_timed():
    facts = [fact_of(event) for event in many_events(300)]
    timed = [fact for fact in facts if fact.timed is not None]

    cells = tally_times(facts)

    assert sum(sum(bins.values()) for bins in cells.values()) == len(timed) > 0
    assert {cell[2] for cell in cells} == {fact.timed for fact in timed}


def totals(**counts):
    return {
        (dimension, value): (n, 0)
        for dimension, values in counts.items()
        for value, n in values.items()
    }


def test_of_a_period_without_requests_nothing_is_claimed():
    assert figures_of({}) == NO_FIGURES


def test_a_hand_off_is_an_escalation_and_never_a_resolution():
    found = figures_of(
        totals(came_of_it={"handed_over": 1, "reached_person": 1, "resolved": 2})
    )

    assert found.rates.resolution == 0.5
    assert found.rates.escalation == 0.5


def test_what_goes_on_or_was_taken_back_is_in_no_rate():
    found = figures_of(
        totals(came_of_it={"pending": 50, "withdrawn": 50, "resolved": 1})
    )

    assert found.rates.resolution == 1.0


def test_promises_that_were_rescheduled_are_neither_kept_nor_broken():
    found = figures_of(totals(promise={"kept": 3, "broken": 1, "rescheduled": 9}))

    assert found.rates.promises_kept == 0.75


@pytest.mark.parametrize("came", list(CameOfIt))
def test_an_outcome_counts_as_what_came_of_it_and_what_else_is_so(came):
    stored = {"came_of_it": came.value, "dead_end": True, "durable": False}

    assert counted_as(stored) == (came.value, "dead_end", "not_durable")


def test_an_outcome_of_a_later_version_is_counted_by_what_is_known_of_it():
    assert counted_as({"came_of_it": "teleported", "by": "magic"}) == ("teleported",)
