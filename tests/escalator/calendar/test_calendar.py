"""Business hours by example: what a person would look up on a wall calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.escalator.domain.calendar.calendar import ALWAYS_OPEN, Calendar
from services.escalator.domain.calendar.public_holidays import public_holidays

OFFICE = [("09:00", "12:30"), ("13:30", "18:00")]
WORKDAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), OFFICE)
HOUR = timedelta(hours=1)


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def lisbon(**changes) -> Calendar:
    return Calendar.from_values("Europe/Lisbon", **({"week": WORKDAYS} | changes))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-30T08:59:59", False),
        ("2026-11-30T09:00", True),
        ("2026-11-30T12:29:59.999", True),
        ("2026-11-30T12:30", False),
        ("2026-11-30T13:30", True),
        ("2026-11-30T18:00", False),
        ("2026-11-29T10:00", False),
    ],
)
def test_an_interval_has_its_beginning_and_not_its_end(moment: str, is_open: bool):
    assert lisbon().is_open(at(moment, "Europe/Lisbon")) is is_open


def test_the_break_and_the_weekend_are_jumped_over():
    friday = at("2026-11-27T17:00", "Europe/Lisbon")

    assert lisbon().next_opening(friday) == friday
    assert lisbon().add(friday, 5 * HOUR) == at("2026-11-30T14:00", "Europe/Lisbon")
    assert lisbon().elapsed(friday, friday + timedelta(days=3)) == 8 * HOUR


def test_what_is_used_up_at_closing_time_is_due_then():
    assert lisbon().add(at("2026-11-30T17:00"), HOUR) == at("2026-11-30T18:00")


def test_an_override_wins_over_a_holiday_and_a_holiday_over_the_week():
    christmas = [date(2026, 12, 24), date(2026, 12, 25)]
    calendar = lisbon(
        holidays=frozenset(christmas),
        overrides={christmas[0]: [("09:00", "12:00")]},
    )

    assert calendar.is_open(at("2026-12-24T11:00"))
    assert not calendar.is_open(at("2026-12-24T14:00"))
    assert calendar.next_opening(at("2026-12-24T12:00")) == at("2026-12-28T09:00")


def test_public_holidays_are_known_by_country_and_by_part_of_it():
    epiphany, workday = at("2028-01-06T10:00"), at("2028-01-07T10:00")
    bavaria = Calendar.from_values(week=WORKDAYS, holidays=public_holidays("DE-BY"))
    berlin = Calendar.from_values(week=WORKDAYS, holidays=public_holidays("DE-BE"))

    assert bavaria.next_opening(epiphany) == at("2028-01-07T09:00")
    assert bavaria.is_open(workday)
    assert berlin.is_open(epiphany)


def test_a_country_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="XX"):
        public_holidays("XX")


def test_a_night_over_a_gap_is_an_hour_shorter_and_over_a_fold_an_hour_longer():
    nights = Calendar.from_values(
        "America/New_York", week={"sun": [("00:00", "06:00")]}
    )
    in_march = at("2026-03-08T00:00", "America/New_York")
    in_november = at("2026-11-01T00:00", "America/New_York")

    assert nights.elapsed(in_march, in_march + 24 * HOUR) == 5 * HOUR
    assert nights.elapsed(in_november, in_november + 24 * HOUR) == 7 * HOUR
    assert nights.add(in_march, 5 * HOUR) == at("2026-03-08T06:00", "America/New_York")


def test_hours_inside_a_gap_do_not_happen_and_inside_a_fold_happen_twice():
    inside = Calendar.from_values(
        "America/New_York", week={"sun": [("01:00", "01:30")]}
    )
    gap = Calendar.from_values("America/New_York", week={"sun": [("02:00", "03:00")]})
    in_march = at("2026-03-08T00:00", "America/New_York")
    in_november = at("2026-11-01T00:00", "America/New_York")

    assert gap.elapsed(in_march, in_march + 24 * HOUR) == timedelta()
    assert inside.elapsed(in_november, in_november + 24 * HOUR) == HOUR


def test_without_a_week_only_holidays_are_closed():
    holiday = frozenset([date(2026, 12, 25)])

    assert ALWAYS_OPEN.add(at("2026-12-25T10:00"), HOUR) == at("2026-12-25T11:00")
    assert Calendar.from_values(holidays=holiday).next_opening(
        at("2026-12-25T10:00")
    ) == at("2026-12-26T00:00")


@pytest.mark.parametrize("week", [{}, {"mon": []}])
def test_what_never_opens_has_no_next_opening(week):
    calendar = Calendar.from_values(week=week)

    assert calendar.next_opening(at("2026-11-30T10:00")) is None
    assert calendar.add(at("2026-11-30T10:00"), HOUR) is None
    assert calendar.elapsed(at("2026-11-30T10:00"), at("2026-12-30T10:00")) == 0 * HOUR


def test_one_date_may_open_what_has_no_week():
    calendar = Calendar.from_values(
        week={}, overrides={date(2027, 6, 1): [("10:00", "11:00")]}
    )

    assert calendar.next_opening(at("2026-11-30T10:00")) == at("2027-06-01T10:00")
    assert calendar.add(at("2026-11-30T10:00"), 2 * HOUR) is None


def test_a_day_may_end_at_midnight_and_the_next_go_on():
    night = Calendar.from_values(
        week={"mon": [("22:00", "24:00")], "tue": [("00:00", "02:00")]}
    )

    assert night.add(at("2026-11-30T21:00"), 3 * HOUR) == at("2026-12-01T01:00")


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ([("9:00", "12:00")], "no time of day"),
        ([("24:00", "24:00")], "ends before it begins"),
        ([("22:00", "02:00")], "over midnight"),
        ([("09:00", "12:00"), ("11:59", "13:00")], "overlap"),
        ([("09:00", "25:00")], "no time of day"),
    ],
)
def test_hours_that_cannot_be_are_refused(times, said: str):
    with pytest.raises(ValueError, match=said):
        Calendar.from_values(week={"mon": times})


@pytest.mark.parametrize("zone", ["Europe/Lissabon", "", "../etc/passwd", "Europe"])
def test_a_zone_that_is_not_known_is_refused(zone: str):
    with pytest.raises(ValueError, match="time zone"):
        Calendar.from_values(zone)


def test_the_end_of_time_is_no_error():
    end = datetime(9999, 12, 31, 23, tzinfo=UTC)

    assert lisbon().add(end, HOUR) is None
    assert not lisbon().is_open(end)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        ALWAYS_OPEN.is_open(datetime(2026, 11, 30))
