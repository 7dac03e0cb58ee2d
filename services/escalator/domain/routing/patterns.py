"""An app's own patterns (RE2): searched in linear time, whatever is written in them."""

import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import re2

MAX_PATTERN_CHARS = 1000
MAX_PATTERN_BYTES = 1024 * 1024
"""Of memory that RE2 may take for one pattern, compiled and at work."""
MAX_STEPS = 5000
"""Of a compiled pattern. One of 10,000 can take seconds for the longest text."""
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
        compiled = re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        raise PatternError(f"not a pattern of RE2: {_said(error)}") from None
    steps = max(compiled.programsize, compiled.reverseprogramsize)
    if steps > MAX_STEPS:
        raise PatternError(f"too large: {steps} steps, of {MAX_STEPS} at most")


def count_matches(
    pattern: str,
    texts: Sequence[str],
    *,
    seconds: float,
    spent: Callable[[], float] = time.thread_time,
) -> int:
    """Return in how many of *texts* the *pattern* is found.

    Raises PatternError where that takes more than *seconds* of a processor's time.
    """
    begun = spent()
    found = 0
    for text in texts:
        found += search(pattern, text)
        if spent() - begun > seconds:
            raise PatternError("it takes too long to search for")
    return found


@lru_cache(maxsize=MAX_CACHED)
def _compiled(pattern: str) -> Any | None:  # noqa: ANN401 - re2 is untyped
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error:
        return None


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
