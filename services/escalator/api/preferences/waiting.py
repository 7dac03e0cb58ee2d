"""What may be set of requests that nobody has taken, exactly."""

from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from services.escalator.api.preferences.routes import MAX_DESTINATIONS
from shared.events.base import Id
from shared.events.preferences import (
    Acknowledgement,
    Assignment,
    Duration,
    Level,
    to_timedelta,
)
from shared.web.exact.nearest import check_known

MAX_LEVELS = 20


def _positive(text: str) -> str:
    if not to_timedelta(text):
        raise ValueError("must be longer than nothing")
    return text


Span = Annotated[Duration, AfterValidator(_positive)]


class ExactLevel(Level):
    """A level that somebody is at."""

    destinations: list[Id] = Field(
        min_length=1, max_length=MAX_DESTINATIONS, description="Destination ids"
    )


class ExactAcknowledgement(Acknowledgement):
    """A time-out that leads somewhere."""

    within: Span | None = Field(default=None, description="Null is no time-out")
    # Exacter items than the event has: to mypy, lists are invariant.
    levels: list[ExactLevel] = Field(  # type: ignore[assignment]
        default_factory=list, max_length=MAX_LEVELS, description="In this order"
    )
    repeat: Span | None = Field(
        default=None, description="The last level again after this; null is never"
    )
    claim_for: Span | None = Field(
        default="24h",
        description="Who took it keeps it so long without a reply, a note or another "
        "act; then it is everybody's again. Null is for good",
    )

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        """Refuse a time-out that nobody hears of, and levels that never hear."""
        if self.within and not self.levels:
            raise ValueError("`within` needs `levels`: who hears when it is over?")
        return self


WAYS = get_args(Assignment.model_fields["by"].annotation)


def _way_of_assigning(value: object) -> object:
    if isinstance(value, str):
        check_known(value, WAYS, what="value")
    return value


class ExactAssignment(Assignment):
    """Whether a member with room is given what is handed off."""

    by: Annotated[Literal["none", "capacity"], BeforeValidator(_way_of_assigning)] = (
        "none"
    )
