"""The parts of the settings that take less than the event that carries them."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints, field_validator

from shared.events import (
    ForbiddenTopic,
    Reasons,
    Replies,
)
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
