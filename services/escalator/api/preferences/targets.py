"""Targets that can be met: each matches something and gives a time."""

from datetime import timedelta
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from services.escalator.api.preferences.matching import MATCH, ExactMatch
from shared.events.preferences import Target
from shared.events.preferences.durations import Duration, to_timedelta
from shared.web.exact.nearest import check_known

MAX_TARGETS = 200
Clock = Literal["business", "wall"]


def _clock(value: object) -> object:
    if isinstance(value, str):
        check_known(value, get_args(Clock), what="clock")
    return value


def _some(text: str) -> str:
    if to_timedelta(text) <= timedelta():
        raise ValueError("a target of no time is missed before anybody can meet it")
    return text


Some = Annotated[Duration, AfterValidator(_some)]


class ExactTarget(Target):
    """A target that can be met."""

    match: ExactMatch = Field(default_factory=dict, description=MATCH)
    first_response: Some | None = Field(
        default=None, description="From the user's first unmet message to a person"
    )
    resolution: Some | None = Field(
        default=None, description="From the same moment to the end"
    )
    clock: Annotated[Clock, BeforeValidator(_clock)] = Field(
        default="business", description="Whether time passes only in business hours"
    )


def _none(value: object) -> object:
    """Read an object without fields, as a version before wrote none, as none."""
    return [] if value == {} else value


ExactTargets = Annotated[
    list[ExactTarget], Field(max_length=MAX_TARGETS), BeforeValidator(_none)
]
