"""Verify a gap: its original questions are replayed, and what came of them decides.

A replay is stored before it is asked for, and each part of its result is kept once, so
a crash at any line leaves something that the next round or record completes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.analytics.domain.gaps.closing import (
    MAX_CASES,
    UNKNOWN_GAP,
    GapStatus,
    Outcome,
    ReplayCase,
    Ruling,
    Score,
    Verdict,
    choose_cases,
    nest_state,
    rule,
    score_of,
    split_parts,
)
from services.analytics.gaps.closing.ports import (
    Change,
    Gap,
    Gaps,
    Members,
    Publisher,
    Suite,
    Verification,
    Verifications,
    Why,
)
from shared import ids
from shared.clock import Clock
from shared.errors import Permanent
from shared.events import GapCase, GapVerificationRequested, GapVerified, User
from shared.kafka.records import Outgoing, outgoing
from shared.topics import GAP_VERIFICATION_REQUESTED

MAX_LOOKED_AT = 400
"""Newest escalations of a gap, among which distinct questions are looked for."""
MAX_OPEN = 20
"""Replays of one app that wait for their result at once."""
OPEN_FOR = timedelta(minutes=10)
"""One that has waited longer does not count among them."""
OVERDUE = timedelta(seconds=5)
"""Older ones that were not published were left behind by a crash."""
HANDRAIL = "handrail"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Asks for replays and draws the conclusions: nothing else says `verified`."""

    gaps: Gaps
    members: Members
    suite: Suite
    verifications: Verifications
    publisher: Publisher
    clock: Clock

    async def ask(
        self, app_id: str, gap_id: str, *, by: str, why: Why = "asked"
    ) -> Verification:
        """Have the gap's questions replayed; return the replay, under way.

        Raises Permanent with `unknown_gap`, `merged`, `nothing_to_replay` or
        `too_many_replays`; Transient.
        """
        gap = await self.gaps.get(app_id, gap_id)
        if gap is None:
            raise Permanent(UNKNOWN_GAP, f"there is no gap {gap_id}")
        if gap.merged_into:
            raise Permanent("merged", f"It was merged into {gap.merged_into}.")
        now = self.clock.now()
        open_now = await self.verifications.count_open(app_id, since=now - OPEN_FOR)
        if open_now >= MAX_OPEN:
            raise Permanent("too_many_replays", f"{open_now} replays are under way.")
        cases = await self._choose(gap)
        if not cases:
            raise Permanent(
                "nothing_to_replay",
                "None of its escalations has a question that could be answered: their "
                "users asked for a person, or their words were erased.",
            )
        await self.suite.add(app_id, gap_id, cases)
        parts = split_parts(cases)
        verification = Verification(
            verification_id=ids.derive("verification", app_id, gap_id, now.isoformat()),
            app_id=app_id,
            gap_id=gap_id,
            why=why,
            asked_by=by,
            requested_at=now,
            parts=tuple(tuple(each.case_id for each in part) for part in parts),
        )
        await self.verifications.add(verification)
        await self._publish(verification, cases)
        return verification

    async def relay(self) -> None:
        """Publish what a crash left behind. Raises Transient."""
        before = self.clock.now() - OVERDUE
        for each in await self.verifications.unpublished(before=before):
            await self._publish(each, await self.suite.of(each.app_id, each.gap_id))

    async def take(self, event: GapVerified) -> None:
        """Keep what one part of a replay showed; with the last part, conclude."""
        verification = await self.verifications.take(
            event.verification_id,
            event.part,
            [_verdict(each.model_dump()) for each in event.cases],
            catalogue_version=event.catalogue_version,
        )
        if verification is None or verification.finished_at is not None:
            return
        if verification.parts_done >= len(verification.parts):
            await self._conclude(verification)

    async def _choose(self, gap: Gap) -> list[ReplayCase]:
        app_id, gap_id = gap.app_id, gap.gap_id
        kept = await self.suite.of(app_id, gap_id)
        if len(kept) >= MAX_CASES:
            return choose_cases(kept, (), ())
        return choose_cases(
            kept,
            await self.members.named(app_id, gap_id, gap.exemplars),
            await self.members.newest(app_id, gap_id, limit=MAX_LOOKED_AT),
        )

    async def _publish(
        self, verification: Verification, cases: Sequence[ReplayCase]
    ) -> None:
        await self.publisher.publish(_requests(verification, cases))
        await self.verifications.published(verification.verification_id)

    async def _conclude(self, verification: Verification) -> None:
        """Draw the conclusion; each step may be repeated, and the last one ends it."""
        now = self.clock.now()
        app_id, gap_id = verification.app_id, verification.gap_id
        kept = await self.suite.of(app_id, gap_id)
        asked_at = {each.case_id: each.at for each in kept}
        score = score_of(verification.verdicts, asked_at)
        await self.suite.judge(app_id, gap_id, verification.verdicts, at=now)
        gap = await self.gaps.get(app_id, gap_id)
        status = ""
        if gap is not None:
            status = await self._settle(gap, verification, score, now)
        await self.verifications.finish(
            replace(verification, finished_at=now, score=score, status=status)
        )

    async def _settle(
        self, gap: Gap, verification: Verification, score: Score, now: datetime
    ) -> str:
        """Change the gap's status if the replay says so; return what it is then."""
        ruling = rule(gap.standing, verification.verdicts, score)
        latest = await self.gaps.note_replay(gap, verification, score, ruling)
        if not latest or ruling.status is gap.status:
            return gap.status
        change = _change(verification, score, ruling, now)
        if await self.gaps.change(gap, change, of=_before(ruling.status)):
            return ruling.status
        after = await self.gaps.get(gap.app_id, gap.gap_id)
        return after.status if after is not None else ""


