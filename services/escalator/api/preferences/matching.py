"""What rules may look for: facts that there are, and values that these can have."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationError
from pydantic_core import PydanticCustomError

from services.escalator.domain.routing.choosing import PRIORITIES
from services.escalator.domain.routing.facts import NAMES
from services.escalator.domain.routing.patterns import PatternError, check_pattern
from shared.events import Reason, Session, User
from shared.events.base import Object
from shared.web.exact import check_known, mistaken
from shared.web.exact.nearest import nearest

MAX_VALUES = 500
"""Of one fact."""
MAX_VALUE_CHARS = 1000
OBJECTS = ("user", "session", "app_state")
"""Facts that are matched by their fields."""
KNOWN_WITHIN = {"user": User.model_fields, "session": Session.model_fields}
"""Users and sessions may have fields of their own, so only a slip is told apart."""
KNOWN_VALUES: Mapping[str, Iterable[str]] = {
    "reason": [reason.value for reason in Reason],
    "hours": ["inside", "outside"],
    "priority": PRIORITIES,
}
NULLABLE = ("detail", "language", "pattern", "assistant")
"""Facts that may be unknown: null matches that."""
NEAR_MISS = 0.8
"""How alike a field and a known one are where it is a slip, 0 to 1."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


def check_match(match: Object) -> Object:
    """Return *match*, or raise what pydantic reports where nothing can be so."""
    for path, wanted in match.items():
        fact, *within = path.split(".")
        check_known(fact, NAMES, what="fact")
        _something(path, wanted)
        if fact in OBJECTS:
            _field(path, within, wanted)
        else:
            check_known(path, {fact}, what="fact")
            _values(fact, wanted)
    return match


ExactMatch = Annotated[Object, AfterValidator(check_match)]
MATCH = (
    "What must be so, each with a value or a list of values: `reason`, `detail`, "
    "`text` (RE2), `language` (`en` matches `en-GB`), `hours` (`inside`, `outside`), "
    "`priority`, `tags`, `pattern`, `assistant`, and paths into `user`, `session` and "
    "`app_state` (`user.traits.plan`); empty matches all"
)


def _values(fact: str, wanted: object) -> None:
    for place, value in enumerate(wanted if isinstance(wanted, list) else [wanted]):
        at = (fact, place) if isinstance(wanted, list) else (fact,)
        try:
            _value(fact, value)
        except PydanticCustomError as wrong:
            if fact == "reason":  # reported of the whole match, as it always was
                raise
            raise within(at, wrong) from None


def _value(fact: str, value: object) -> None:
    if value is None and fact in NULLABLE:
        return
    if not isinstance(value, str):
        raise _wrong(f"`{fact}` is a text or a list of texts")
    if not value or len(value) > MAX_VALUE_CHARS:
        raise _wrong(f"`{fact}` has 1 to {MAX_VALUE_CHARS} characters")
    if fact in KNOWN_VALUES:
        check_known(value, KNOWN_VALUES[fact], what=fact)
    if fact == "language" and not _LANGUAGE.fullmatch(value):
        raise _wrong("`language` is a language tag (BCP 47): `en`, `pt-BR`")
    if fact == "text":
        try:
            check_pattern(value)
        except PatternError as error:
            raise _wrong(f"`text`: {error}") from None


def _field(path: str, within_: list[str], wanted: object) -> None:
    """Raise where *path* cannot be of anything that there will ever be."""
    if not all(within_):
        raise _wrong(f"`{path[:64]}` names no field between two dots")
    fields: list[str] = within_[:1]
    if not within_:
        if not isinstance(wanted, dict):
            raise _wrong(f"`{path}` is an object: name a field of it, `{path}.id`")
        fields = [name.partition(".")[0] for name in wanted]
    known = KNOWN_WITHIN.get(path.partition(".")[0], {})
    for name in fields:
        if name not in known and nearest(name, known, cutoff=NEAR_MISS):
            check_known(name, known, what="field")


def _something(path: str, wanted: object) -> None:
    if wanted in ([], {}):
        raise _wrong(f"`{path[:64]}` is none of nothing: such a rule never matches")
    if isinstance(wanted, list) and len(wanted) > MAX_VALUES:
        raise _wrong(f"`{path[:64]}` has at most {MAX_VALUES} values")


def _wrong(said: str) -> PydanticCustomError:
    return mistaken({"field": "", "message": said})


def within(at: tuple[str | int, ...], wrong: PydanticCustomError) -> ValidationError:
    """Return *wrong* as an error at that place of the value being checked."""
    details: list[Any] = [{"type": wrong, "loc": at, "input": None}]
    return ValidationError.from_exception_data("match", details)
