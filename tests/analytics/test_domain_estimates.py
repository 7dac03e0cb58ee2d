"""How long people take to answer, from waits that ended and waits that did not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.analytics.domain.estimates import (
    MAX_HOURS_AROUND,
    Wait,
    estimate,
    estimate_by_hour,
    quantile,
)

MONDAY = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


def wait(minutes: float, *, answered=True, route="", opened_at=MONDAY) -> Wait:
    return Wait(route, opened_at, opened_at + timedelta(minutes=minutes), answered)


def test_four_of_five_answers_meet_the_time_and_one_more_is_left_room_for():
    waits = [wait(minutes) for minutes in range(1, 100)]

    assert quantile(waits, 0.8) == pytest.approx(80 * 60)
    assert quantile(waits, 0.5) == pytest.approx(50 * 60)


def test_few_answers_promise_less():
    assert quantile([wait(1), wait(2), wait(3), wait(4)], 0.8) == pytest.approx(240)
    assert quantile([wait(1), wait(2), wait(3)], 0.8) is None


def test_between_two_answers_lies_a_straight_line():
    assert quantile([wait(10), wait(20)], 0.5) == pytest.approx(15 * 60)


def test_those_who_still_wait_make_it_longer():
    answered = [wait(minutes) for minutes in range(1, 50)]
    lying = [wait(1000, answered=False) for _ in range(5)]

    without, with_them = quantile(answered, 0.8), quantile([*answered, *lying], 0.8)

    assert without == pytest.approx(40 * 60)
    assert with_them == pytest.approx(44 * 60)
    assert quantile([*answered, *lying * 5], 0.8) is None


def test_one_that_was_opened_a_moment_ago_says_nothing():
    waits = [wait(minutes) for minutes in range(1, 100)]

    assert quantile([*waits, wait(0, answered=False)], 0.8) == pytest.approx(80 * 60)


def test_nothing_is_said_of_nothing():
    assert estimate([]).samples == 0
    assert estimate([]).p80 is None


@pytest.mark.parametrize(
    ("zone", "hour"), [("UTC", 9), ("Asia/Tokyo", 18), ("Asia/Kolkata", 15)]
)
def test_hours_of_the_week_are_those_of_the_apps_zone(zone, hour):
    found = estimate_by_hour([wait(5)] * 20, ZoneInfo(zone), least=20)

    hours = [each.hour_of_week for each in found]
    assert hours == list(range(hour - MAX_HOURS_AROUND, hour + MAX_HOURS_AROUND + 1))


def test_routes_are_apart_and_too_few_are_left_out():
    waits = [wait(5, route="billing")] * 20 + [wait(60)] * 19

    found = estimate_by_hour(waits, ZoneInfo("UTC"), least=20)

    assert {each.route for each in found} == {"billing"}


def test_an_hour_of_enough_answers_takes_in_no_other():
    later = MONDAY + timedelta(hours=1)
    waits = [wait(5)] * 20 + [wait(60, opened_at=later)] * 20

    found = estimate_by_hour(waits, ZoneInfo("UTC"), least=20)

    by_hour = {each.hour_of_week: each for each in found}
    assert (by_hour[9].samples, by_hour[9].p80) == (20, pytest.approx(300))
    assert (by_hour[10].samples, by_hour[10].p80) == (20, pytest.approx(3600))
    assert by_hour[8].samples == 20
