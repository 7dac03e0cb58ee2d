"""Bound any JSON value: the depth, characters and numbers that can be stored."""

import math
import re
import sys
from typing import Any

from shared.text import MARK
from shared.untrusted.notes import Done, Notes

MAX_DEPTH = 64
"""Levels; nobody's app state is deeper than this."""
MAX_INT = 2**63 - 1
"""The widest integer that databases and other languages take."""
MAX_DOUBLE = sys.float_info.max
MAX_WHOLE_DOUBLE = int(MAX_DOUBLE)
REPLACEMENT = "\ufffd"
OTHER = "other"
"""Stands for the name of a field that the contract does not have."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL, which C and Kafka clients end a string at, and halves of a character."""


def tidied(value: Any, notes: Notes, field: str, depth: int = 1) -> Any:  # noqa: ANN401 - any JSON value
    """Return *value* as it can be stored; *depth* is its level in what it came in."""
    match value:
        case str():
            return _text(value, notes, field)
        case dict() | list() if depth > MAX_DEPTH:
            notes.add(field, Done.CUT)
            return MARK
        case list():
            return [tidied(each, notes, field, depth + 1) for each in value]
        case dict():
            return {
                _text(key, notes, field): tidied(each, notes, field, depth + 1)
                for key, each in value.items()
            }
        case int() | float():
            return _number(value, notes, field)
    return value


def _number(value: float, notes: Notes, field: str) -> float | None:
    """Return *value* as integer of 64 bits or as double, null where it is neither."""
    if isinstance(value, int) and -MAX_INT - 1 <= value <= MAX_INT:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    notes.add(field, Done.REPLACED)
    if isinstance(value, float) and math.isnan(value):
        return None
    return float(max(-MAX_WHOLE_DOUBLE, min(MAX_WHOLE_DOUBLE, value)))


def tidied_event(parsed: dict[str, Any], notes: Notes, known: frozenset[str]) -> Any:  # noqa: ANN401 - the same object
    """Return the event *parsed* tidied; notes are of its *known* fields or `other`."""
    return {
        _text(name, notes, OTHER): tidied(
            value, notes, name if name in known else OTHER, 2
        )
        for name, value in parsed.items()
    }


def is_within_bounds(root: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Return whether depth and numbers of *root* can be stored as they are.

    Level by level: every event pays for this.
    """
    level: list[Any] = [[root]]
    depth = -1
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return False
        below: list[Any] = []
        for node in level:
            for leaf in node.values() if type(node) is dict else node:
                kind = type(leaf)
                if kind is str:
                    continue
                if kind is dict or kind is list:
                    below.append(leaf)
                elif kind is int and not -MAX_INT - 1 <= leaf <= MAX_INT:
                    return False
        level = below
    return True


def _text(text: str, notes: Notes, field: str) -> str:
    plain = _UNSTORABLE.sub(REPLACEMENT, text)
    if plain != text:
        notes.add(field, Done.REPLACED)
    return plain
