"""Read a pattern's cases beside others', and say what would end it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.gaps.cause import choose_cause
from services.analytics.domain.gaps.remedies.bug_report import shared_row
from services.analytics.domain.gaps.remedy import remedy_of
from services.analytics.domain.gaps.shared_state import find_shared
from services.analytics.domain.profiles.pattern import UNCLEAR, Pattern
from services.analytics.patterns.browsing.opening import Advice

MAX_CASES = 100
"""Newest escalations of the pattern that are read."""
MAX_OTHERS = 300
"""Escalations of other patterns that they are compared with."""
MARGIN = timedelta(days=1)
"""Before the first case and after the last: others are of the same time, so that a
version which everybody has by now is not taken for the pattern's."""


class Members(Protocol):
    """Which escalations are in a pattern, and which are not."""

    async def newest(
        self, app_id: str, pattern_id: str, *, limit: int
    ) -> list[str]: ...

    async def others(
        self,
        app_id: str,
        pattern_id: str,
        *,
        start: datetime,
        end: datetime,
        limit: int,
    ) -> list[str]:
        """Return escalations from *start* to *end* that came with an app's state."""
        ...


class Cases(Protocol):
    """What is stored of escalations, as the evidence of a gap."""

    async def of(self, app_id: str, escalation_ids: Sequence[str]) -> list[Case]: ...


@dataclass(frozen=True, slots=True)
class CauseKnown:
    """A cause that a profile names already."""

    kind: str


@dataclass(frozen=True, slots=True)
class PatternAdviser:
    """Advises on one pattern at a time, from what is stored now."""

    members: Members
    cases: Cases

    async def advise(self, app_id: str, pattern: Pattern) -> Advice:
        """Return what its users share, and its remedy. Raises Transient."""
        ours = await self.members.newest(app_id, pattern.pattern_id, limit=MAX_CASES)
        cases = await self.cases.of(app_id, ours)
        if not cases:
            return Advice()
        others = await self._others(app_id, pattern.pattern_id, cases)
        # Arithmetic over hundreds of cases: other requests go on meanwhile.
        return await asyncio.to_thread(advice_of, pattern, cases, others)

    async def _others(
        self, app_id: str, pattern_id: str, cases: Sequence[Case]
    ) -> list[Case]:
        if not any(case.app_state for case in cases):
            return []
        found = await self.members.others(
            app_id,
            pattern_id,
            start=min(case.at for case in cases) - MARGIN,
            end=max(case.at for case in cases) + MARGIN,
            limit=MAX_OTHERS,
        )
        return await self.cases.of(app_id, found)


def advice_of(
    pattern: Pattern, cases: Sequence[Case], others: Sequence[Case]
) -> Advice:
    """Return what *cases* say beside *others*; the profile's cause counts if named."""
    profile = pattern.profile
    known = profile is not None and profile.cause != UNCLEAR
    cause = CauseKnown(profile.cause) if profile and known else choose_cause(cases)
    shared = find_shared(cases, others)
    return Advice(
        tuple(map(shared_row, shared)), remedy_of(cause, cases, shared=shared)
    )
