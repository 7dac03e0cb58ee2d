"""Parse a stranger's JSON: quickly what is well written, patiently what is not."""

import json
import re
from contextlib import suppress
from functools import lru_cache
from typing import Any

import orjson

from shared.errors import Permanent
from shared.untrusted.notes import Done, Notes
from shared.untrusted.values import MAX_DEPTH, MAX_DOUBLE, OTHER

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
"""A string, whole or up to the end, or a bracket. One look at each character."""
_NUL = b"\\u0000"
MAX_INT_DIGITS = 19
"""An integer of more digits is read as a double."""
_DEEPER = '"…"'
"""Stands for what is nested too deep."""


def parse(value: bytes, notes: Notes) -> tuple[Any, bool]:
    """Return what *value* says and whether all of its texts can be stored as they are.

    What other languages' writers call JSON is read too: NaN and Infinity (as null),
    halves of a character, line breaks in a string, integers of any length (as doubles),
    any depth (cut). A key named twice counts as it was named last. Raises
    Permanent(`not_json`).
    """
    try:
        parsed = orjson.loads(value)
    except (orjson.JSONDecodeError, RecursionError):
        return _Patient(notes).parse(value), False
    return parsed, _NUL not in value


class _Patient:
    """Reads what the quick parser does not, and notes what had to be replaced."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def parse(self, value: bytes) -> Any:  # noqa: ANN401 - any JSON value
        try:
            text = value.decode()
            flat = _without_depths(text)
            if flat is not text:
                self._notes.add(OTHER, Done.CUT)
            return json.loads(
                flat,
                strict=False,
                parse_int=self._integer,
                parse_float=self._double,
                parse_constant=self._nothing,
            )
        except (ValueError, RecursionError) as error:
            raise Permanent("not_json", str(error)) from None

    def _integer(self, digits: str) -> int | float:
        return int(digits) if len(digits) <= MAX_INT_DIGITS else self._double(digits)

    def _double(self, digits: str) -> float:
        number = float(digits)
        if abs(number) <= MAX_DOUBLE:
            return number
        self._notes.add(OTHER, Done.REPLACED)
        return MAX_DOUBLE if number > 0 else -MAX_DOUBLE

    def _nothing(self, _: str) -> None:
        self._notes.add(OTHER, Done.REPLACED)


def _without_depths(text: str) -> str:
    """Return *text* without what is nested deeper than the parser can go."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return text
    kept: list[str] = []
    depth = start = 0
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "[" | "{":
                depth += 1
                if depth == MAX_DEPTH + 1:
                    kept += [text[start : token.start()], _DEEPER]
            case "]" | "}":
                if depth == MAX_DEPTH + 1:
                    start = token.end()
                depth -= 1
    return "".join([*kept, text[start:]]) if depth <= MAX_DEPTH else text


@lru_cache(maxsize=64)
def _quoted(names: tuple[str, ...]) -> list[tuple[str, bytes]]:
    return [(name, b'"%s"' % name.encode()) for name in names]


def names_twice(value: bytes, *names: str) -> str | None:
    """Return the first of *names* that an object stands under twice, if any does.

    The object is *value* itself, or an element where it is an array; what stands within
    them is nobody's business.
    """
    # Nearly every record is done with here: a name stands once in it.
    count = value.count
    suspects = [name for name, quoted in _quoted(names) if count(quoted) > 1]
    if not suspects:
        return None
    with suppress(ValueError, RecursionError):
        found: list[Any] = json.loads(
            _without_depths(value.decode()),
            strict=False,
            parse_int=str,
            object_pairs_hook=lambda pairs: [name for name, _ in pairs],
        )
        objects = [each for each in found if isinstance(each, list)] or [found]
        for each in suspects:
            if any(keys.count(each) > 1 for keys in objects):
                return each
    return None
