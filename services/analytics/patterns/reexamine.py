"""Once a night per app: which patterns turn out to be one. Proposed, never done."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from services.analytics.domain.patterns.merging import (
    Examined,
    ProposedMerge,
    propose_merges,
)
from services.analytics.domain.patterns.spaces import Space
from services.analytics.domain.periods import zone_of
from services.analytics.patterns.ports import Clock
from services.analytics.patterns.values import Claim
from shared.events import AppSettings

T = TypeVar("T")
NIGHT_BEGINS = timedelta(hours=2)
"""After midnight where the app's people are."""
OPEN, REFUSED = "open", "refused"
Proposal = Mapping[str, Any]


class Claims(Protocol):
    """Who has which app."""

    async def claim(self, app_id: str) -> Claim | None: ...
    async def note_examined(self, claim: Claim, night: str) -> None: ...


class Examinations(Protocol):
    """Patterns as they are examined, and what is proposed of them."""

    async def spaces(self, app_id: str) -> list[Space]: ...
    async def patterns(self, space: Space) -> list[Examined]: ...
    async def proposals(self, app_id: str) -> Mapping[str, Sequence[Proposal]]:
        """Return what is proposed now, by pattern."""
        ...

    async def keep(
        self,
        app_id: str,
        pattern_id: str,
        before: Sequence[Proposal],
        after: Sequence[Proposal],
    ) -> None:
        """Store *after*, unless people changed *before* meanwhile."""
        ...


class Apart(Protocol):
    """Runs what takes seconds beside the event loop."""

    async def run(self, act: Callable[[], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Reexaminer:
    """Proposes merges; a round looks whose night it is."""

    claims: Claims
    examinations: Examinations
    apart: Apart
    apps: Callable[[], Iterable[AppSettings]]
    clock: Clock
    propose: Callable[..., list[ProposedMerge]] = propose_merges

    async def round(self) -> None:
        """Examine every app that was not examined this night. Raises Transient."""
        for app in list(self.apps()):
            night = night_of(self.clock.now(), zone_of(app.preferences.hours.timezone))
            claim = await self.claims.claim(app.app_id)
            if claim is None or claim.examined_on == night:
                continue
            if claim.examined_on:
                await self.examine(app.app_id)
            # Of an app that is new, the first night is the next one.
            await self.claims.note_examined(claim, night)

    async def examine(self, app_id: str) -> None:
        """Propose what to merge of one app's patterns; safe to repeat."""
        found: list[ProposedMerge] = []
        for space in await self.examinations.spaces(app_id):
            patterns = await self.examinations.patterns(space)
            act = partial(
                self.propose, patterns, encoder=space.encoder, language=space.language
            )
            found += await self.apart.run(act)
        before = await self.examinations.proposals(app_id)
        proposed = by_pattern(found, at=self.clock.now())
        for pattern_id in sorted(before.keys() | proposed.keys()):
            known = before.get(pattern_id, ())
            after = renewed(known, proposed.get(pattern_id, ()))
            if after != list(known):
                await self.examinations.keep(app_id, pattern_id, known, after)


def night_of(now: datetime, zone: ZoneInfo) -> str:
    """Return the night that *now* is in or after, by the day it begins with."""
    return (now.astimezone(zone) - NIGHT_BEGINS).date().isoformat()


def by_pattern(
    found: Iterable[ProposedMerge], *, at: datetime
) -> dict[str, list[dict[str, Any]]]:
    """Return what is proposed of each pattern: both sides show it."""
    proposals: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        for mine, other in (
            (each.into, each.absorbed),
            (each.absorbed, each.into),
        ):
            proposals.setdefault(mine, []).append(
                {
                    "with": other,
                    "into": each.into,
                    "because": each.because,
                    "score": each.similarity,
                    "at": at,
                    "status": OPEN,
                }
            )
    return proposals


def renewed(before: Sequence[Proposal], proposed: Sequence[Proposal]) -> list[Proposal]:
    """Return a pattern's proposals after a night.

    What people refused stays refused. What is proposed again keeps its moment, and
    what is proposed no more goes.
    """
    known = {each["with"]: each for each in before}
    refused = [each for each in before if each.get("status") == REFUSED]
    names = {each["with"] for each in refused}
    return refused + [
        {**each, "at": known[each["with"]]["at"]} if each["with"] in known else each
        for each in proposed
        if each["with"] not in names
    ]
