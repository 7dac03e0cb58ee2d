"""Dataclasses read from JSON values and written back, whatever version wrote them.

Versions N and N+1 run side by side in every rolling upgrade. What N reads of N+1's may
hold fields that N does not know, at any depth: they are kept with the value they stand
in and written back with it. A field that N+1 no longer writes takes its default.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

T = TypeVar("T")
W = TypeVar("W", bound=StrEnum)

Unknown = Mapping[str, Any] | None
Found = list[bool]
"""Holds an item once something unknown was read."""
Read = Callable[[Any, Found], Any]

_UNKNOWN = "_unknown"


class Codec(Generic[T]):
    """Reads and writes one dataclass and those inside it.

    Each of them has a field `_unknown: Unknown`, keyword only, not compared, None by
    default; orjson leaves a name with an underscore out. Fields named in *without* are
    never written and never read.
    """

    def __init__(self, kind: type[T], *, without: tuple[str, ...] = ()) -> None:
        self._read = _reader_of(kind, without)
        self._without = frozenset(without)
        named = [name for name in _public(kind) if name not in self._without]
        self._names = tuple(named) if without else ()

    def read(self, row: Mapping[str, Any]) -> T:
        """Return the value of *row*; its instants may be text or datetimes.

        Raises TypeError, ValueError or KeyError where *row* is no such value.
        """
        found: Found = []
        value: T = self._read(row, found)
        if found and getattr(value, _UNKNOWN) is None:
            # Something below holds more than orjson would write.
            object.__setattr__(value, _UNKNOWN, {})
        return value

    def write(self, value: T) -> dict[str, Any]:
        """Return *value* as plain values; instants and enums stay as they are."""
        row: dict[str, Any] = _plain(value)
        return {name: row[name] for name in row if name not in self._without}

    def loads(self, raw: bytes) -> T:
        """Return the value of the JSON *raw*."""
        return self.read(orjson.loads(raw))

    def dumps(self, value: T) -> bytes:
        """Return *value* as JSON."""
        if getattr(value, _UNKNOWN) is not None:
            return orjson.dumps(self.write(value))
        if self._names:
            return orjson.dumps({name: getattr(value, name) for name in self._names})
        return orjson.dumps(value)


def _public(kind: type) -> list[str]:
    return [each.name for each in fields(kind) if each.name != _UNKNOWN]


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a dataclass
    if is_dataclass(value):
        row = {name: _plain(getattr(value, name)) for name in _public(type(value))}
        return {**(getattr(value, _UNKNOWN) or {}), **row}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _reader_of(kind: type, without: tuple[str, ...] = ()) -> Read:
    hints = get_type_hints(kind)
    if _UNKNOWN not in hints:
        raise TypeError(f"{kind.__name__} has no place for unknown fields")
    known = {
        name: _read_as(hints[name]) for name in _public(kind) if name not in without
    }
    needed = frozenset(each.name for each in fields(kind) if _is_needed(each))
    converted = tuple((name, read) for name, read in known.items() if read is not None)

    def read_row(row: Any, found: Found) -> Any:  # noqa: ANN401 - checked by use
        if not isinstance(row, Mapping):
            raise TypeError(f"{type(row).__name__} is no {kind.__name__}")
        given = dict(row)
        if missing := needed - given.keys():
            raise KeyError(f"{kind.__name__} without {', '.join(sorted(missing))}")
        unknown = {name: given.pop(name) for name in row if name not in known}
        if unknown:
            found.append(True)
        for name, read in converted:
            if name in given:
                given[name] = read(given[name], found)
        return kind(**given, _unknown=unknown or None)

    return read_row


def _is_needed(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _read_as(hint: Any) -> Read | None:  # noqa: ANN401 - a type form
    """Return how to read a value of type *hint*; None: it is read as it is."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _optional(inner)
    if origin is tuple:
        return _tuple(inner)
    if _is_below(origin, Mapping):
        return _mapping(inner[1])
    return _read_one(hint) if isinstance(hint, type) else None


def _read_one(kind: type) -> Read | None:
    if is_dataclass(kind):
        return _reader_of(kind)
    if kind is datetime:
        return _moment
    return _word_of(kind) if issubclass(kind, StrEnum) else None


def _is_below(kind: Any, base: type) -> bool:  # noqa: ANN401 - a type form
    """Return whether *kind* is a class and below *base*."""
    return isinstance(kind, type) and issubclass(kind, base)


def _optional(inner: tuple[Any, ...]) -> Read | None:
    (read,) = [_read_as(each) for each in inner if each is not types.NoneType][:1]
    if read is None:
        return None
    return lambda value, found: None if value is None else read(value, found)


def _tuple(inner: tuple[Any, ...]) -> Read:
    read = _read_as(inner[0]) if inner[1:] == (...,) else None
    if read is None:
        # Pairs and the like hold plain values.
        nested = bool(inner) and get_origin(inner[0]) is tuple
        return lambda value, _: tuple(map(tuple, value) if nested else value)
    return lambda value, found: tuple([read(each, found) for each in value])


def _mapping(inner: Any) -> Read | None:  # noqa: ANN401 - a type form
    read = _read_as(inner)
    if read is None:
        return None
    return lambda value, found: {
        name: read(each, found) for name, each in value.items()
    }


def _moment(value: Any, _: Found) -> datetime:  # noqa: ANN401 - text or a moment
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _word_of(kind: type[StrEnum]) -> Read:
    return lambda value, _: word_of(kind, value)


def word_of(kind: type[W], value: str) -> W:
    """Return the word of *kind*; one that only a newer version has is none of ours.

    Raises TypeError where *value* is no word at all.
    """
    try:
        return kind(value)
    except ValueError:
        if not isinstance(value, str):
            raise TypeError(f"{value!r} is no {kind.__name__}") from None
    word = str.__new__(kind, value)
    word._name_ = word._value_ = value
    return word
