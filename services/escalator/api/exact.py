"""The parts of the settings that take less than the event that carries them."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from shared.events import ForbiddenTopic, Messages, Reason, Reasons, Replies, Route
from shared.events.base import Id, Object
from shared.events.sense import Policy
from shared.web.exact import check_known, mistaken
from shared.web.exact.templates import check_variables

MAX_DESTINATIONS = 20
"""Of one route: each is sent the whole packet."""
VARIABLES = frozenset({"number", "reason", "app"})
"""What a text may name. Not `expected_by`, although events and older texts have it:
nothing promises a time yet, so a text with it would promise what nobody holds."""
REPLY_VARIABLES = {"low_confidence": frozenset({"titles"})}
"""By reply: what stands near."""
FACTS = frozenset({"reason", "user", "session", "app_state"})
"""What a route may look at."""

Phrase = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"\w", max_length=200)
]
"""At least one letter or digit: a phrase of nothing would forbid everything."""


class ExactMessages(Messages):
    """Texts whose variables have a value."""

    @field_validator("*")
    @classmethod
    def _variables(cls, text: Any) -> Any:  # noqa: ANN401 - of any field
        return check_variables(text, VARIABLES) if isinstance(text, str) else text


class ExactReplies(Replies):
    """The resolver's texts, whose variables have a value."""

    @field_validator("*")
    @classmethod
    def _variables(cls, text: str | None, info: Any) -> str | None:  # noqa: ANN401 - pydantic's
        known = REPLY_VARIABLES.get(info.field_name, frozenset())
        return text and check_variables(text, known)


def _facts(match: Object) -> Object:
    for path, wanted in match.items():
        check_known(path.partition(".")[0], FACTS, what="fact")
        if path.partition(".")[0] == "reason":
            _reasons(path, wanted)
    return match


def _reasons(path: str, wanted: object) -> None:
    check_known(path, {"reason"}, what="fact")
    for each in wanted if isinstance(wanted, list) else [wanted]:
        if not isinstance(each, str):
            said = "`reason` is a reason or a list of them"
            raise mistaken({"field": "", "message": said})
        check_known(each, {reason.value for reason in Reason}, what="reason")


class ExactRoute(Route):
    """A route that can be worked."""

    match: Annotated[Object, AfterValidator(_facts)] = Field(
        default_factory=dict,
        description="What must be so: `reason`, and paths into `user`, `session` and "
        "`app_state` (`user.traits.plan`), each with a value or a list; empty matches "
        "all",
    )
    destinations: list[Id] = Field(
        default_factory=lambda: ["default"],
        min_length=1,
        max_length=MAX_DESTINATIONS,
        description="Ids of destinations that there are; `default` may come later",
    )


class ExactTopic(ForbiddenTopic):
    """A forbidden topic whose phrases can be found."""

    phrases: list[Phrase] = Field(
        min_length=1, max_length=200, description="Whole words in this order"
    )


class ExactPolicy(Policy):
    """Forbidden topics that can be found."""

    topics: list[ExactTopic] = Field(  # type: ignore[assignment]
        default_factory=list, max_length=50, description="The forbidden topics"
    )


class ExactReasons(Reasons):
    """Reasons whose topics can be found."""

    policy: ExactPolicy = Field(
        default_factory=ExactPolicy, description="A forbidden topic"
    )
