"""What counts as what, and sums that add up."""

import pytest

from services.analytics.domain.facts import (
    DAY,
    HOUR,
    Difference,
    daily,
    find_differences,
    should_time_change,
    tally,
    values_of_change,
    values_of_delivery,
    values_of_request,
)
from tests.analytics.factories import (
    NOON,
    delivered,
    fact_of,
    many_events,
    opened,
    unresolved,
    updated,
)

NOON_SECONDS = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("before", "after", "values"),
    [
        pytest.param("open", "open", [], id="a note is no new status"),
        pytest.param("open", "acknowledged", ["acknowledged"], id="taken"),
        pytest.param("open", "resolved", ["resolved"], id="resolved at once"),
        pytest.param("answered", "reopened", ["reopened"], id="reopened while open"),
        pytest.param(
            "resolved", "reopened", ["reopened", "returned"], id="back from resolved"
        ),
        pytest.param(
            "resolved", "answered", ["answered", "returned"], id="back by an answer"
        ),
        pytest.param("resolved", "resolved", [], id="resolved twice is once"),
    ],
)
def test_a_change_counts_only_as_its_new_status(before, after, values):
    assert [value for _, value in values_of_change(before, after)] == values


@pytest.mark.parametrize(
    ("before", "after", "timed"),
    [
        pytest.param("open", "acknowledged", True, id="first look"),
        pytest.param("acknowledged", "answered", True, id="answer"),
        pytest.param("answered", "resolved", True, id="done"),
        pytest.param("reopened", "acknowledged", False, id="a new wait began"),
        pytest.param("resolved", "reopened", False, id="ends no wait"),
        pytest.param("resolved", "resolved", False, id="no change"),
    ],
)
def test_a_wait_is_timed_from_the_opening_only(before, after, timed):
    assert should_time_change(before, after) is timed


def test_a_resolved_request_has_no_reason():
    assert values_of_request("resolved", None) == (("outcome", "resolved"),)


def test_a_failed_delivery_reached_no_destination():
    assert values_of_delivery("failed", "team-mail") == (("delivery", "failed"),)


def test_a_batch_is_tallied_per_app_value_and_hour():
    cells = tally(
        map(
            fact_of,
            [
                unresolved("1"),
                unresolved("2", NOON.replace(minute=59)),
                unresolved("3", NOON.replace(hour=13)),
                unresolved("4", app_id="other"),
            ],
        )
    )

    assert cells["acme", "reason", "no_match", NOON_SECONDS] == (2, 0)
    assert cells["acme", "reason", "no_match", NOON_SECONDS + HOUR] == (1, 0)
    assert cells["other", "outcome", "unresolved", NOON_SECONDS] == (1, 0)


def test_times_are_summed_beside_their_number():
    cells = tally(map(fact_of, [delivered("1"), delivered("2")]))

    assert cells["acme", "ms", "delivered", NOON_SECONDS] == (2, 4000)


def test_days_hold_the_sum_of_their_hours():
    hourly = tally(map(fact_of, many_events(500)))

    days = daily(hourly)

    assert sum(n for n, _ in days.values()) == sum(n for n, _ in hourly.values())
    assert sum(ms for _, ms in days.values()) == sum(ms for _, ms in hourly.values())
    assert all(bucket % DAY == 0 for *_, bucket in days)


def test_a_counter_that_is_off_or_missing_is_a_difference():
    cell, lost = ("acme", "reason", "policy", 0), ("acme", "outcome", "resolved", 0)

    found = find_differences({cell: (2, 0)}, {cell: (3, 0), lost: (1, 0)})

    assert found == [Difference(lost, (0, 0), (1, 0)), Difference(cell, (2, 0), (3, 0))]


def test_an_opening_and_its_acknowledgement_are_counted_apart():
    cells = tally(map(fact_of, [opened(), updated(opened_at=NOON)]))

    assert cells["acme", "escalation", "opened", NOON_SECONDS] == (1, 0)
    assert cells["acme", "escalation", "acknowledged", NOON_SECONDS] == (1, 0)
    assert cells["acme", "ms", "acknowledged", NOON_SECONDS] == (1, 0)
