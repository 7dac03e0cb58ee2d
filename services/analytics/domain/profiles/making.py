"""Make a pattern's profile from its newest cases and from counts of all."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.profiles.exemplars import choose_exemplars
from services.analytics.domain.profiles.growth import choose_flags, measure_growth
from services.analytics.domain.profiles.labels import Label, choose_label
from services.analytics.domain.profiles.pattern import (
    Member,
    NearMiss,
    Pattern,
    Profile,
)

HANDRAIL = "handrail"
"""Who labelled a pattern that no person did."""
DEFAULT_LANGUAGE = "en"


class MissedOf(Protocol):
    """What almost answered, as the choice of a cause says it."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def count(self) -> int: ...


class CauseOf(Protocol):
    """Why a pattern exists, as the choice of it says."""

    @property
    def kind(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def because(self) -> str: ...
    @property
    def evidence(self) -> Mapping[str, int]: ...
    @property
    def confidence(self) -> float: ...
    @property
    def near_misses(self) -> Sequence[MissedOf]: ...


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts over all escalations of a pattern."""

    users: int
    """Different users, ever."""
    users_as_of: datetime
    last: int
    """Escalations of the last period."""
    before: int
    """Escalations of the period before it."""


def make_profile(
    pattern: Pattern,
    members: Sequence[Member],
    cases: Sequence[Case],
    cause: CauseOf,
    counted: Counted,
    *,
    now: datetime,
) -> tuple[Profile, str | None]:
    """Return the profile, and the pattern's new label where it gets one."""
    exemplars = choose_exemplars(members)
    label = _label(pattern, members, exemplars)
    known = pattern.profile.label_from if pattern.profile else ""
    minutes = median_minutes(cases)
    profile = Profile(
        as_of=now,
        users=counted.users,
        users_as_of=counted.users_as_of,
        growth=measure_growth(counted.last, counted.before),
        cause=cause.kind,
        cause_code=cause.code,
        because=cause.because,
        evidence=dict(cause.evidence),
        confidence=cause.confidence,
        near_misses=tuple(_near_miss(each) for each in cause.near_misses),
        exemplars=tuple(each.escalation_id for each in exemplars),
        minutes_per_escalation=minutes,
        cost_minutes=cost_of(minutes, pattern.size),
        cases=len(cases),
        flags=choose_flags(
            now=now,
            first_seen=pattern.first_seen,
            counted=counted.last,
            counted_before=counted.before,
        ),
        label_from=label.source if label else known,
    )
    return profile, label.text if label else None


def median_minutes(cases: Sequence[Case]) -> float | None:
    """Return the median minutes that people had one; None where none has ended."""
    minutes = [each.people_minutes for each in cases if each.people_minutes is not None]
    return round(statistics.median(minutes), 1) if minutes else None


def cost_of(minutes_per_escalation: float | None, size: int) -> float | None:
    """Return the minutes of people that *size* escalations cost; None is unknown."""
    if minutes_per_escalation is None:
        return None
    return round(minutes_per_escalation * size, 1)


def _label(
    pattern: Pattern, members: Sequence[Member], exemplars: Sequence[Member]
) -> Label | None:
    if pattern.labelled_by != HANDRAIL:
        return None
    shown = [(each.escalation_id, each.text) for each in members if each.text.strip()]
    source = pattern.profile.label_from if pattern.profile else ""
    # An erasure empties the words: what was made of them goes with the next look.
    gone = any(each.escalation_id == source and not each.text for each in members)
    first_time = not source
    return choose_label(
        shown,
        [each.escalation_id for each in exemplars],
        language=pattern.language or DEFAULT_LANGUAGE,
        current="" if first_time else pattern.label,
        current_stands=not gone,
    )


def _near_miss(missed: MissedOf) -> NearMiss:
    return NearMiss(missed.kind, missed.name, missed.title, missed.score, missed.count)
