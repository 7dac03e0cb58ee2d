"""What may be set of redaction, exactly."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shared.events.preferences import Redaction
from shared.redaction.detectors import compiled

MAX_PATTERNS = 50


def _searchable(pattern: str) -> str:
    """Refuse what is no pattern, and what would black out everything."""
    if compiled(pattern).search("") is not None:
        raise ValueError("it matches nothing at all, and so everywhere")
    return pattern


Pattern = Annotated[
    str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_searchable)
]


class ExactRedaction(Redaction):
    """Patterns that can be searched (RE2)."""

    also: list[Pattern] = Field(
        default_factory=list,
        max_length=MAX_PATTERNS,
        description="Regular expressions (RE2) of the app's own: `(?i)case-[0-9]{6}`",
    )
