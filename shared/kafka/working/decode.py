"""Decode one record or say why not: every way input can be bad, with its reason."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.errors import Permanent
from shared.kafka.records import Headers
from shared.untrusted import Notes, names_twice, parse, read_event
from shared.untrusted.times import is_possible

MAX_INT = 2**63 - 1
"""The widest integer that our own records may hold."""
MAX_INT_CHARS = 20
MAX_HEADERS = 64
MAX_HEADER_BYTES = 32 * 1024
IDENTITY = ("app_id", "conversation_id", "event_id")
"""Fields that say whose record this is: of two of them, nobody knows which holds."""

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
"""Turns each digit into a zero."""
_LONG_NUMBER = b"0" * 19
"""No integer of fewer digits is beyond 64 bits."""


def parse_untrusted(
    value: bytes | None, notes: Notes, *, max_bytes: int
) -> tuple[dict[str, Any], bool]:
    """Return the JSON object in *value*, and whether its texts can be stored as is.

    Raises Permanent: `empty`, `too_large`, `not_json`, `not_an_object`,
    `duplicate_key`. Invalid UTF-8, other encodings and byte order marks are no JSON.
    """
    if not value:
        raise Permanent("empty", "the record has no value")
    if len(value) > max_bytes:
        raise Permanent("too_large", f"{len(value)} bytes; at most {max_bytes}")
    parsed, plain = parse(value, notes)
    if type(parsed) is not dict:
        raise Permanent("not_an_object", f"a {type(parsed).__name__} at the top")
    if (twice := names_twice(value, *IDENTITY)) is not None:
        raise Permanent("duplicate_key", f"{twice} is named twice")
    return parsed, plain


def read_untrusted(
    value: bytes | None, notes: Notes, *, max_bytes: int, now: datetime
) -> Any:  # noqa: ANN401 - any event of `conversation.events`
    """Return the event that a stranger's *value* tells; it reached us *now*.

    Raises Permanent as `parse_untrusted` does, and `unknown_schema_version` or
    `invalid` where nothing of it can be used.
    """
    parsed, plain = parse_untrusted(value, notes, max_bytes=max_bytes)
    try:
        return read_event(parsed, notes, plain=plain, now=now)[1]
    except ValidationError as error:
        raise Permanent("invalid", describe(error)) from None


def check_headers(headers: Headers) -> None:
    """Raise Permanent(`headers_too_large`) for a header bomb."""
    if len(headers) > MAX_HEADERS:
        raise Permanent("headers_too_large", f"{len(headers)} headers")
    if sum(len(name) + len(value or b"") for name, value in headers) > MAX_HEADER_BYTES:
        raise Permanent("headers_too_large", f"over {MAX_HEADER_BYTES} bytes")


def check_time(moment: datetime, *, now: datetime) -> None:
    """Raise Permanent where *moment* cannot be when something happened."""
    if is_possible(moment, now=now):
        return
    if moment > now:
        raise Permanent("timestamp_ahead", f"{moment.isoformat()} is in the future")
    raise Permanent("timestamp_out_of_range", moment.isoformat())


def validate_ours(
    model: type[BaseModel] | TypeAdapter[Any], value: bytes | None
) -> Any:  # noqa: ANN401
    """Return our own record's *value* as its model: trusted, little more than parsed.

    A number that nobody can write down again would stop its whole batch.
    """
    if not value:
        raise Permanent("empty", "the record has no value")
    # An eighth of what a regular expression takes, which was a tenth of a batch.
    if _LONG_NUMBER in value.translate(_DIGITS):
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
