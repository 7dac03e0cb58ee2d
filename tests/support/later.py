"""What version N+1 writes: every field that we know, and at each depth one we don't."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

LATER = "of_a_later_version"
AT = "2026-11-22T12:00:00+00:00"
_PLAIN: dict[Any, Any] = {str: "text", int: 1, float: 0.5, bool: True, datetime: AT}


def row_of(kind: type) -> dict[str, Any]:
    """Return a JSON row of the dataclass *kind*, nothing in it left out."""
    hints = get_type_hints(kind)
    row = {
        each.name: _value_of(hints[each.name])
        for each in fields(kind)
        if each.name != "_unknown"
    }
    return {**row, LATER: {"of": kind.__name__, "deep": [1, {"x": None}]}}


def later_fields(row: Any, path: str = "") -> dict[str, Any]:
    """Return each later field of *row* by where it stands."""
    if isinstance(row, list):
        parts = {f"{path}[{at}]": each for at, each in enumerate(row)}
    elif isinstance(row, dict):
        parts = {f"{path}.{name}": each for name, each in row.items() if name != LATER}
    else:
        return {}
    own = {path: row[LATER]} if isinstance(row, dict) and LATER in row else {}
    for place, each in parts.items():
        own |= later_fields(each, place)
    return own


def _value_of(hint: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _value_of(inner[0])
    if origin is Literal:
        return inner[0]
    if origin is tuple:
        given = inner[:1] if inner[1:] == (...,) else inner
        return [_value_of(each) for each in given]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"name": _value_of(inner[1])}
    return _one(hint) if isinstance(hint, type) else "any"


def _one(kind: type) -> Any:
    if is_dataclass(kind):
        return row_of(kind)
    if issubclass(kind, StrEnum):
        return next(iter(kind)).value
    return _PLAIN.get(kind, "any")
