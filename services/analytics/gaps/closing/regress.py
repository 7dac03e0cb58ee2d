"""Reopen verified gaps: replayed when the catalogue changes, or asked about again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from services.analytics.domain.gaps.closing import (
    GapStatus,
    Outcome,
    ReplayCase,
    Verdict,
    is_case,
)
from services.analytics.gaps.closing.ports import (
    Catalogues,
    Change,
    Gap,
    Gaps,
    Members,
    Suite,
)
from services.analytics.gaps.closing.verify import HANDRAIL, Verifier
from shared.clock import Clock
from shared.errors import Permanent

log = structlog.get_logger()

QUIET = timedelta(seconds=10)
"""Since the last change of a catalogue, before its gaps are replayed: a folder that is
imported changes it many times."""
AT_LEAST_EVERY = timedelta(minutes=10)
"""Where a catalogue never comes to rest."""
MAX_PER_ROUND = 10
"""Replays that one round asks for: the resolver works them one after the other."""
MAX_GAPS = 10_000
MAX_LATER = 50
"""Escalations after a proof that are looked at, a gap and round."""


@dataclass(frozen=True, slots=True)
class Regressions:
    """The regression runs."""

    gaps: Gaps
    members: Members
    suite: Suite
    catalogues: Catalogues
    verifier: Verifier
    clock: Clock

    async def round(self) -> None:
        """Look at every proven gap once. Raises Transient, and may be repeated."""
        asked = 0
        for gap in await self.gaps.proven(None, limit=MAX_GAPS):
            if gap.status is GapStatus.VERIFIED and await self._came_again(gap):
                continue
            if asked < MAX_PER_ROUND and await self._is_due(gap):
                asked += await self._replay(gap)

    async def _came_again(self, gap: Gap) -> bool:
        """Reopen a gap that somebody was escalated for after its proof."""
        if gap.verified_at is None:
            return False
        later = await self.members.since(
            gap.app_id, gap.gap_id, gap.verified_at, limit=MAX_LATER
        )
        case = next((each for each in later if is_case(each.reason, each.text)), None)
        if case is None:
            return False
        await self._keep(gap, case)
        change = Change(
            GapStatus.REGRESSED,
            self.clock.now(),
            HANDRAIL,
            f"{case.number or case.escalation_id} came to people after the proof",
            case_id=case.case_id,
            number=case.number,
        )
        return await self.gaps.change(gap, change, of=[GapStatus.VERIFIED])

    async def _keep(self, gap: Gap, case: ReplayCase) -> None:
        verdict = Verdict(case.case_id, Outcome.UNRESOLVED, case.reason)
        app_id, gap_id = gap.app_id, gap.gap_id
        await self.suite.add(app_id, gap_id, [case])
        await self.suite.judge(app_id, gap_id, [verdict], at=self.clock.now())

    async def _is_due(self, gap: Gap) -> bool:
        known = self.catalogues.version_of(gap.app_id)
        if known is None:
            return False
        version, changed_at = known
        if gap.catalogue_version is None or gap.catalogue_version >= version:
            return False
        now = self.clock.now()
        if now - changed_at < QUIET and not _is_long_ago(gap.replayed_at, now):
            return False
        return await self.gaps.claim_replay(
            gap, version, now=now, again_before=now - AT_LEAST_EVERY
        )

    async def _replay(self, gap: Gap) -> int:
        try:
            await self.verifier.ask(
                gap.app_id, gap.gap_id, by="", why="catalogue_changed"
            )
        except Permanent as error:
            log.info("gap not replayed", gap_id=gap.gap_id, reason=error.reason)
            return 0
        return 1


def _is_long_ago(at: datetime | None, now: datetime) -> bool:
    return at is None or now - at >= AT_LEAST_EVERY
