"""Advice on one pattern: its newest cases read beside those of other patterns."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.profiles.pattern import Member, Pattern
from services.analytics.patterns.browsing.opening import Advice

MAX_CASES = 100
"""Newest escalations of the pattern, as its profile has them."""
MAX_OTHERS = 300
"""Newest escalations of the app's other patterns: what is usual there."""

ReadCases = Callable[[Pattern, Sequence[Case], Sequence[Case]], Advice]
"""What a pattern's own cases say, and those of others."""


class Members(Protocol):
    """The newest escalations, of a pattern and of all the others."""

    async def newest(
        self, app_id: str, pattern_id: str, *, limit: int, also: str = ""
    ) -> list[Member]: ...

    async def newest_others(
        self, app_id: str, pattern_id: str, *, limit: int
    ) -> list[str]: ...


class Cases(Protocol):
    """What is stored of escalations, as the evidence of a gap."""

    async def of(self, app_id: str, escalation_ids: Sequence[str]) -> list[Case]: ...


@dataclass(frozen=True, slots=True)
class CaseAdviser:
    """Gathers the cases, and has them read."""

    members: Members
    cases: Cases
    read: ReadCases

    async def advise(self, app_id: str, pattern: Pattern) -> Advice:
        """Return what the cases of *pattern* say; raises Transient."""
        own, others = await asyncio.gather(
            self._own(app_id, pattern.pattern_id),
            self._others(app_id, pattern.pattern_id),
        )
        # Tests of every value and a summary of texts: other work goes on meanwhile.
        return await asyncio.to_thread(self.read, pattern, own, others)

    async def _own(self, app_id: str, pattern_id: str) -> list[Case]:
        members = await self.members.newest(app_id, pattern_id, limit=MAX_CASES)
        return await self.cases.of(app_id, [each.escalation_id for each in members])

    async def _others(self, app_id: str, pattern_id: str) -> list[Case]:
        ids = await self.members.newest_others(app_id, pattern_id, limit=MAX_OTHERS)
        return await self.cases.of(app_id, ids)
