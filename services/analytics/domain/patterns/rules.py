"""How alike two things must be, for each encoder: one setting for all apps."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings of the grouping; similarities are cosines of centred vectors."""

    join: float
    """From here on an escalation joins a pattern."""
    merge: float
    """From this mean similarity on two patterns are proposed to be merged."""


BOTH: Final = Rules(join=0.45, merge=0.35)
ONE: Final = Rules(join=0.45, merge=0.35)
WORDS: Final = Rules(join=0.35, merge=0.30)


def rules_of(encoder: str) -> Rules:
    """Return the rules for vectors of *encoder*; an unknown one is taken for one."""
    if encoder.startswith("ngrams-"):
        return WORDS
    return BOTH if "+" in encoder else ONE
