"""A pattern as far as the choice of what to do next must know it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Gap:
    """A pattern with its cause, its cost and what its remedy begins with."""

    pattern_id: str
    label: str
    count: int
    """Escalations in the period."""
    users: int = 0
    before: int = 0
    """Escalations in the period of the same length before it."""
    cause: str = "unclear"
    """`documentation`, `action`, `bug`, `person` or `unclear`."""
    code: str = "unclear"
    """A value of the causes' codes, `doc_miss_soft` …"""
    status: str = "open"
    confidence: float = 1.0
    """How sure the cause is, 0 to 1."""
    evidence: Mapping[str, int] = field(default_factory=dict)
    """How many of the `cases` that were looked at say what, by code."""
    minutes_each: float | None = None
    """Of people's time, from the app's own data."""
    nearest: str = ""
    """The document or action that nearly answered, as people call it."""
    first_step: str = ""
    """What its remedy begins with."""
    shared: Sequence[str] = ()
    """What its users' app states share and others do not: `app.version = 3.2`."""

    @property
    def is_far(self) -> bool:
        """Return whether its users' words alone say anything, and nothing was near."""
        said = self.evidence
        near = said.get("near_documents", 0) + said.get("near_actions", 0)
        return not near and 0 < said.get("cases", 0) == said.get("by_words", 0)
