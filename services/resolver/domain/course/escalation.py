"""What the resolver knows of one escalation: whose turn it is to speak."""

from dataclasses import dataclass, field

from shared.codec import Unknown

TAKEN = frozenset({"acknowledged", "answered"})
"""What an escalation is once a person took it, assigned or not."""
ENDED = frozenset({"resolved", "withdrawn", "expired"})
"""What it is once nobody has it. A status that only a newer version knows is none of
these: then people still speak, and nobody is answered by two."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """What we heard of one escalation; the newest revision counts."""

    escalation_id: str
    revision: int
    over: bool
    number: str = ""
    """Short and human; empty where only an older version heard of it."""
    reason: str = ""
    status: str = "open"
    assigned: bool = False
    delivered: bool = False
    """Whether a destination has accepted it."""
    handed_back: bool = False
    """Whether people gave the conversation back, whatever their status is since."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    @property
    def taken(self) -> bool:
        """Return whether somebody has it."""
        return not self.over and (self.assigned or self.status in TAKEN)
