"""From an app's settings to its calendar."""

from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from services.escalator.domain.calendar.calendar import ALWAYS_OPEN
from services.escalator.escalate.promises.hours import calendar_of
from shared.events.preferences import Hours

HOURS = {
    "timezone": "Europe/Lisbon",
    "week": {
        "mon": [["09:00", "12:30"], ["13:30", "18:00"]],
        "fri": [["09:00", "18:00"]],
    },
    "holidays": ["2026-12-21"],
    "country": "PT",
    "overrides": [{"date": "2026-12-28", "open": [["10:00", "11:00"]]}],
}


def test_an_app_without_hours_is_open_always():
    assert calendar_of(Hours()) is ALWAYS_OPEN
    assert calendar_of(Hours(timezone="Europe/Lisbon")) is ALWAYS_OPEN


def test_the_settings_of_an_app_are_its_calendar():
    calendar = calendar_of(Hours.model_validate(HOURS))
    opened = datetime(2026, 12, 18, 18, tzinfo=UTC)

    # The 21st is a holiday of its own, the 25th one of the country.
    assert calendar.next_opening(opened) == datetime(2026, 12, 28, 10, tzinfo=UTC)
    assert calendar.add(opened, timedelta(hours=2)) is not None


def test_the_same_hours_are_one_calendar():
    first = calendar_of(Hours.model_validate(HOURS))

    assert calendar_of(Hours.model_validate(HOURS)) is first


def test_hours_that_a_version_cannot_read_hold_nothing_up():
    with capture_logs() as logs:
        calendar = calendar_of(Hours(timezone="Mars/Olympus", week={"mon": []}))

    assert calendar is ALWAYS_OPEN
    assert logs[0]["event"] == "business hours cannot be read"
