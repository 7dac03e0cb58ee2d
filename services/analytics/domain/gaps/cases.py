"""The evidence of a gap: its cases, each with what was tried and what the app said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

MAX_STATE_FIELDS = 50
MAX_STATE_VALUE = 200
"""Characters of one value: a longer one tells no two users apart."""
MAX_STATE_DEPTH = 4


@dataclass(frozen=True, slots=True)
class TriedAttempt:
    """One action or document that was tried for a request, near misses included."""

    kind: str
    """`action` or `document`."""
    name: str
    title: str
    score: float
    """0 to 1."""
    threshold: float
    outcome: str
    """A value of `shared.events.AttemptOutcome`."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One escalation of a pattern, with all that its cause is judged by."""

    escalation_id: str
    at: datetime
    text: str
    """The user's words, as they were stored: redacted, and empty once erased."""
    reason: str
    """A value of `shared.events.Reason`."""
    detail: str = ""
    language: str | None = None
    user_id: str | None = None
    attempts: Sequence[TriedAttempt] = ()
    app_state: Mapping[str, str] = field(default_factory=dict)
    """Dotted path -> value, as `flatten_state` makes it."""
    answers: Sequence[str] = ()
    """What people answered, oldest first."""
    people_minutes: float | None = None
    """From the first acknowledgement to the end; None where nobody had it."""


def flatten_state(state: Mapping[str, object] | None) -> dict[str, str]:
    """Return the scalars of an app's state by dotted path, bounded in every way.

    `{"last_request": {"status": 500}}` becomes `{"last_request.status": "500"}`. Lists
    are left out: their places tell nothing.
    """
    found: dict[str, str] = {}
    _flatten(state or {}, "", MAX_STATE_DEPTH, found)
    return found


def _flatten(
    state: Mapping[str, object], prefix: str, depth: int, found: dict[str, str]
) -> None:
    for name, value in state.items():
        if len(found) >= MAX_STATE_FIELDS:
            return
        path = f"{prefix}{name}"[:MAX_STATE_VALUE]
        if isinstance(value, Mapping):
            if depth > 1:
                _flatten(value, f"{path}.", depth - 1, found)
        elif isinstance(value, str | int | float | bool):
            found[path] = _text(value)[:MAX_STATE_VALUE]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
