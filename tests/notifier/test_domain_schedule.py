"""When to try again, and when to leave a far side alone."""

from datetime import timedelta

import pytest

from services.notifier.domain.circuit import FAILURES_TO_OPEN, Circuits
from services.notifier.domain.schedule import (
    EMAIL_WAITS,
    WAITS,
    decide_wait,
    schedule_of,
)
from tests.notifier.letters import AT

PAUSE = timedelta(seconds=10)


def test_there_are_fourteen_tries_in_seventy_six_hours() -> None:
    assert len(WAITS) + 1 == 14
    assert sum(WAITS, timedelta()) == timedelta(hours=75, minutes=52, seconds=35)


def test_mail_goes_on_until_a_hundred_and_twenty_hours() -> None:
    total = sum(EMAIL_WAITS, timedelta())

    assert timedelta(hours=119) < total <= timedelta(hours=120)
    assert max(EMAIL_WAITS) == timedelta(hours=24)


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.5, 0.999])
def test_every_wait_is_within_a_fifth_of_the_plan(chance: float) -> None:
    schedule = schedule_of("webhook", scale=1)

    for step, planned in enumerate(WAITS, start=1):
        wait = decide_wait(step, schedule, chance=chance)
        assert wait is not None
        assert abs(wait - planned) <= planned * 0.2


def test_after_the_last_wait_it_is_given_up() -> None:
    schedule = schedule_of("webhook", scale=1)

    assert decide_wait(len(WAITS), schedule, chance=0.5) is not None
    assert decide_wait(len(WAITS) + 1, schedule, chance=0.5) is None


def test_tests_shrink_time_but_not_what_the_far_side_asked_for() -> None:
    schedule = schedule_of("webhook", scale=0.001)

    assert decide_wait(1, schedule, chance=0.5) == timedelta(milliseconds=5)
    asked = decide_wait(1, schedule, chance=0.5, retry_after=timedelta(seconds=9))
    assert asked == timedelta(seconds=9)


def test_nobody_is_believed_who_asks_for_ten_years() -> None:
    schedule = schedule_of("webhook", scale=1)

    wait = decide_wait(1, schedule, chance=0.5, retry_after=timedelta(days=3650))

    assert wait == timedelta(hours=24)


def test_a_far_side_that_fails_in_a_row_is_left_alone_but_for_one_probe() -> None:
    circuits = Circuits(pause=PAUSE)
    for _ in range(FAILURES_TO_OPEN):
        assert circuits.closed_until("x", now=AT) is None
        circuits.note("x", reached=False, now=AT)

    assert circuits.closed_until("x", now=AT) == AT + PAUSE
    assert circuits.closed_until("y", now=AT) is None
    probe = AT + PAUSE
    assert circuits.closed_until("x", now=probe) is None
    assert circuits.closed_until("x", now=probe) == probe + PAUSE


def test_one_success_closes_the_circuit_and_says_that_it_was_open() -> None:
    circuits = Circuits(pause=PAUSE)
    for _ in range(FAILURES_TO_OPEN):
        assert circuits.note("x", reached=False, now=AT) is False

    assert circuits.note("x", reached=True, now=AT) is True
    assert circuits.closed_until("x", now=AT) is None
    assert circuits.note("x", reached=True, now=AT) is False


def test_failures_with_successes_between_them_open_nothing() -> None:
    circuits = Circuits(pause=PAUSE)
    for _ in range(3 * FAILURES_TO_OPEN):
        circuits.note("x", reached=False, now=AT)
        circuits.note("x", reached=True, now=AT)

    assert circuits.closed_until("x", now=AT) is None
