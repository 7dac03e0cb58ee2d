"""Growth that one escalation more does not turn into a headline."""

from datetime import timedelta

import pytest

from services.analytics.domain.profiles.growth import (
    Flags,
    choose_flags,
    is_again,
    measure_growth,
)
from tests.analytics.factories import NOON


@pytest.mark.parametrize(
    ("before", "now", "growth"),
    [(1, 2, 0.0909), (10, 20, 0.5), (100, 200, 0.9091), (0, 50, 5.0), (0, 0, 0.0)],
)
def test_growth_says_more_of_many_than_of_few(before, now, growth):
    assert measure_growth(now, before) == growth


def test_what_shrinks_grows_by_less_than_nothing():
    assert measure_growth(0, 50) == -0.8333


def flags(counted, before, *, days=100):
    return choose_flags(
        now=NOON,
        first_seen=NOON - timedelta(days=days),
        counted=counted,
        counted_before=before,
    )


def test_a_young_pattern_emerges_from_the_third_escalation_on():
    assert not flags(2, 0, days=1).emerging
    assert flags(3, 0, days=1).emerging


def test_an_old_pattern_emerges_when_it_doubles():
    assert flags(32, 10).emerging
    assert not flags(12, 10).emerging


def test_a_pattern_vanishes_when_half_of_many_stay_away():
    assert flags(4, 20).vanishing
    assert not flags(0, 4).vanishing


def test_a_pattern_that_goes_on_as_before_has_no_flag():
    assert flags(5, 5) == Flags()


@pytest.mark.parametrize("status", ["ignored", "fixed", "verified"])
def test_what_was_settled_and_goes_on_is_there_again(status):
    assert is_again(status, 2)
    assert not is_again(status, 0)


def test_what_regressed_is_there_again_and_what_is_open_is_not():
    assert is_again("regressed", 0)
    assert not is_again("open", 2)
