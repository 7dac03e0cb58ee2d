"""The actions and documents that almost answered the cases of a pattern."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from services.analytics.domain.gaps.cases import Case, TriedAttempt

MAX_NEAR_MISSES = 10
"""More than these nobody reads through; the ones tried most often are kept."""
NEAR = "below_threshold"
"""The outcome of an attempt that was near, and not near enough."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One action or document that was near to several cases."""

    kind: str
    """`action` or `document`."""
    name: str
    title: str
    score: float
    """The mean over the cases that it was near to, 0 to 1."""
    threshold: float
    """The mean of what it needed, 0 to 1."""
    count: int
    """How many cases it was near to; a case counts once."""

    @property
    def label(self) -> str:
        """Return what a person would call it."""
        return self.title or self.name


def near_misses_of(cases: Iterable[Case]) -> tuple[NearMiss, ...]:
    """Return what was near to *cases*: first what was near most often, then nearest."""
    found: defaultdict[tuple[str, str], list[TriedAttempt]] = defaultdict(list)
    for case in cases:
        for key, attempt in _best_of(case).items():
            found[key].append(attempt)
    missed = [_near_miss(tried) for tried in found.values()]
    missed.sort(key=lambda each: (-each.count, -each.score, each.kind, each.name))
    return tuple(missed[:MAX_NEAR_MISSES])


def _best_of(case: Case) -> dict[tuple[str, str], TriedAttempt]:
    best: dict[tuple[str, str], TriedAttempt] = {}
    for attempt in case.attempts:
        key = (attempt.kind, attempt.name)
        if attempt.outcome == NEAR and (
            key not in best or attempt.score > best[key].score
        ):
            best[key] = attempt
    return best


def _near_miss(tried: list[TriedAttempt]) -> NearMiss:
    last = tried[-1]
    return NearMiss(
        last.kind,
        last.name,
        next((each.title for each in reversed(tried) if each.title), ""),
        round(sum(each.score for each in tried) / len(tried), 4),
        round(sum(each.threshold for each in tried) / len(tried), 4),
        len(tried),
    )
