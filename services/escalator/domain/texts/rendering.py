"""What users are told: choose the text and put the variables in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.text import cut

MAX_CHARS = 16_384
"""Twice the longest template: a variable cannot blow a reply up beyond its limit."""
SOON = "as soon as possible"
"""Stands for `{expected_by}` while no time is promised."""

NO_LONGER_TRUE = {
    (
        "We are having trouble reaching our team about {number}. It is saved and "
        "we keep trying."
    ),
    (
        "I wasn't able to find a solution for this. Your issue is saved as {number} "
        "and is on its way to our team. I'll tell you here as soon as it has reached "
        "them."
    ),
}
"""Our own texts of before, stored with many an app's settings: they promised more than
was so. An app's own words are the app's."""

_VARIABLE = re.compile(r"\{(number|expected_by|reason|app)\}")


@dataclass(frozen=True, slots=True)
class Variables:
    """What a text may name."""

    number: str
    reason: str
    app: str
    expected_by: datetime | None = None


def render(template: str, variables: Variables) -> str:
    """Return *template* with its variables; every other brace stays as it is.

    One pass over the template alone, so that neither a template nor a value is ever
    read as a format string (CWE-134).
    """
    values = _values(variables)
    text = _VARIABLE.sub(lambda found: values[found[1]], template)
    return cut(text, MAX_CHARS)


def choose_handoff(*, conversation: str | None, app: str, default: str) -> str:
    """Return the conversation's hand-off text, else the app's, else the default."""
    return next(
        (text for text in (conversation, app) if text and text.strip()), default
    )


def choose_true(template: str, default: str) -> str:
    """Return *template*, or *default* where it is one of ours that was not true."""
    return default if template in NO_LONGER_TRUE else template


def _values(variables: Variables) -> Mapping[str, str]:
    moment = variables.expected_by
    return {
        "number": variables.number,
        "reason": variables.reason,
        "app": variables.app,
        "expected_by": f"{moment:%Y-%m-%d %H:%M} UTC" if moment else SOON,
    }
