"""An app's own patterns (RE2): searched in linear time, whatever is written in them."""

from functools import lru_cache
from typing import Any

import re2

MAX_PATTERN_CHARS = 1000
MAX_PATTERN_BYTES = 1024 * 1024
"""Of memory that RE2 may take for one pattern, compiled and at work."""
MAX_CACHED = 1024
"""Patterns kept compiled. Not by app: equal patterns of two apps are one."""

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = MAX_PATTERN_BYTES


class PatternError(ValueError):
    """A pattern that cannot be searched; the message says why, for its author."""


def search(pattern: str, text: str) -> bool:
    """Return whether *pattern* is found in *text*; one that is no pattern never is."""
    compiled = _compiled(pattern)
    return compiled is not None and compiled.search(text) is not None


def check_pattern(pattern: str) -> None:
    """Raise PatternError where *pattern* is none that RE2 takes, or is too large."""
    if len(pattern) > MAX_PATTERN_CHARS:
        raise PatternError(f"a pattern has at most {MAX_PATTERN_CHARS} characters")
    try:
        re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        raise PatternError(f"not a pattern of RE2: {_said(error)}") from None


@lru_cache(maxsize=MAX_CACHED)
def _compiled(pattern: str) -> Any | None:  # noqa: ANN401 - re2 is untyped
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error:
        return None


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
