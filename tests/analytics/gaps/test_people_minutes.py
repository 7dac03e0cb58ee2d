"""How long people had an escalation."""

from datetime import timedelta

import pytest

from services.analytics.domain.gaps.people_minutes import (
    StatusChange,
    measure_people_minutes,
)
from tests.analytics.factories import NOON


def changes(*moves):
    """Return changes from pairs of a minute and the status it led to."""
    return [
        StatusChange(revision, NOON + timedelta(minutes=minute), to)
        for revision, (minute, to) in enumerate(moves, 1)
    ]


@pytest.mark.parametrize(
    ("moves", "minutes"),
    [
        pytest.param([(5, "acknowledged"), (20, "resolved")], 15, id="one hand"),
        pytest.param([(5, "answered"), (6, "resolved")], 1, id="answered at once"),
        pytest.param(
            [(5, "acknowledged"), (9, "answered"), (25, "resolved")],
            20,
            id="from the first",
        ),
        pytest.param(
            [
                (5, "acknowledged"),
                (10, "resolved"),
                (500, "reopened"),
                (600, "acknowledged"),
                (602, "resolved"),
            ],
            7,
            id="reopened: between the two it was nobody's",
        ),
        pytest.param([(5, "acknowledged")], None, id="not ended"),
        pytest.param(
            [(1, "answered"), (2, "resolved"), (3, "reopened"), (4, "acknowledged")],
            None,
            id="not ended again",
        ),
        pytest.param([(5, "withdrawn")], None, id="nobody had it"),
        pytest.param([], None, id="nothing happened"),
        pytest.param([(5, "acknowledged"), (4, "resolved")], 0, id="two clocks"),
    ],
)
def test_people_minutes_are_those_in_which_somebody_had_it(moves, minutes):
    assert measure_people_minutes(changes(*moves)) == minutes


def test_the_order_in_which_changes_are_read_does_not_matter():
    forward = changes((5, "acknowledged"), (20, "resolved"))

    assert measure_people_minutes(reversed(forward)) == 15
