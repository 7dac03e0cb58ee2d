"""The texts of the settings: variables that have a value, rules that can match."""

from typing import Any

from pydantic import Field, field_validator

from services.escalator.api.preferences.exact import VARIABLES
from services.escalator.api.preferences.matching import MATCH, ExactMatch
from shared.events import Messages
from shared.events.preferences import MessageRule, MessageTexts
from shared.web.exact import mistaken
from shared.web.exact.templates import check_variables

MAX_RULES = 200
WAITING = "waiting"
WAITING_VARIABLES = VARIABLES - {"expected_by"}
"""The resolver says this one, and is told of no time."""
VARIABLES_OF = {
    WAITING: WAITING_VARIABLES,
    "known_issue": VARIABLES | {"since", "count", "until"},
}
"""By text, where it is not the same as of the others."""


def _checked(kind: str | None, text: Any) -> Any:  # noqa: ANN401 - of any field
    if not isinstance(text, str):
        return text
    return check_variables(text, VARIABLES_OF.get(kind or "", VARIABLES))


class ExactTexts(MessageTexts):
    """Texts of a rule, whose variables have a value."""

    @field_validator("*")
    @classmethod
    def _variables(cls, text: Any, info: Any) -> Any:  # noqa: ANN401 - pydantic's
        if info.field_name == WAITING and text is not None:
            said = "the resolver tells `waiting`, in one text: set `messages.waiting`"
            raise mistaken({"field": "", "message": said})
        return _checked(info.field_name, text)


class ExactRule(MessageRule):
    """A rule that can match, and has something to say."""

    match: ExactMatch = Field(default_factory=dict, description=MATCH)
    texts: ExactTexts = Field(description="The texts that it has, one at least")

    @field_validator("texts")
    @classmethod
    def _says_something(cls, texts: ExactTexts) -> ExactTexts:
        if not any(texts.model_dump().values()):
            raise mistaken({"field": "", "message": "the rule has no text"})
        return texts


class ExactMessages(Messages):
    """Texts whose variables have a value."""

    # Exacter items than the event has: to mypy, lists are invariant.
    rules: list[ExactRule] = Field(  # type: ignore[assignment]
        default_factory=list,
        max_length=MAX_RULES,
        description="Other texts by reason, hours, language and any other fact; the "
        "first rule that matches and has the text gives it",
    )

    @field_validator("*")
    @classmethod
    def _variables(cls, text: Any, info: Any) -> Any:  # noqa: ANN401 - of any field
        return _checked(info.field_name, text)
