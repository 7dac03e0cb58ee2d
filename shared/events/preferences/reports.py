"""What an app's own people are told regularly."""

from pydantic import Field

from shared.events.base import Model
from shared.events.preferences.times import Day


class WeeklyReport(Model):
    """One report a week, of the seven days before."""

    destinations: list[str] = Field(
        default_factory=list, description="Destination ids; none is no report"
    )
    weekday: Day = Field(default="mon", description="The day it is sent on")
    at: str = Field(
        default="08:00", description="When, `HH:MM` in the zone of the business hours"
    )


class Reports(Model):
    """Reports that are asked for."""

    weekly: WeeklyReport | None = Field(default=None, description="Null is none")
