"""Fill an action's parameters from what is known; never guess."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.resolver.domain.catalogue import Action, Parameter

MAX_FREE_TEXT = 500
"""Characters of an answer that is taken whole as a parameter's value."""

_EMAIL = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_NUMBER = re.compile(r"(?<![\w.,-])-?\d{1,15}(?:[.,]\d{1,6})?(?![\w]|[.,]\d)")
_THOUSANDS = re.compile(r"[.,]\d{3}$")
"""`1,000` is a thousand to some and one to others: that is a guess."""
_ASKS = re.compile("[?\uff1f\u061f]")
"""A question back is no answer."""
_WORD_CHARS = re.compile(r"[^a-z0-9]")
_SHAPES = {
    "date": re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)"),
    "uuid": re.compile(
        r"(?i)(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])"
    ),
    "uri": re.compile(r"https?://[^\s<>\"']{1,2000}"),
}
_OF_USER = {
    "email": "email",
    "useremail": "email",
    "emailaddress": "email",
    "accountemail": "email",
    "customeremail": "email",
    "name": "name",
    "fullname": "name",
    "displayname": "name",
    "customername": "name",
    "userid": "id",
    "enduserid": "id",
}
"""Parameter names that mean the user's own facts. A bare `id` is left out: it is as
often an order's, and `new_email` is not the address we know."""
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Filled:
    """What is known of an action's parameters, and what is required and not known."""

    arguments: dict[str, Any]
    missing: tuple[Parameter, ...]


def fill(
    action: Action,
    *,
    user: Mapping[str, Any] | None,
    app_state: Mapping[str, Any] | None,
    text: str,
) -> Filled:
    """Fill *action* for a request: what the platform says comes before the words."""
    arguments: dict[str, Any] = {}
    for parameter in action.parameters:
        value = _known(parameter, user or {}, app_state or {})
        if value is not None:
            arguments[parameter.name] = value
    return _from_words(action.parameters, arguments, text, answering=False)


def fill_answer(
    action: Action, arguments: Mapping[str, Any], missing: Iterable[str], text: str
) -> Filled:
    """Fill what was asked for from the user's answer."""
    asked = set(missing)
    parameters = [each for each in action.parameters if each.name in asked]
    return _from_words(parameters, dict(arguments), text, answering=True)


def _from_words(
    parameters: Iterable[Parameter],
    arguments: dict[str, Any],
    text: str,
    *,
    answering: bool,
) -> Filled:
    open_ = [p for p in parameters if p.required and p.name not in arguments]
    for parameter in open_:
        # Two parameters of one shape cannot both be the one value in the text.
        alike = [each for each in open_ if _shape(each) == _shape(parameter)]
        if len(alike) == 1 and (value := _said(parameter, text)) is not None:
            arguments[parameter.name] = value
    left = [each for each in open_ if each.name not in arguments]
    if answering and len(left) == 1 and _is_free(left[0]):
        answer = text.strip()
        if 0 < len(answer) <= MAX_FREE_TEXT and not _ASKS.search(answer):
            arguments[left[0].name] = answer
            left = []
    return Filled(arguments, tuple(left))


def _known(
    parameter: Parameter, user: Mapping[str, Any], app_state: Mapping[str, Any]
) -> Any:  # noqa: ANN401 - any JSON value
    own = _OF_USER.get(_plain(parameter.name))
    if own is not None and (value := _fitting(parameter, user.get(own))) is not None:
        return value
    traits = user.get("traits")
    for source in (app_state, traits if isinstance(traits, Mapping) else {}):
        value = _fitting(parameter, source.get(parameter.name))
        if value is not None:
            return value
    return None


def _fitting(parameter: Parameter, value: object) -> Any:  # noqa: ANN401 - any JSON value
    """Return *value* as the parameter's type, or None where it is not of it."""
    if parameter.kind == "boolean":
        return value if isinstance(value, bool) else None
    if isinstance(value, bool) or value in (None, ""):
        return None
    if parameter.kind in {"number", "integer"}:
        return _number(str(value), whole=parameter.kind == "integer")
    if parameter.kind != "string":
        return None
    fitting = str(value) if isinstance(value, str | int | float) else None
    if parameter.choices and fitting not in parameter.choices:
        return None
    return fitting


def _said(parameter: Parameter, text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the one value of the parameter's shape in *text*, or None."""
    if parameter.choices:
        return _only(
            choice
            for choice in parameter.choices
            if re.search(rf"(?i)(?<!\w){re.escape(choice)}(?!\w)", text)
        )
    shape = _shape(parameter)
    if shape == "email":
        return _only(_EMAIL.findall(text))
    if shape == "number":
        found = _only(_NUMBER.findall(text))
        if found is None or _THOUSANDS.search(found):
            return None
        return _number(found, whole=parameter.kind == "integer")
    if shape == "boolean":
        return _TRUTH.get(text.strip(" .!").casefold())
    pattern = _SHAPES.get(shape)
    return _only(pattern.findall(text)) if pattern else None


def _shape(parameter: Parameter) -> str:
    if parameter.choices:
        return f"one of {parameter.choices}"
    if parameter.kind in {"number", "integer"}:
        return "number"
    if parameter.form == "email" or _plain(parameter.name).endswith("email"):
        return "email"
    return parameter.form if parameter.form in _SHAPES else parameter.kind


def _is_free(parameter: Parameter) -> bool:
    return _shape(parameter) == "string"


def _number(text: str, *, whole: bool) -> int | float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    if number.is_integer():
        return int(number)
    return None if whole else number


def _only(found: Iterable[str]) -> str | None:
    values = list(dict.fromkeys(found))
    return values[0] if len(values) == 1 else None


def _plain(name: str) -> str:
    return _WORD_CHARS.sub("", name.lower())
