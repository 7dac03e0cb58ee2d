"""Periods cut into counters: nothing twice, nothing left out, few documents."""

import random
from datetime import UTC, datetime, timedelta

from services.analytics.domain.periods import Step
from services.analytics.domain.profiles.counting.counters import PatternCounter
from services.analytics.domain.profiles.counting.pieces import cut

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def moment(*parts):
    return datetime(*parts, tzinfo=UTC)


def covered(pieces):
    """Return every hour of the counters, and the edges."""
    hours = []
    for piece in pieces.counters:
        for part in piece.parts:
            if piece.step == "day":
                hours.append(piece.at + part * HOUR)
            else:
                day = piece.at.replace(day=part)
                hours += [day + i * HOUR for i in range(24)]
    return hours


def test_a_quarter_of_a_year_is_a_handful_of_counters():
    pieces = cut(moment(2026, 9, 1), moment(2026, 12, 1))

    assert [(piece.step, piece.at.month, piece.whole) for piece in pieces.counters] == [
        ("month", 9, True),
        ("month", 10, True),
        ("month", 11, True),
    ]
    assert pieces.edges == ()


def test_parts_of_months_and_days_are_named():
    pieces = cut(moment(2026, 9, 28, 22, 30), moment(2026, 11, 15, 2))

    assert pieces.edges == ((moment(2026, 9, 28, 22, 30), moment(2026, 9, 28, 23)),)
    assert [(each.step, each.at, len(each.parts)) for each in pieces.counters] == [
        ("day", moment(2026, 9, 28), 1),
        ("day", moment(2026, 9, 29), 24),
        ("day", moment(2026, 9, 30), 24),
        ("month", moment(2026, 10, 1), 31),
        ("month", moment(2026, 11, 1), 14),
        ("day", moment(2026, 11, 15), 2),
    ]


def test_whatever_the_period_each_of_its_moments_is_in_one_piece():
    chance = random.Random(5)
    for _ in range(400):
        start = moment(2026, 1, 1) + timedelta(minutes=chance.randrange(500_000))
        end = start + timedelta(minutes=chance.randrange(1, 150_000))
        for hourly in (False, True):
            pieces = cut(start, end, hourly=hourly)

            hours = covered(pieces)
            assert len(hours) == len(set(hours))
            whole = len(hours) * HOUR
            rest = sum((last - first for first, last in pieces.edges), timedelta())
            assert whole + rest == end - start
            assert all(start <= each and each + HOUR <= end for each in hours)
            assert all(last - first < HOUR for first, last in pieces.edges)


def test_a_piece_counts_what_of_a_counter_is_in_the_period():
    [piece] = cut(moment(2026, 11, 3), moment(2026, 11, 20)).counters

    parts = {"2": 5, "3": 1, "19": 2, "20": 9}
    assert piece.counts([PatternCounter("p", 17, parts)]) == {"p": 3}
    places = piece.places({moment(2026, 11, i): i for i in range(1, 31)}, Step.DAY)
    assert places == {str(i): i for i in range(3, 20)}
