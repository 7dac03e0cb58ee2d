"""When a week is told: the app's own time, whatever its zone and its summer time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.analytics.reporting.weekly.schedule import is_due, latest_week

BERLIN = ZoneInfo("Europe/Berlin")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def week(now, *, zone=BERLIN, weekday="mon", time="08:00"):
    return latest_week(at(now), zone=zone, weekday=weekday, at=time)


def test_it_is_the_seven_days_before_the_day_that_it_is_told_on():
    found = week("2026-11-23T07:00:00")

    assert found.told_at == at("2026-11-23T07:00:00")
    assert found.start == at("2026-11-15T23:00:00")
    assert found.end == at("2026-11-22T23:00:00")
    assert found.name == "2026-W48"


def test_a_moment_before_its_time_the_week_before_is_the_latest():
    assert week("2026-11-23T06:59:59").name == "2026-W47"


@pytest.mark.parametrize("hours", range(0, 24 * 14, 5))
def test_whenever_one_looks_there_is_one_week_and_it_is_over(hours):
    now = at("2026-11-23T07:00:00") + timedelta(hours=hours)

    found = latest_week(now, zone=BERLIN, weekday="mon", at="08:00")

    assert found.end <= found.told_at <= now < found.told_at + timedelta(days=7)


def test_summer_time_moves_the_moment_and_not_the_clock():
    before, after = week("2026-10-20T00:00:00"), week("2026-10-27T00:00:00")

    assert before.told_at == at("2026-10-19T06:00:00")
    assert after.told_at == at("2026-10-26T07:00:00")
    assert after.end - after.start == timedelta(days=7, hours=1)
    assert after.start == before.end


def test_a_time_that_the_clock_skips_is_still_a_moment():
    found = week("2026-03-30T00:00:00", weekday="sun", time="02:30")

    assert found.told_at == at("2026-03-29T01:30:00")


def test_another_day_of_the_same_calendar_week_is_the_same_report():
    assert week("2026-11-27T12:00:00", weekday="thu").name == "2026-W48"
    assert week("2026-11-27T12:00:00", weekday="mon").name == "2026-W48"


def test_the_turn_of_the_year_has_a_week_of_its_own():
    assert week("2027-01-04T12:00:00").name == "2027-W01"
    assert week("2026-12-28T12:00:00").name == "2026-W53"


def test_far_from_utc_the_day_is_the_apps():
    found = week("2026-11-22T18:00:00", zone=ZoneInfo("Pacific/Auckland"))

    assert found.told_at == at("2026-11-22T19:00:00") - timedelta(days=7)
    assert week("2026-11-22T19:00:00", zone=ZoneInfo("Pacific/Auckland")).end == at(
        "2026-11-22T11:00:00"
    )


def test_a_day_of_a_later_version_is_a_monday():
    assert week("2026-11-23T07:00:00", weekday="someday").told_at.weekday() == 0


@pytest.mark.parametrize(
    ("late", "due"),
    [
        (timedelta(0), True),
        (timedelta(days=2) - timedelta(seconds=1), True),
        (timedelta(days=2), False),
    ],
)
def test_what_is_too_late_is_left_out(late, due):
    found = week("2026-11-23T07:00:00")

    assert is_due(found, now=found.told_at + late) is due
