"""The rates of a period, from its counts; docs/figures.md has each in one line."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.analytics.domain.facts import RETURNED, Dimension, Outcome
from services.analytics.domain.outcomes.outcome import CameOfIt

Totals = Mapping[tuple[str, str], tuple[int, int]]
"""Number and milliseconds of each dimension and value."""

SATISFIED = ("4", "5")
SCORES = ("1", "2", "3", *SATISFIED)
SETTLED = tuple(
    each for each in CameOfIt if each not in {CameOfIt.PENDING, CameOfIt.WITHDRAWN}
)
"""What came of requests of which it can be said how they were served."""
ESCALATED = (CameOfIt.HANDED_OVER, CameOfIt.REACHED_PERSON, CameOfIt.EXPIRED)


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares from 0 to 1; None where there is nothing to be a share of."""

    resolution: float | None
    escalation: float | None
    dead_end: float | None
    reopen: float | None
    durable_resolution: float | None
    promises_kept: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """How requests of a period were served."""

    dead_ends: int
    needless: int
    missed: int
    rates: Rates
    csat: float | None
    """Share of the scores that are 4 or 5."""


def figures_of(totals: Totals) -> Figures:
    """Return the figures that *totals* of a period make."""

    def number(dimension: Dimension, *values: str) -> int:
        found = (totals.get((dimension, value), (0, 0))[0] for value in values)
        return sum(found)

    def came(*values: str) -> int:
        return number(Dimension.CAME_OF_IT, *values)

    settled = came(*SETTLED)
    resolved_escalations = number(Dimension.ESCALATION, Outcome.RESOLVED)
    kept, broken = (number(Dimension.PROMISE, state) for state in ("kept", "broken"))
    durable = came("durable")
    rates = Rates(
        resolution=_share(came(CameOfIt.RESOLVED), settled),
        escalation=_share(came(*ESCALATED), settled),
        dead_end=_share(came("dead_end"), settled),
        reopen=_share(number(Dimension.ESCALATION, RETURNED), resolved_escalations),
        durable_resolution=_share(durable, durable + came("not_durable")),
        promises_kept=_share(kept, kept + broken),
    )
    return Figures(
        dead_ends=came("dead_end"),
        needless=came("needless"),
        missed=came("missed"),
        rates=rates,
        csat=_share(
            number(Dimension.SCORE, *SATISFIED), number(Dimension.SCORE, *SCORES)
        ),
    )


NO_FIGURES = Figures(0, 0, 0, Rates(None, None, None, None, None, None), None)
"""Of a period in which nothing was asked."""


def _share(part: int, whole: int) -> float | None:
    # More may be reopened in a period than was resolved in it.
    return round(min(1.0, max(0.0, part / whole)), 4) if whole > 0 else None
