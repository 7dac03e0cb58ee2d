"""Say what each pattern is about: a job over those that changed, the newest first."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.periods import Step, ceil_to
from services.analytics.domain.profiles.making import CauseOf, Counted, make_profile
from services.analytics.domain.profiles.pattern import Member, Pattern, Profile
from services.analytics.patterns.browsing.ranking import Ranking
from shared.clock import Clock

MAX_CASES = 100
"""Newest escalations of a pattern that are looked at; all of them are counted."""
MAX_PATTERNS = 200
"""Patterns of one round: a round that ends lets the next one see what came since."""
AT_ONCE = 4
MANY_MEMBERS = 50_000
USERS_KNOWN_FOR = timedelta(hours=1)
"""How long the users of a pattern of many members are taken for what they were: each
count reads all of them, and one that grows changes every few seconds."""
PERIOD = timedelta(days=30)
"""What growth compares, and how far a trend goes back."""

ChooseCause = Callable[[Sequence[Case]], CauseOf]


class Profiles(Protocol):
    """Patterns, and where their profiles are kept."""

    async def due(self, *, now: datetime, limit: int) -> list[tuple[str, Pattern]]:
        """Return apps and patterns to look at: first those that changed last."""
        ...

    async def newest(
        self, app_id: str, pattern_id: str, *, limit: int, also: str = ""
    ) -> list[Member]: ...

    async def count_users(self, app_id: str, pattern_id: str) -> int: ...

    async def keep(
        self, app_id: str, pattern: Pattern, profile: Profile, label: str | None
    ) -> bool:
        """Store it, unless the pattern changed since it was read; return whether."""
        ...


class Cases(Protocol):
    """What is stored of escalations, as the evidence of a gap."""

    async def of(self, app_id: str, escalation_ids: Sequence[str]) -> list[Case]: ...


@dataclass(frozen=True, slots=True)
class Profiler:
    """Takes patterns that changed, and stores what is to be said of them."""

    profiles: Profiles
    cases: Cases
    ranking: Ranking
    choose_cause: ChooseCause
    clock: Clock

    async def round(self) -> None:
        """Look at what is due; raises Transient, and may be repeated."""
        due = await self.profiles.due(now=self.clock.now(), limit=MAX_PATTERNS)
        slots = asyncio.Semaphore(AT_ONCE)

        async def work(app_id: str, pattern: Pattern) -> None:
            async with slots:
                await self.work(app_id, pattern)

        await asyncio.gather(*(work(*each) for each in due))

    async def work(self, app_id: str, pattern: Pattern) -> bool:
        """Profile one pattern; return whether that was stored.

        It is not where the pattern changed meanwhile: it is due again then.
        """
        now = self.clock.now()
        source = pattern.profile.label_from if pattern.profile else ""
        members = await self.profiles.newest(
            app_id, pattern.pattern_id, limit=MAX_CASES, also=source
        )
        cases = await self.cases.of(app_id, [each.escalation_id for each in members])
        counted = await self._counted(app_id, pattern, now)

        def make() -> tuple[Profile, str | None]:
            cause = self.choose_cause(cases)
            return make_profile(pattern, members, cases, cause, counted, now=now)

        # Arithmetic over a hundred texts: other work goes on meanwhile.
        profile, label = await asyncio.to_thread(make)
        return await self.profiles.keep(app_id, pattern, profile, label)

    async def _counted(self, app_id: str, pattern: Pattern, now: datetime) -> Counted:
        pattern_id = pattern.pattern_id
        # Whole hours, the running one included: counters alone answer for them.
        end = ceil_to(now, Step.HOUR)
        last, before = await asyncio.gather(
            self._sum(app_id, pattern_id, end - PERIOD, end),
            self._sum(app_id, pattern_id, end - 2 * PERIOD, end - PERIOD),
        )
        users, as_of = await self._users(app_id, pattern, now)
        return Counted(users=users, users_as_of=as_of, last=last, before=before)

    async def _users(
        self, app_id: str, pattern: Pattern, now: datetime
    ) -> tuple[int, datetime]:
        """Return how many there are, and of when that is."""
        known = pattern.profile
        if (
            pattern.size > MANY_MEMBERS
            and known is not None
            and known.users_as_of is not None
            and now - known.users_as_of < USERS_KNOWN_FOR
        ):
            return known.users, known.users_as_of
        return await self.profiles.count_users(app_id, pattern.pattern_id), now

    async def _sum(
        self, app_id: str, pattern_id: str, start: datetime, end: datetime
    ) -> int:
        lines = await self.ranking.lines(app_id, [pattern_id], start, end)
        return sum(lines[pattern_id])
