"""A simulated year: four of five users are answered by the time they were told."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.analytics.domain.estimates import PAST, Wait, estimate, estimate_by_hour
from services.escalator.domain.calendar.calendar import ALWAYS_OPEN, Calendar
from services.escalator.domain.promises.expectation import (
    MIN_SAMPLES,
    NO_PAST,
    expect_from_past,
)
from services.escalator.escalate.promises.expecting import to_past
from shared.events import EstimateBy, ResponseEstimate

ZONE = ZoneInfo("Europe/Lisbon")
DAYS = 365
HOURS = [("09:00", "13:00"), ("14:00", "18:00")]
OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS)
MEDIAN_MINUTES = {"billing": 25.0, "": 70.0}


def openings(rng: random.Random, day: datetime) -> list[datetime]:
    """Return when users ask on one day: most by day, some by night."""
    hours = [*range(8, 22)] * 4 + [*range(24)]
    return sorted(
        day + timedelta(hours=rng.choice(hours), seconds=rng.randrange(3600))
        for _ in range(rng.randrange(30, 60))
    )


def answer_after(
    rng: random.Random, calendar: Calendar, route: str, at: datetime
) -> datetime:
    """Return when a person answers: in hours, later the busier it is."""
    busy = 1.8 if at.astimezone(ZONE).weekday() == 0 else 1.0
    minutes = MEDIAN_MINUTES[route] * busy * rng.lognormvariate(0, 0.9)
    return calendar.add(at, timedelta(minutes=minutes)) or at


def estimated(waits: list[Wait], now: datetime) -> ResponseEstimate:
    """Return what analytics publishes at *now*: it sees no answer of the future."""
    recent = [
        wait
        if wait.ended_at <= now
        else Wait(wait.route, wait.opened_at, now, answered=False)
        for wait in waits
        if now - PAST <= wait.opened_at < now
    ]
    overall = estimate(recent)
    return ResponseEstimate(
        app_id="acme",
        updated_at=now,
        samples=overall.samples,
        p50_seconds=overall.p50 or 0,
        p80_seconds=overall.p80 or 0,
        timezone=ZONE.key,
        by=[
            EstimateBy(
                route=each.route,
                hour_of_week=each.hour_of_week,
                samples=each.samples,
                p80_seconds=each.p80,
            )
            for each in estimate_by_hour(recent, ZONE, least=MIN_SAMPLES)
        ],
    )


@pytest.mark.parametrize(
    "calendar",
    [ALWAYS_OPEN, Calendar.from_values(ZONE.key, week=OFFICE)],
    ids=["always open", "office hours"],
)
def test_of_a_years_promises_eighty_percent_are_kept(calendar):
    rng = random.Random(20261130)
    day = datetime(2026, 1, 1, tzinfo=UTC)
    waits: list[Wait] = []
    past = NO_PAST
    told = kept = 0
    for number in range(DAYS):
        if number % 14 == 0:
            past = to_past(estimated(waits, day))
        for at in openings(rng, day):
            route = rng.choice(["billing", "", ""])
            answered_at = answer_after(rng, calendar, route, at)
            waits.append(Wait(route, at, answered_at, answered=True))
            by = expect_from_past(past, calendar, route=route, now=at)
            if by is not None:
                told += 1
                kept += answered_at <= by
        day += timedelta(days=1)

    assert told > 10_000
    assert 0.75 <= kept / told <= 0.85, kept / told
