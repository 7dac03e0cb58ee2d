"""How a pattern grows: its period held against the one before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SMOOTHING = 10
"""Escalations that are added to the period before: one becoming two is no news, a
hundred becoming two hundred is."""
EMERGING_WITHIN = timedelta(days=7)
EMERGING_SIZE = 3
"""Fewer, and anything that was ever asked would be emerging."""
EMERGING_GROWTH = 1.0
VANISHING_GROWTH = -0.5
VANISHING_BEFORE = 10
"""Escalations in the period before: fewer had nothing to vanish."""
SETTLED = ("ignored", "fixed", "verified")
"""Statuses in which nothing more was expected."""


@dataclass(frozen=True, slots=True)
class Flags:
    """What is worth a second look, as of a pattern's last profile."""

    emerging: bool = False
    vanishing: bool = False


def measure_growth(now: int, before: int) -> float:
    """Return how a number grew, as a fraction: `(now - before) / (before + 10)`.

    1 -> 2 is 0.09, 10 -> 20 is 0.5, 100 -> 200 is 0.91, 0 -> 50 is 5, 50 -> 0 is -0.83.
    """
    return round((now - before) / (before + SMOOTHING), 4)


def choose_flags(
    *,
    now: datetime,
    first_seen: datetime,
    counted: int,
    counted_before: int,
) -> Flags:
    """Return the flags of a pattern with *counted* escalations in its last period."""
    growth = measure_growth(counted, counted_before)
    young = now - first_seen <= EMERGING_WITHIN and counted >= EMERGING_SIZE
    return Flags(
        emerging=young or growth >= EMERGING_GROWTH,
        vanishing=counted_before >= VANISHING_BEFORE and growth <= VANISHING_GROWTH,
    )


def is_again(status: str, again_count: int) -> bool:
    """Return whether a pattern goes on although nothing more was expected of it.

    *again_count* is how many came since its *status* said so.
    """
    return status == "regressed" or (status in SETTLED and again_count > 0)
