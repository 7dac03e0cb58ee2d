"""When people work, and how soon they answer."""

from typing import Literal

from pydantic import Field

from shared.events.base import Model
from shared.events.preferences.durations import Duration
from shared.events.preferences.routes import Match

Interval = tuple[str, str]
"""Local times `HH:MM`; the end is not part of it and may be `24:00`."""
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Override(Model):
    """One date on which other hours hold than the week's, or a holiday's."""

    date: str = Field(description="`YYYY-MM-DD`, in the app's zone")
    open: list[Interval] = Field(
        default_factory=list, description="Intervals; none is closed all day"
    )


class Hours(Model):
    """Business hours; without a week people are there always."""

    timezone: str = Field(default="UTC", description="IANA name")
    week: dict[Day, list[Interval]] = Field(
        default_factory=dict,
        description="Intervals by day; a day that is not named is closed",
    )
    holidays: list[str] = Field(
        default_factory=list, description="`YYYY-MM-DD`: closed all day"
    )
    country: str | None = Field(
        default=None,
        description="ISO 3166, `PT` or `DE-BY`: its public holidays are holidays too",
    )
    overrides: list[Override] = Field(
        default_factory=list, description="Dates with hours of their own"
    )


class Target(Model):
    """How soon people mean to answer what matches; the first that matches holds."""

    match: Match = Field(default_factory=dict, description="Empty matches all")
    first_response: Duration | None = Field(
        default=None, description="From the user's first unmet message to a person"
    )
    resolution: Duration | None = Field(
        default=None, description="From the same moment to the end"
    )
    clock: Literal["business", "wall"] = Field(
        default="business", description="Whether time passes only in business hours"
    )
