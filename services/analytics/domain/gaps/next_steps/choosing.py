"""Three things to do next: the gaps whose closing saves people the most minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from services.analytics.domain.gaps.next_steps.gap import Gap
from services.analytics.domain.gaps.next_steps.wording import step_sentence

MAX_STEPS = 3
LEAST_COUNT = 2
"""Escalations in the period: one alone may never come again."""
ASSUMED_MINUTES = 10.0
"""Of people's time for an escalation, where nobody's was measured yet; it is said."""
LEFT_OUT = frozenset({"ignored", "verified", "fixed", "in_progress"})
"""Decided, proven, waiting for its proof, or somebody's already."""
NOT_OURS = frozenset({"person"})
"""Causes that nothing written or built ends: people are wanted there."""
UNCLEAR_WEIGHT = 0.5
"""Of a gap without a cause: what reading it will save is anybody's guess."""
FAR_WEIGHT = 0.5
"""Of a gap that nothing in the catalogue is near to: it may be nobody's business."""
MOST_GROWTH, LEAST_GROWTH = 1.0, -0.5
"""A week that doubled may double again; nobody should bet on more."""
SMOOTHING = 5
"""Escalations that are added to both periods: one becoming two is no growth."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, why, and what it saves."""

    pattern_id: str
    label: str
    cause: str
    count: int
    saves_minutes: int
    """Of people's time in a period as long as the one looked at, if it goes on."""
    assumed: bool
    """Whether the minutes of an escalation are assumed: none was measured."""
    sentence: str
    """What to do, why and what it saves."""
    first_step: str


@dataclass(frozen=True, slots=True)
class Plan:
    """At most three steps, most saving first, and why there are not more."""

    steps: tuple[NextStep, ...]
    note: str = ""
    """Empty where there are three."""


def choose_next_steps(gaps: Sequence[Gap], *, days: int) -> Plan:
    """Return what to do next, from the patterns of the last *days* days.

    Where two save the same, the one with more escalations comes first, then the one
    with the smaller id: the same data always makes the same plan.
    """
    usual = _usual_minutes(gaps)
    open_gaps = [each for each in gaps if _may_be_next(each)]
    open_gaps.sort(
        key=lambda each: (-_worth(each, usual), -each.count, each.pattern_id)
    )
    steps = tuple(_step(each, usual, days) for each in open_gaps[:MAX_STEPS])
    return Plan(steps, _note(len(steps)))


def expected_minutes(gap: Gap, usual: float | None) -> float:
    """Return the minutes of people that *gap* will cost in the next such period."""
    each = gap.minutes_each or usual or ASSUMED_MINUTES
    return gap.count * (1 + expected_growth(gap)) * each


def expected_growth(gap: Gap) -> float:
    """Return how much more will come next time; of a new pattern nothing is known."""
    if not gap.before:
        return 0.0
    growth = (gap.count - gap.before) / (gap.before + SMOOTHING)
    return min(MOST_GROWTH, max(LEAST_GROWTH, growth))


def _may_be_next(gap: Gap) -> bool:
    return (
        gap.count >= LEAST_COUNT
        and gap.status not in LEFT_OUT
        and gap.cause not in NOT_OURS
    )


def _worth(gap: Gap, usual: float | None) -> float:
    """Return what ranks it: what it will cost, by how sure its cause is."""
    sure = UNCLEAR_WEIGHT if gap.cause == "unclear" else max(0.5, gap.confidence)
    near = FAR_WEIGHT if gap.is_far else 1.0
    return expected_minutes(gap, usual) * sure * near


def _usual_minutes(gaps: Sequence[Gap]) -> float | None:
    """Return the app's usual minutes of an escalation; None where none is known."""
    known = [each.minutes_each for each in gaps if each.minutes_each]
    return median(known) if known else None


def _step(gap: Gap, usual: float | None, days: int) -> NextStep:
    saves = expected_minutes(gap, usual)
    assumed = not (gap.minutes_each or usual)
    return NextStep(
        pattern_id=gap.pattern_id,
        label=gap.label,
        cause=gap.cause,
        count=gap.count,
        saves_minutes=round(saves),
        assumed=assumed,
        sentence=step_sentence(
            gap,
            saves_minutes=saves,
            days=days,
            each=ASSUMED_MINUTES if assumed else None,
        ),
        first_step=gap.first_step,
    )


def _note(found: int) -> str:
    if found >= MAX_STEPS:
        return ""
    if found == 0:
        return (
            "Nothing stands out: no open pattern with two or more escalations has a "
            "cause that could be removed."
        )
    named = "Only one thing stands" if found == 1 else "Only two things stand"
    return f"{named} out; every other pattern is single, decided or in hand."
