"""Why a rule matched, as a person would say it behind "because"."""

from collections.abc import Callable, Mapping
from typing import Any

from services.escalator.domain.routing.facts import Facts
from services.escalator.domain.routing.rules import found_value

NO_ROUTE = "no route matched"
NO_OTHER = ""
"""Where an app has no routes there is nothing to explain."""
TAKES_ALL = "the route takes everything"
MAX_VALUE_CHARS = 100

_SAID: dict[str, Callable[[str], str]] = {
    "text": "the text matches {}".format,
    "hours": "it is {} business hours".format,
    "tags": "it is tagged {}".format,
    "pattern": "it belongs to the pattern {}".format,
}
_WITH_ARTICLE = {"reason", "detail", "language", "priority", "assistant"}


def because(match: Mapping[str, Any], facts: Facts) -> str:
    """Return why *match*, which *facts* fulfil, does match; each part of it once."""
    parts = [
        _part(key, found[0])
        for key, wanted in match.items()
        if (found := found_value(key, wanted, facts)) is not None
    ]
    if not parts:
        return TAKES_ALL
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def _part(key: str, value: object) -> str:
    if isinstance(value, Mapping):
        return " and ".join(
            _part(f"{key}.{name}", each) for name, each in value.items()
        )
    said = _value(value)
    if key in _SAID:
        return _SAID[key](said)
    article = "the " if key in _WITH_ARTICLE else ""
    return f"{article}{key} is {said}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return " or ".join(_value(each) for each in value)
    words = {None: "empty", True: "true", False: "false"}
    said = words[value] if value is None or isinstance(value, bool) else str(value)
    return said if len(said) <= MAX_VALUE_CHARS else f"{said[: MAX_VALUE_CHARS - 1]}…"
