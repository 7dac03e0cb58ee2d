"""Ids repeat, schedules end."""

import uuid
from datetime import timedelta

import pytest

from shared import ids
from shared.retry import Schedule, backoff

FIVE_AND_THIRTY = Schedule([timedelta(seconds=5), timedelta(seconds=30)])


def test_a_derived_id_is_the_uuid5_of_its_parts() -> None:
    name = "request\x1facme\x1fe-1"

    assert ids.derive("request", "acme", "e-1") == str(uuid.uuid5(ids.NAMESPACE, name))


def test_parts_do_not_run_into_each_other() -> None:
    assert ids.derive("a", "bc", "d") != ids.derive("a", "b", "cd")


@pytest.mark.parametrize(
    ("attempt", "chance", "seconds"),
    [
        pytest.param(1, 0.5, 5.0, id="first wait, no jitter"),
        pytest.param(1, 0.0, 4.0, id="a fifth shorter at the least"),
        pytest.param(2, 1.0, 36.0, id="a fifth longer at the most"),
    ],
)
def test_a_wait_follows_the_schedule_within_its_jitter(
    attempt: int, chance: float, seconds: float
) -> None:
    wait = backoff(attempt, FIVE_AND_THIRTY, chance=chance)

    assert wait == timedelta(seconds=seconds)


@pytest.mark.parametrize("attempt", [0, 3])
def test_outside_the_schedule_nothing_is_tried_again(attempt: int) -> None:
    assert backoff(attempt, FIVE_AND_THIRTY, chance=0.5) is None
