"""Say which known name a mistaken one is nearest to."""

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import NotRequired, TypedDict

from pydantic_core import PydanticCustomError

from shared.web.problems import Problem

CUTOFF = 0.6
"""How alike two names must be, 0 to 1: `difflib`'s own measure and default."""
MAX_NAME_CHARS = 64
"""Of a name that is said back."""
MAX_LISTED = 30
MAX_ERRORS = 20

_NOT_LETTERS = re.compile(r"[^a-z0-9]")


class Wrong(TypedDict):
    """One thing to put right."""

    field: str
    """Where it is: `body.routes.0.raeson`, `query.limmit`."""
    message: str
    nearest: NotRequired[str]
    """The right name, where one is near."""


def nearest(name: str, known: Iterable[str], *, cutoff: float = CUTOFF) -> str | None:
    """Return the one of *known* that *name* was meant to be, or None.

    Case and punctuation do not count: `approval_required` is `approvalRequired`.
    """
    plain = {_plain(each): each for each in sorted(known, reverse=True)}
    found = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=cutoff)
    return plain[found[0]] if found else None


def unknown(field: str, name: str, known: Iterable[str], *, what: str) -> Wrong:
    """Return what is wrong with *name*, which is none of *known*.

    *what* says what it would be: a field, a parameter, a variable.
    """
    known = sorted(set(known))
    said = f"unknown {what} `{name[:MAX_NAME_CHARS]}`"
    near = nearest(name, known)
    if near is not None:
        return {
            "field": field,
            "message": f"{said}; did you mean `{near}`?",
            "nearest": near,
        }
    listed = ", ".join(f"`{each}`" for each in known[:MAX_LISTED])
    more = ", …" if len(known) > MAX_LISTED else ""
    hint = f"known: {listed}{more}" if known else "none is taken here"
    return {"field": field, "message": f"{said}; {hint}"}


def check_known(name: str, known: Iterable[str], *, what: str) -> None:
    """Raise what pydantic reports of a field where *name* is none of *known*."""
    known = set(known)
    if name not in known:
        raise mistaken(unknown("", name, known, what=what))


def mistaken(wrong: Wrong) -> PydanticCustomError:
    """Return *wrong* as the error that a validator raises."""
    # A template of its own braces: what was sent may hold some.
    return PydanticCustomError(
        "unknown_name",
        "{said}",
        {"said": wrong["message"], "nearest": wrong.get("nearest", "")},
    )


def refuse(wrong: Sequence[Wrong]) -> Problem:
    """Return the 422 that names all of *wrong*."""
    shown = wrong[:MAX_ERRORS]
    said = "; ".join(f"{each['field']}: {each['message']}" for each in shown[:3])
    return Problem(422, detail=said, errors=shown)


def _plain(name: str) -> str:
    return _NOT_LETTERS.sub("", name.casefold())
