"""Decode one record or say why not: every way input can be bad, with its reason."""

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.errors import Permanent
from shared.kafka.records import Headers

MAX_DEPTH = 64
"""BSON stops at 100; nobody's app state is deeper than this."""
MAX_KEY_CHARS = 1024
MAX_INT = 2**63 - 1
"""BSON's widest integer."""
MAX_INT_CHARS = 20
MAX_HEADERS = 64
MAX_HEADER_BYTES = 32 * 1024
MAX_AHEAD = timedelta(hours=12)
"""A local time sent as UTC is up to 14 hours off; a day ahead is a broken clock."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
SCHEMA_VERSION = 1

_LONG_NUMBER = re.compile(rb"[0-9]{19}")
"""No integer of fewer digits is beyond 64 bits."""
_WHITESPACE = b" \t\r\n"


def parse_untrusted(value: bytes | None, *, max_bytes: int) -> dict[str, Any]:
    """Return the JSON object in *value*, or raise Permanent with the reason.

    Reasons: `empty`, `too_large`, `not_json`, `not_an_object`, `duplicate_key`,
    `too_deep`, `bad_key`, `number_out_of_range`, `nul_character`,
    `unknown_schema_version`. orjson refuses invalid UTF-8, other encodings, byte order
    marks, lone surrogates and NaN by itself; the rest is bounded here.
    """
    if not value:
        raise Permanent("empty", "the record has no value")
    if len(value) > max_bytes:
        raise Permanent("too_large", f"{len(value)} bytes; at most {max_bytes}")
    try:
        parsed = orjson.loads(value)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise Permanent(_syntax_reason(value), str(error)) from None
    if type(parsed) is not dict:
        raise Permanent("not_an_object", f"a {type(parsed).__name__} at the top")
    _check_bounds(parsed)
    if b"\\u0000" in value:
        _check_nul(parsed)
    # What equals its own canonical form, spaces aside, names no key twice. Anything
    # else (escapes, odd numbers) gets the slow, exact look.
    if value.translate(None, _WHITESPACE) != orjson.dumps(parsed).translate(
        None, _WHITESPACE
    ):
        _check_duplicate_keys(value)
    version = parsed.get("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise Permanent("unknown_schema_version", f"{version!r}; we read 1")
    return parsed


def _syntax_reason(value: bytes) -> str:
    opened = value.count(b"[") + value.count(b"{")
    return "too_deep" if opened > 10 * MAX_DEPTH and _too_deep(value) else "not_json"


def _too_deep(value: bytes) -> bool:
    try:
        json.loads(value)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def _check_bounds(root: dict[str, Any]) -> None:
    """Raise Permanent where *root* is too deep, or a key or number is out of bounds.

    Level by level and with known keys looked up at once: every event pays for this.
    """
    level: list[Any] = [root]
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise Permanent("too_deep", f"nested more than {MAX_DEPTH} levels")
        below: list[Any] = []
        for node in level:
            leaves = node
            if type(node) is dict:
                if not _good_keys.issuperset(node):
                    _check_keys(node)
                leaves = node.values()
            for leaf in leaves:
                kind = type(leaf)
                if kind is str:
                    continue
                if kind is dict or kind is list:
                    below.append(leaf)
                elif (kind is int or kind is float) and not (
                    -MAX_INT - 1 <= leaf <= MAX_INT
                ):
                    raise Permanent("number_out_of_range", "beyond 64 bits")
        level = below


_good_keys: set[str] = set()
"""Keys seen and found good. Those of the contract soon are, and few others repeat."""
MAX_GOOD_KEYS = 10_000


def _check_keys(node: dict[str, Any]) -> None:
    for key in node:
        _check_key(key)
    if len(_good_keys) < MAX_GOOD_KEYS:
        _good_keys.update(node)


def _check_nul(node: Any) -> None:  # noqa: ANN401 - any JSON value
    if type(node) is str:
        if "\x00" in node:
            raise Permanent("nul_character", "a string holds U+0000")
    elif type(node) is dict:
        for key, leaf in node.items():
            _check_nul(key)
            _check_nul(leaf)
    elif type(node) is list:
        for leaf in node:
            _check_nul(leaf)


def _check_key(key: str) -> None:
    if not key or key[0] == "$" or "." in key:
        raise Permanent("bad_key", f"key {key[:64]!r} is empty or holds a $ or a dot")
    if len(key) > MAX_KEY_CHARS:
        raise Permanent("bad_key", f"a key of {len(key)} characters")


def _check_duplicate_keys(value: bytes) -> None:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise Permanent("duplicate_key", "an object names a key twice")
        return found

    json.loads(value, object_pairs_hook=unique)


def check_headers(headers: Headers) -> None:
    """Raise Permanent(`headers_too_large`) for a header bomb."""
    if len(headers) > MAX_HEADERS:
        raise Permanent("headers_too_large", f"{len(headers)} headers")
    if sum(len(name) + len(value or b"") for name, value in headers) > MAX_HEADER_BYTES:
        raise Permanent("headers_too_large", f"over {MAX_HEADER_BYTES} bytes")


def check_time(moment: datetime, *, now: datetime) -> None:
    """Raise Permanent where *moment* cannot be when something happened."""
    if moment > now + MAX_AHEAD:
        raise Permanent("timestamp_ahead", f"{moment.isoformat()} is in the future")
    if moment < EARLIEST:
        raise Permanent("timestamp_out_of_range", moment.isoformat())


def validate(adapter: TypeAdapter[Any], parsed: object) -> Any:  # noqa: ANN401
    """Return *parsed* as the contract's model, or raise Permanent(`invalid`)."""
    try:
        return adapter.validate_python(parsed)
    except ValidationError as error:
        raise Permanent("invalid", describe(error)) from None


def validate_ours(
    model: type[BaseModel] | TypeAdapter[Any], value: bytes | None
) -> Any:  # noqa: ANN401
    """Return our own record's *value* as its model: trusted, little more than parsed.

    A number that nobody can write down again would stop its whole batch.
    """
    if not value:
        raise Permanent("empty", "the record has no value")
    if _LONG_NUMBER.search(value):
        _check_numbers(value)
    parse: Callable[[bytes], Any] = (
        model.validate_json
        if isinstance(model, TypeAdapter)
        else model.model_validate_json
    )
    try:
        return parse(value)
    except ValidationError as error:
        raise Permanent("invalid", describe(error)) from None


def _check_numbers(value: bytes) -> None:
    """Raise Permanent where an integer of *value* has more than 64 bits."""
    # What is no JSON at all, the model refuses.
    with suppress(ValueError, RecursionError):
        json.loads(value, parse_int=_check_integer)


def _check_integer(digits: str) -> None:
    if len(digits) > MAX_INT_CHARS or not -MAX_INT - 1 <= int(digits) <= MAX_INT:
        raise Permanent("number_out_of_range", "beyond 64 bits")


def describe(error: ValidationError) -> str:
    """Return where and why validation failed, without repeating the input."""
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'body'}: {item['msg']}"
        for item in error.errors(
            include_url=False, include_context=False, include_input=False
        )[:5]
    )


def digest(value: bytes | None) -> str:
    """Return the SHA-256 of a record's value, hexadecimal."""
    return hashlib.sha256(value or b"").hexdigest()
