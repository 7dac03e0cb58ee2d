"""Find in a JSON value what cannot be written down again, by us or by our store."""

import math

from shared.web.exact.nearest import Wrong

MAX_DEPTH = 64
"""BSON stops at 100, and what we store has a few levels of its own."""
MAX_INTEGER = 2**63 - 1
"""BSON's widest integer."""


def find_unstorable(value: object) -> Wrong | None:
    """Return where *value* cannot be stored and why, or None where it can.

    Level by level, so that no depth exhausts the stack.
    """
    level = [("body", value)]
    for _ in range(MAX_DEPTH):
        below: list[tuple[str, object]] = []
        for at, each in level:
            if why := _why_not(each):
                return {"field": at, "message": why}
            below += _parts(at, each)
        level = below
        if not level:
            return None
    return {"field": "body", "message": f"nested more than {MAX_DEPTH} levels"}


def _parts(at: str, value: object) -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return [(f"{at}.{name}"[:200], each) for name, each in value.items()]
    if isinstance(value, list):
        return [(f"{at}.{index}", each) for index, each in enumerate(value)]
    return []


def _why_not(value: object) -> str:
    if isinstance(value, str):
        return "" if _is_text(value) else "a lone surrogate is no character"
    if isinstance(value, dict):
        good = all(_is_text(name) and "\x00" not in name for name in value)
        return "" if good else "a name holds what is no character"
    if isinstance(value, float) and not math.isfinite(value):
        return "not a number that JSON has"
    if isinstance(value, int) and not -MAX_INTEGER - 1 <= value <= MAX_INTEGER:
        return "an integer of more than 64 bits"
    return ""


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
