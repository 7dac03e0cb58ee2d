"""What was found for a request, best first, and how sure one must be to use it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.resolver.domain.catalogue import Action, Passage
from services.resolver.domain.course.sense import PLAIN, Sense

MAX_CANDIDATES = 5
"""Of each kind: what almost answered fits on a screen."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An action or a passage, and how likely it is the right outcome."""

    score: float
    """Probability. Those of all candidates and of "none" add up to 1 at most."""
    action: Action | None = None
    passage: Passage | None = None
    lexical: float = 0.0
    """Its part that comes from shared words, 0 to 1."""
    dense: float = 0.0
    """Its part that comes from the sentence embedding, 0 to 1."""

    @property
    def kind(self) -> Literal["action", "document"]:
        """Return `action` or `document`."""
        return "action" if self.action is not None else "document"

    @property
    def name(self) -> str:
        """Return the action's name or the document's id."""
        if self.action is not None:
            return self.action.name
        return self.passage.document_id if self.passage else ""

    @property
    def title(self) -> str:
        """Return what a person would call it."""
        if self.action is not None:
            return self.action.title
        return self.passage.title if self.passage else ""

    @property
    def text(self) -> str:
        """Return what it says of itself."""
        if self.action is not None:
            return self.action.description
        return self.passage.text if self.passage else ""


@dataclass(slots=True)
class Ranking:
    """The candidates for one request, each list best first and bounded."""

    actions: tuple[Candidate, ...]
    passages: tuple[Candidate, ...]
    started_at: datetime
    duration_ms: float = 0.0
    encoder: str | None = None
    """Whose sentence embeddings counted; None where words alone did."""
    waiting_for: int = 0
    """Texts of the catalogue that have no embedding yet, and count by their words."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How sure the resolver must be, and how long it waits. Settings of the app."""

    action: float
    document: float
    near_miss: float
    """From this score on a candidate almost answered; below, it did not match."""
    lead: float
    """By how much the best action must beat the next one: two that match alike are
    a guess, and a wrong action costs trust."""
    action_timeout: timedelta
    sense: Sense = PLAIN
    """Which reasons send a request to people, and the app's own words."""
