"""A pattern as a list shows it: its figures, of all time or of a period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.analytics.domain.profiles.asking import Place, Sort
from services.analytics.domain.profiles.growth import measure_growth
from services.analytics.domain.profiles.making import cost_of
from services.analytics.domain.profiles.pattern import Pattern


@dataclass(frozen=True, slots=True)
class Item:
    """One pattern of a list, with the figures of what was asked for."""

    pattern: Pattern
    size: int
    users: int | None
    growth: float
    trend: Sequence[int]
    """Escalations per day (UTC), oldest first."""
    cost_minutes: float | None
    exemplars: Sequence[tuple[str, str]]
    """Ids and words."""
    ranks: Mapping[Sort, float | None]
    """What the list is sorted by; None before its first profile."""

    def place(self, sort: Sort) -> Place:
        """Return where it is in a list that is sorted so."""
        return Place(self.ranks[sort], self.pattern.pattern_id)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted of one pattern."""

    trend: Sequence[int]
    before: int
    users: int | None

    @property
    def growth(self) -> float:
        """Return the growth against the period before."""
        return measure_growth(sum(self.trend), self.before)


def make_item(pattern: Pattern, figures: Figures, texts: Mapping[str, str]) -> Item:
    """Return an item of all time; its growth and cost are what lists are sorted by."""
    profile = pattern.profile
    return Item(
        pattern=pattern,
        size=pattern.size,
        users=figures.users if profile is None else profile.users,
        growth=figures.growth if profile is None else profile.growth,
        trend=figures.trend,
        cost_minutes=profile.cost_minutes if profile else None,
        exemplars=_quoted(pattern, texts),
        ranks={
            Sort.SIZE: pattern.size,
            Sort.GROWTH: profile.growth if profile else None,
            Sort.COST: profile.cost_minutes if profile else None,
        },
    )


def make_item_of_period(
    pattern: Pattern, figures: Figures, texts: Mapping[str, str]
) -> Item:
    """Return an item of the period that *figures* are of."""
    size = sum(figures.trend)
    profile = pattern.profile
    cost = cost_of(profile.minutes_per_escalation if profile else None, size)
    return Item(
        pattern=pattern,
        size=size,
        users=figures.users,
        growth=figures.growth,
        trend=figures.trend,
        cost_minutes=cost,
        exemplars=_quoted(pattern, texts),
        ranks={Sort.SIZE: size, Sort.GROWTH: figures.growth, Sort.COST: cost},
    )


def _quoted(pattern: Pattern, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(each, texts[each]) for each in shown_ids(pattern) if each in texts]


def shown_ids(pattern: Pattern) -> Sequence[str]:
    """Return the ids of those that stand for it: the first until there is a profile."""
    if pattern.profile is not None and pattern.profile.exemplars:
        return pattern.profile.exemplars
    return (pattern.representative,) if pattern.representative else ()
