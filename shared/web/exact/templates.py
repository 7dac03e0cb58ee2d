"""Check the variables of a text before it is stored."""

import re
from collections.abc import Collection

from shared.web.exact.nearest import mistaken, unknown

_OPENED = re.compile(r"\{\s*([^{}\s]*)[^{}]*\}?")
_CLOSED = re.compile(r"(\w+)\}")


def check_variables(text: str, known: Collection[str]) -> str:
    """Return *text*, or raise what pydantic reports where a variable is unknown.

    A reader of the text would see the braces, so an opened brace is always one too
    many, and so is a closed one behind a word.
    """
    rest = text
    for name in known:
        rest = rest.replace(f"{{{name}}}", " ")
    found = _OPENED.search(rest) or _CLOSED.search(rest)
    if found:
        raise mistaken(unknown("", f"{{{found[1]}}}", _written(known), what="variable"))
    return text


def _written(known: Collection[str]) -> list[str]:
    return [f"{{{name}}}" for name in known]
