"""One pattern, whole: its members, what its users share, and what would end it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from services.analytics.domain.profiles.items import Item
from services.analytics.domain.profiles.pattern import Member, Pattern
from services.analytics.patterns.browsing.listing import Listing, Period
from services.analytics.patterns.browsing.ports import Patterns

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Advice:
    """What the cases of a pattern say that its figures do not."""

    shared_state: Sequence[Json] = ()
    """`path`, `value`, `inside`, `outside`, `p_value`."""
    remedy: Json | None = None


class Adviser(Protocol):
    """Reads a pattern's cases beside others', and says what would end it."""

    async def advise(self, app_id: str, pattern: Pattern) -> Advice: ...


class NoAdviser:
    """Says nothing: for those who want the figures alone."""

    async def advise(self, app_id: str, pattern: Pattern) -> Advice:  # noqa: ARG002 - the port's shape
        """Return that there is nothing to say."""
        return Advice()


@dataclass(frozen=True, slots=True)
class OpenedPattern:
    """All that is shown of one pattern."""

    item: Item
    members: Sequence[Member]
    more: bool
    """There are older members."""
    advice: Advice = field(default_factory=Advice)


@dataclass(frozen=True, slots=True)
class Opener:
    """Answers for one app."""

    patterns: Patterns
    listing: Listing
    adviser: Adviser

    async def open(
        self,
        app_id: str,
        pattern_id: str,
        *,
        after: tuple[datetime, str] | None,
        limit: int,
        period: Period | None,
    ) -> OpenedPattern | None:
        """Return the pattern, of one that was merged the survivor; None is unknown."""
        pattern = await self.patterns.get(app_id, pattern_id)
        if pattern is None:
            return None
        (item,), members, advice = await asyncio.gather(
            self.listing.items(app_id, [pattern], period=period),
            self.patterns.members(
                app_id,
                pattern.pattern_id,
                after=after,
                limit=limit + 1,
                start=period.start if period else None,
                end=period.end if period else None,
            ),
            self._advice(app_id, pattern, first_page=after is None),
        )
        more = len(members) > limit
        return OpenedPattern(item, members[:limit], more, advice)

    async def _advice(
        self, app_id: str, pattern: Pattern, *, first_page: bool
    ) -> Advice:
        """Return the advice; who leafs through the members has read it."""
        return await self.adviser.advise(app_id, pattern) if first_page else Advice()