def _before(status: GapStatus) -> list[GapStatus]:
    """Return what a gap may be, for a replay to make it *status*."""
    if status is GapStatus.REGRESSED:
        return [GapStatus.VERIFIED]
    return [each for each in GapStatus if each is not GapStatus.VERIFIED]


def _change(
    verification: Verification, score: Score, ruling: Ruling, now: datetime
) -> Change:
    by = verification.asked_by or HANDRAIL
    name = verification.verification_id
    total = score.resolved + score.unresolved + score.failed
    if ruling.status is GapStatus.VERIFIED:
        because = f"{score.resolved} of its {total} questions are answered"
    else:
        because = "a question that was answered is not any more"
    return Change(
        ruling.status,
        now,
        by,
        because,
        verification_id=name,
        case_id=ruling.case_id,
    )


def _verdict(said: dict[str, object]) -> Verdict:
    known = {name: said[name] for name in Verdict.__slots__ if name in said}
    return Verdict(**known | {"outcome": Outcome(said["outcome"])})  # type: ignore[arg-type]


def _requests(
    verification: Verification, cases: Sequence[ReplayCase]
) -> list[Outgoing]:
    """Return the records of a replay; what was erased meanwhile is not asked."""
    known = {each.case_id: each for each in cases if each.text}
    events = [
        GapVerificationRequested(
            verification_id=verification.verification_id,
            gap_id=verification.gap_id,
            app_id=verification.app_id,
            questions=[known[each].text for each in part if each in known],
            cases=[_to_event(known[each]) for each in part if each in known],
            part=number,
            parts=len(verification.parts),
            why=verification.why,
            asked_by=verification.asked_by,
            requested_at=verification.requested_at,
        )
        for number, part in enumerate(verification.parts)
    ]
    return [
        outgoing(
            GAP_VERIFICATION_REQUESTED,
            each,
            source="analytics",
            now=verification.requested_at,
        )
        for each in events
    ]


def _to_event(case: ReplayCase) -> GapCase:
    return GapCase(
        case_id=case.case_id,
        text=case.text,
        language=case.language,
        app_state=nest_state(case.app_state) or None,
        user=None if case.user_id is None else User(id=case.user_id),
    )
