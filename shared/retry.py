"""When to try again: pure arithmetic over a schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Schedule:
    """Waits between tries. After the last one, nothing is tried again."""

    waits: Sequence[timedelta]
    jitter: float = 0.2
    """Share of each wait by which it may be longer or shorter, so that failures
    which began together do not come back together."""
    scale: float = 1.0
    """Multiplies every wait; tests shrink time with it."""


def backoff(attempt: int, schedule: Schedule, *, chance: float) -> timedelta | None:
    """Return the wait before try number *attempt* + 1, or None to give up.

    *attempt* counts the tries already made (1 after the first failure). *chance* is
    a random number in [0, 1): an argument, so that the function stays pure.
    """
    if attempt < 1 or attempt > len(schedule.waits):
        return None
    spread = 1 + schedule.jitter * (2 * chance - 1)
    return schedule.waits[attempt - 1] * spread * schedule.scale
