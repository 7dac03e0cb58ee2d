"""The parts of the settings that take less than the event that carries them."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from shared.events import (
    ForbiddenTopic,
    Messages,
    Reason,
    Reasons,
    Replies,
    Route,
    Session,
    User,
)
from shared.events.base import Id, Object
from shared.events.sense import Policy
from shared.web.exact import check_known, mistaken
from shared.web.exact.nearest import nearest
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
KNOWN_WITHIN = {"user": User.model_fields, "session": Session.model_fields}
"""Users and sessions may have fields of their own, so only a slip is told apart."""
NEAR_MISS = 0.8
"""How alike a field and a known one are where it is a slip, 0 to 1."""

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
        fact, *within = path.split(".")
        check_known(fact, FACTS, what="fact")
        if fact == "reason":
            _reasons(path, wanted)
        else:
            _field(path, within, wanted)
    return match


def _reasons(path: str, wanted: object) -> None:
    check_known(path, {"reason"}, what="fact")
    _something(path, wanted)
    for each in wanted if isinstance(wanted, list) else [wanted]:
        if not isinstance(each, str):
            raise _wrong("`reason` is a reason or a list of them")
        check_known(each, {reason.value for reason in Reason}, what="reason")


def _field(path: str, within: list[str], wanted: object) -> None:
    """Raise where *path* cannot be of anything that there will ever be."""
    if not all(within):
        raise _wrong(f"`{path[:64]}` names no field between two dots")
    _something(path, wanted)
    fields: list[str] = within[:1]
    if not within:
        if not isinstance(wanted, dict):
            raise _wrong(f"`{path}` is an object: name a field of it, `{path}.id`")
        fields = [name.partition(".")[0] for name in wanted]
    known = KNOWN_WITHIN.get(path.partition(".")[0], {})
    for name in fields:
        if name not in known and nearest(name, known, cutoff=NEAR_MISS):
            check_known(name, known, what="field")


def _something(path: str, wanted: object) -> None:
    if wanted in ([], {}):
        raise _wrong(f"`{path[:64]}` is none of nothing: such a route never matches")


def _wrong(said: str) -> PydanticCustomError:
    return mistaken({"field": "", "message": said})


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
