"""Whether a value is what a parameter's schema asks for; nothing else is ever sent."""

import ipaddress
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import re2
from email_validator import (
    SPECIAL_USE_DOMAIN_NAMES,
    EmailNotValidError,
    validate_email,
)

SPECIAL_USE_DOMAIN_NAMES.clear()
"""Reserved names (`.test`, `.local`) are for tests and intranets; the library
documents this."""

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


def fits(value: Any, spec: Mapping[str, Any]) -> bool:  # noqa: ANN401 - any JSON value
    """Return whether *value* is valid by the tidied schema *spec*."""
    if "const" in spec and not _same(value, spec["const"]):
        return False
    if "enum" in spec and not any(_same(value, each) for each in spec["enum"]):
        return False
    check = _BY_KIND.get(spec.get("type", "string"))
    return check is None or check(value, spec)


@lru_cache(maxsize=1024)
def pattern_of(pattern: str) -> Any | None:  # noqa: ANN401 - re2 is untyped
    """Return a tenant's *pattern*, compiled to run in linear time.

    None where RE2 does not know it (look-around, back references): then the platform
    alone can check it.
    """
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error:
        return None


def _same(value: object, wanted: object) -> bool:
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _string(value: object, spec: Mapping[str, Any]) -> bool:
    if not isinstance(value, str):
        return False
    if not spec.get("minLength", 0) <= len(value) <= spec.get("maxLength", len(value)):
        return False
    pattern = pattern_of(spec["pattern"]) if "pattern" in spec else None
    if pattern is not None and not pattern.search(value):
        return False
    form = _FORMS.get(spec.get("format", ""))
    if form is None:
        return True
    try:
        return form(value)
    except (ValueError, EmailNotValidError):
        return False


def _number(value: object, spec: Mapping[str, Any]) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if spec["type"] == "integer" and not float(value).is_integer():
        return False
    step = spec.get("multipleOf")
    if step and abs(value / step - round(value / step)) > 1e-9:  # noqa: PLR2004 - floats
        return False
    return (
        spec.get("minimum", value) <= value <= spec.get("maximum", value)
        and ("exclusiveMinimum" not in spec or value > spec["exclusiveMinimum"])
        and ("exclusiveMaximum" not in spec or value < spec["exclusiveMaximum"])
    )


def _boolean(value: object, _: Mapping[str, Any]) -> bool:
    return isinstance(value, bool)


def _array(value: object, spec: Mapping[str, Any]) -> bool:
    if not isinstance(value, list):
        return False
    if not spec.get("minItems", 0) <= len(value) <= spec.get("maxItems", len(value)):
        return False
    return all(fits(each, spec.get("items", {})) for each in value)


def _object(value: object, spec: Mapping[str, Any]) -> bool:
    if not isinstance(value, Mapping):
        return False
    inner = spec.get("properties", {})
    return all(name in value for name in spec.get("required", ())) and all(
        fits(value[name], each) for name, each in inner.items() if name in value
    )


_BY_KIND: dict[str, Callable[[Any, Mapping[str, Any]], bool]] = {
    "string": _string,
    "number": _number,
    "integer": _number,
    "boolean": _boolean,
    "array": _array,
    "object": _object,
}


def _email(value: str) -> bool:
    validate_email(value, check_deliverability=False, test_environment=True)
    return True


def _date_time(value: str) -> bool:
    return datetime.fromisoformat(value).tzinfo is not None


def _uri(value: str) -> bool:
    parts = urlsplit(value)
    return bool(parts.scheme and (parts.netloc or parts.path)) and " " not in value


_FORMS: dict[str, Callable[[str], bool]] = {
    "email": _email,
    "date": lambda value: bool(date.fromisoformat(value)),
    "date-time": _date_time,
    "uri": _uri,
    "url": _uri,
    "uuid": lambda value: bool(uuid.UUID(value)),
    "ipv4": lambda value: bool(ipaddress.IPv4Address(value)),
    "ipv6": lambda value: bool(ipaddress.IPv6Address(value)),
}
