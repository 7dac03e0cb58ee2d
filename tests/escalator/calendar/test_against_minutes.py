"""Generated calendars against a simulator that looks at every minute."""

import os
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.escalator.domain.calendar.calendar import Calendar
from tests.escalator.calendar.minutes import DAYS, MINUTE, Minutes, Times, changes_of

EXAMPLES = int(os.environ.get("HANDRAIL_CALENDAR_EXAMPLES", "250"))
"""10,000 take some minutes."""
WINDOW = 4 * 24 * 60
"""Minutes looked at around one moment."""
ZONES = (
    "UTC",
    "Europe/Lisbon",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Goose_Bay",  # changed a minute after midnight, back over it, until 2011
    "America/Havana",
    "America/Sao_Paulo",
    "America/Santiago",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",  # by two hours
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Australia/Sydney",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # left out a whole day in 2011
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)


@cache
def changes(zone: str) -> list[datetime]:
    return changes_of(zone)


@st.composite
def times(draw: st.DrawFn) -> Times:
    """Intervals of one day, some of which touch; written as people write them."""
    marks = draw(st.lists(st.integers(0, 24 * 4), unique=True, max_size=6).map(sorted))
    pairs = list(zip(marks[::2], marks[1::2], strict=False))
    if pairs and draw(st.booleans()):
        first, second = pairs[0]
        middle = (first + second) // 2
        if first < middle < second:
            pairs[0:1] = [(first, middle), (middle, second)]
    return [
        (written(start), written(end)) for start, end in draw(st.permutations(pairs))
    ]


def written(quarters: int) -> str:
    return f"{quarters // 4:02}:{quarters % 4 * 15:02}"


@st.composite
def around(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and where a window begins, mostly one in which its clocks are changed."""
    zone = draw(st.sampled_from(ZONES))
    hours = draw(st.integers(0, 72))
    if changes(zone) and draw(st.integers(0, 3)):
        at = draw(st.sampled_from(changes(zone)))
    else:
        at = datetime(2009, 1, 3, tzinfo=UTC) + timedelta(draw(st.integers(0, 7600)))
    return zone, at - timedelta(hours=hours, minutes=draw(st.integers(0, 59)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Minutes, datetime]:
    zone, start = draw(around())
    near = st.integers(-2, 6).map(lambda days: start.date() + timedelta(days=days))
    week = draw(st.none() | st.dictionaries(st.sampled_from(DAYS), times()))
    holidays = draw(st.frozensets(near, max_size=3))
    overrides: dict[date, Times] = draw(st.dictionaries(near, times(), max_size=3))
    return Minutes(zone, week, holidays, overrides), start


@pytest.mark.timeout(3600)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(case=cases(), data=st.data())
def test_a_calendar_says_what_looking_at_every_minute_says(
    case: tuple[Minutes, datetime], data: st.DataObject
) -> None:
    minutes, start = case
    calendar = Calendar.from_values(
        minutes.zone,
        week=minutes.week,
        holidays=minutes.holidays,
        overrides=minutes.overrides,
    )
    seen = minutes.window(start, WINDOW)
    end = start + WINDOW * MINUTE
    first = data.draw(st.integers(0, WINDOW - 1))
    last = data.draw(st.integers(first, WINDOW))
    span = data.draw(st.integers(1, 600))

    opened = [calendar.is_open(start + at * MINUTE) for at in range(0, WINDOW, 7)]
    assert opened == seen[::7]

    elapsed = calendar.elapsed(start + first * MINUTE, start + last * MINUTE)
    assert elapsed == sum(seen[first:last]) * MINUTE

    following = calendar.next_opening(start + first * MINUTE)
    if True in seen[first:]:
        assert following == start + seen.index(True, first) * MINUTE
    else:
        assert following is None or following >= end

    due = calendar.add(start + first * MINUTE, span * MINUTE)
    passed = [at + 1 for at in range(first, WINDOW) if seen[at]]
    if len(passed) >= span:
        assert due == start + passed[span - 1] * MINUTE
    else:
        assert due is None or due > end
