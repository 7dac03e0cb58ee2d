"""An outcome: what the assistant claimed of a request, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.analytics.domain.outcomes.request import Claim


class CameOfIt(StrEnum):
    """What came of a request."""

    PENDING = "pending"
    """Nothing can be said yet: the conversation goes on."""
    RESOLVED = "resolved"
    """The assistant answered, and nothing speaks against it."""
    CAME_BACK = "came_back"
    """The user asked the same again within seven days."""
    REPHRASED = "rephrased"
    """The user said it in other words twice or more, and left without a word."""
    ABANDONED = "abandoned"
    """The user left after an answer that failed, or a question of ours."""
    HANDED_OVER = "handed_over"
    """People have it, and nobody of them has answered."""
    REACHED_PERSON = "reached_person"
    """A person answered."""
    WITHDRAWN = "withdrawn"
    """The user no longer wanted it."""
    EXPIRED = "expired"
    """People were asked, and nobody took it in time."""


DEAD_ENDS = frozenset({CameOfIt.CAME_BACK, CameOfIt.REPHRASED, CameOfIt.ABANDONED})
"""Neither resolved nor escalated."""


@dataclass(frozen=True, slots=True)
class ClaimOut:
    """One claim of the assistant's, and whether it stood."""

    at: datetime
    claim: Claim
    name: str
    title: str
    stood: bool | None
    """None: it is no answer, or it is too early to say."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request: what was claimed, what came of it, and when."""

    app_id: str
    conversation_id: str
    request_id: str
    at: datetime
    """When it was asked first."""
    last_at: datetime
    user_id: str | None
    text: str
    language: str | None
    tried: tuple[str, ...]
    asked_times: int
    claims: tuple[ClaimOut, ...]
    claimed: Claim
    claimed_name: str
    claimed_title: str
    false_claim: bool
    """Whether an answer that the assistant claimed did not stand."""
    came_of_it: CameOfIt
    because: str
    """What it is told by, in a stable word."""
    dead_end: bool
    missed: bool
    """A dead end whose failing was plain at the time: people should have been asked."""
    needless: bool
    asked_for_person: bool
    told_at: datetime | None = None
    reached_at: datetime | None = None
    people_resolved_at: datetime | None = None
    returned_at: datetime | None = None
    returned_as: str | None = None
    durable: bool | None = None
    """Whether it stayed resolved for seven days; None: not resolved, or too early."""
    escalation_id: str | None = None
    number: str = ""
    reason: str | None = None
    route: str | None = None
    destinations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """All outcomes of a conversation, and when to look again without news."""

    outcomes: tuple[Outcome, ...]
    look_again_at: datetime | None


COUNTED_BY = (
    "came_of_it",
    "dead_end",
    "missed",
    "needless",
    "asked_for_person",
    "durable",
)
"""Fields of an outcome that it is counted by."""


def counted_as(outcome: Mapping[str, object]) -> tuple[str, ...]:
    """Return what an outcome, as it is stored, counts as."""
    flags = [name for name in COUNTED_BY[1:-1] if outcome.get(name)]
    durable = outcome.get("durable")
    if durable is not None:
        flags.append("durable" if durable else "not_durable")
    return (str(outcome.get("came_of_it")), *flags)
