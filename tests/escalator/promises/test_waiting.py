"""Since when a user waits, and until when people mean to answer."""

from datetime import UTC, datetime, timedelta

import pytest

from services.escalator.domain.calendar.calendar import ALWAYS_OPEN, Calendar
from services.escalator.domain.promises.targets import (
    NO_LIMITS,
    choose_target,
    limits_of,
)
from services.escalator.domain.promises.waiting import waiting_since
from services.escalator.domain.routing.facts import facts_of
from services.escalator.domain.transcripts.line import Line
from shared.events.preferences import Target

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
OFFICE = Calendar.from_values(
    week={"mon": [("09:00", "18:00")], "tue": [("09:00", "18:00")]}
)


def lines(*said: tuple[str, int]) -> list[Line]:
    return [
        Line(f"e-{at}", role, "words", NOON + minutes * MINUTE)
        for at, (role, minutes) in enumerate(said)
    ]


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        pytest.param([("user", 0)], 0, id="one message"),
        pytest.param([("user", -3), ("user", 0)], -3, id="asked twice"),
        pytest.param(
            [("user", -9), ("assistant", -8), ("user", -2), ("user", 0)],
            -2,
            id="the assistant answered before",
        ),
        pytest.param(
            [("user", -9), ("teammate", -8), ("user", 0)], 0, id="a person answered"
        ),
        pytest.param(
            [("user", -2), ("user", 0), ("assistant", 1)], -2, id="promised by a bot"
        ),
        pytest.param([("user", -2), ("", -1), ("user", 0)], -2, id="a mark between"),
        pytest.param([("user", -90), ("user", 0)], 0, id="thanks, an hour before"),
        pytest.param([], 0, id="nothing was typed"),
    ],
)
def test_the_clock_starts_at_the_first_message_that_nobody_answered(said, minutes):
    since = waiting_since(lines(*said), NOON, now=NOON + HOUR)

    assert since == NOON + minutes * MINUTE


def test_no_clock_starts_in_the_future():
    assert waiting_since([], NOON + HOUR, now=NOON) == NOON


def test_the_first_target_that_matches_holds():
    targets = [
        Target(match={"priority": ["high"]}, first_response="1h"),
        Target(match={}, first_response="4h"),
    ]

    assert (
        choose_target(targets, facts_of(reason="no_match", priority="high"))
        is targets[0]
    )
    assert choose_target(targets, facts_of(reason="no_match")) is targets[1]
    assert choose_target(targets[:1], facts_of(reason="no_match")) is None


def test_business_time_stops_outside_of_hours_and_wall_time_does_not():
    late = NOON + 5 * HOUR
    target = Target(first_response="2h", resolution="PT8H")

    business = limits_of(target, OFFICE, since=late)
    wall = limits_of(target.model_copy(update={"clock": "wall"}), OFFICE, since=late)

    assert business.first_response_by == NOON + timedelta(hours=22)
    assert business.resolution_by == NOON + timedelta(days=1, hours=4)
    assert wall.first_response_by == late + 2 * HOUR


def test_a_limit_is_not_lost_to_a_week_that_never_opens():
    closed = Calendar.from_values(week={"mon": []})

    limits = limits_of(Target(first_response="2h"), closed, since=NOON)

    assert limits.first_response_by == NOON + 2 * HOUR
    assert limits.resolution_by is None


def test_without_a_target_there_is_no_limit():
    assert limits_of(None, ALWAYS_OPEN, since=NOON) == NO_LIMITS
