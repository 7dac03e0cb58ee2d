"""Business hours that a calendar can be made of."""

from collections import Counter
from datetime import date
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from services.escalator.domain.calendar.intervals import WEEKDAYS, read_intervals
from services.escalator.domain.calendar.public_holidays import known_codes
from shared.events.preferences.times import Day, Hours, Interval, Override
from shared.web.exact.nearest import check_known

MAX_INTERVALS = 48
"""Of one day."""
MAX_DATES = 1000
"""Holidays, and dates with hours of their own."""


def _zone(name: str) -> str:
    check_known(name, available_timezones(), what="time zone")
    return name


def _country(code: str | None) -> str | None:
    if code is not None:
        check_known(code, known_codes(), what="country")
    return code


def _date(text: str) -> str:
    try:
        said = date.fromisoformat(text).isoformat()
    except ValueError:
        said = ""
    if said != text:
        raise ValueError(f"`{text[:20]}` is no date: `2026-12-25`")
    return text


def _day(value: Any) -> Any:  # noqa: ANN401 - what a JSON object names
    if isinstance(value, str):
        check_known(value, WEEKDAYS, what="day")
    return value


def _intervals(times: list[Interval]) -> list[Interval]:
    read_intervals(times)
    return times


Date = Annotated[str, AfterValidator(_date)]
ExactDay = Annotated[Day, BeforeValidator(_day)]
Intervals = Annotated[
    list[Interval], Field(max_length=MAX_INTERVALS), AfterValidator(_intervals)
]


class ExactOverride(Override):
    """One date whose hours can be."""

    date: Date = Field(description="`YYYY-MM-DD`, in the app's zone")
    open: Intervals = Field(
        default_factory=list, description="Intervals; none is closed all day"
    )


class ExactHours(Hours):
    """Hours in a zone that there is, on dates that there are."""

    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        default="UTC", description="IANA name"
    )
    week: dict[ExactDay, Intervals] = Field(
        default_factory=dict,
        description="Intervals by day; a day that is not named is closed, and without "
        "any every day is open",
    )
    holidays: list[Date] = Field(
        default_factory=list,
        max_length=MAX_DATES,
        description="`YYYY-MM-DD`: closed all day",
    )
    country: Annotated[str | None, AfterValidator(_country)] = Field(
        default=None,
        description="ISO 3166, `PT` or `DE-BY`: its public holidays are holidays too",
    )
    # Exacter items than the event has: to mypy, lists are invariant.
    overrides: list[ExactOverride] = Field(  # type: ignore[assignment]
        default_factory=list,
        max_length=MAX_DATES,
        description="Dates with hours of their own; they win over holidays",
    )

    @model_validator(mode="after")
    def _each_date_once(self) -> Self:
        many = Counter(each.date for each in self.overrides)
        twice = sorted(on for on, count in many.items() if count > 1)
        if twice:
            raise ValueError(f"two overrides are of {twice[0]}: one would be dropped")
        return self
