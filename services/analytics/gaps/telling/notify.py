"""Plan the notes of a closed gap, show them, or keep them to be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.analytics.domain.gaps.closing import UNKNOWN_GAP, GapStatus, Outcome
from services.analytics.domain.gaps.notes import (
    Affected,
    Audience,
    Note,
    NotYet,
    Wording,
    check_allowed,
    note_id_of,
    plan_notes,
)
from services.analytics.gaps.closing.ports import Gap
from services.analytics.gaps.telling.ports import Apps, Gaps, Notes, Suite, Users
from shared.clock import Clock
from shared.errors import Permanent
from shared.wording.languages import Languages

MAX_ESCALATIONS = 20_000
"""Newest escalations of a gap whose users are told with one request."""

WHY_NOT = {
    NotYet.NOT_VERIFIED: (
        "A note says that something works now, and nothing has shown that yet. Verify "
        "the gap first; where no replay can show it (a bug), set its status to `fixed`."
    ),
    NotYet.REGRESSED: (
        "Its last replay showed that it does not work. Mend it and verify it again."
    ),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is told what, and who is left out."""

    notes: list[Note]
    left_out: list[Note]
    not_yet: NotYet | None = None
    """Why nothing of it may be sent now."""
    queued: int = 0
    """Notes that wait to be sent since this request."""


@dataclass(frozen=True, slots=True)
class Notifier:
    """Tells each user of a gap once."""

    gaps: Gaps
    suite: Suite
    users: Users
    notes: Notes
    apps: Apps
    clock: Clock
    languages: Languages
    conversations_kept: timedelta
    """For how long the escalator knows a conversation."""

    async def preview(
        self, app_id: str, gap_id: str, text: str | None, *, force: bool = False
    ) -> Plan:
        """Return the plan; nothing is kept.

        Raises Permanent (`unknown_gap`, `merged`) and Transient.
        """
        gap = await self._gap(app_id, gap_id)
        notes = await self._plan(gap, text)
        return Plan(
            [each for each in notes if each.reason is None],
            [each for each in notes if each.reason is not None],
            check_allowed(gap.status, gap.cause, force=force),
        )

    async def notify(
        self,
        app_id: str,
        gap_id: str,
        text: str | None,
        *,
        by: str,
        force: bool = False,
    ) -> Plan:
        """Keep the notes to be sent, each once, and return the plan.

        Raises as `preview` does; Permanent where the gap is not known to be closed.
        """
        plan = await self.preview(app_id, gap_id, text, force=force)
        if plan.not_yet is not None:
            raise Permanent(plan.not_yet.value, WHY_NOT[plan.not_yet])
        now = self.clock.now()
        queued = await self.notes.add(app_id, gap_id, plan.notes, by=by, now=now)
        return Plan(plan.notes, plan.left_out, None, queued)

    async def _gap(self, app_id: str, gap_id: str) -> Gap:
        gap = await self.gaps.get(app_id, gap_id)
        if gap is None:
            raise Permanent(UNKNOWN_GAP, f"there is no gap {gap_id}")
        if gap.merged_into:
            raise Permanent("merged", f"It was merged into {gap.merged_into}.")
        return gap

    async def _plan(self, gap: Gap, text: str | None) -> list[Note]:
        app_id, gap_id = gap.app_id, gap.gap_id
        affected = await self.users.affected(app_id, gap_id, limit=MAX_ESCALATIONS)
        named = sorted({each.user_id for each in affected if each.user_id is not None})
        audience = Audience(
            told=frozenset(await self._told(gap, affected)),
            opted_out=frozenset(await self.users.opted_out(app_id, named)),
            unanswered=frozenset(await self._unanswered(gap)),
            since=self.clock.now() - self.conversations_kept,
        )
        app = self.apps.get(app_id)
        wording = Wording(
            app=(app.name if app is not None else "") or app_id,
            languages=self.languages,
            template=text,
        )
        return plan_notes(app_id, gap_id, affected, audience=audience, wording=wording)

    async def _unanswered(self, gap: Gap) -> set[str]:
        """Return the cases whose users would be told what is not so."""
        if gap.status is not GapStatus.VERIFIED:
            return set()  # nothing was replayed that a person's word rests on
        suite = await self.suite.of(gap.app_id, gap.gap_id)
        return {
            each.case_id
            for each in suite
            if each.last is not None and each.last.outcome is not Outcome.RESOLVED
        }

    async def _told(self, gap: Gap, affected: Sequence[Affected]) -> set[str]:
        """Return the keys of users with a note of the gap, or of a part of it."""
        app_id, gap_id = gap.app_id, gap.gap_id
        parts = [gap_id, *await self.gaps.absorbed(app_id, gap_id)]
        keys = {each.user_key() for each in affected}
        of = {note_id_of(app_id, part, key): key for part in parts for key in keys}
        return {of[each] for each in await self.notes.known(list(of))}
