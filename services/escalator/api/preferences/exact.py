"""The parts of the settings that take less than the event that carries them."""

import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    field_validator,
)

from services.escalator.api.preferences.hours import ExactDay
from services.escalator.api.preferences.routes import MAX_DESTINATIONS
from shared.events import (
    ForbiddenTopic,
    Reasons,
    Replies,
)
from shared.events.base import Id
from shared.events.preferences import Reports, WeeklyReport
from shared.events.sense import Policy
from shared.web.exact.templates import check_variables

VARIABLES = frozenset({"number", "reason", "app", "expected_by"})
"""What a text may name; each has a value in every language."""
REPLY_VARIABLES = {"low_confidence": frozenset({"titles"})}
"""By reply: what stands near."""
Phrase = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"\w", max_length=200)
]
"""At least one letter or digit: a phrase of nothing would forbid everything."""


class ExactReplies(Replies):
    """The resolver's texts, whose variables have a value."""

    @field_validator("*")
    @classmethod
    def _variables(cls, text: str | None, info: Any) -> str | None:  # noqa: ANN401 - pydantic's
        known = REPLY_VARIABLES.get(info.field_name, frozenset())
        return text and check_variables(text, known)


class ExactTopic(ForbiddenTopic):
    """A forbidden topic whose phrases can be found."""

    phrases: list[Phrase] = Field(
        min_length=1, max_length=200, description="Whole words in this order"
    )


class ExactPolicy(Policy):
    """Forbidden topics that can be found."""

    # Exacter items than the event has: to mypy, lists are invariant.
    topics: list[ExactTopic] = Field(  # type: ignore[assignment]
        default_factory=list, max_length=50, description="The forbidden topics"
    )


class ExactReasons(Reasons):
    """Reasons whose topics can be found."""

    policy: ExactPolicy = Field(
        default_factory=ExactPolicy, description="A forbidden topic"
    )


def _time_of_day(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise ValueError(f"`{text[:20]}` is no time of a day: `08:00`")
    return text


class ExactWeeklyReport(WeeklyReport):
    """A report that somebody gets, on a day and at a time that there are."""

    destinations: list[Id] = Field(
        min_length=1, max_length=MAX_DESTINATIONS, description="Destination ids"
    )
    weekday: ExactDay = Field(default="mon", description="The day it is sent on")
    at: Annotated[str, AfterValidator(_time_of_day)] = Field(
        default="08:00", description="When, `HH:MM` in the zone of the business hours"
    )


class ExactReports(Reports):
    """Reports that can be sent."""

    weekly: ExactWeeklyReport | None = Field(
        default=None, description="Null is no report"
    )
