"""Tell what was stored of patterns: `pattern.assigned` and `app.known-issues`.

Published from the store, so a crash before, between or after is made good by the next
round, and what is said twice has the same id.
"""

from dataclasses import dataclass

from services.analytics.patterns.ports import Announcements, Clock, Publisher
from services.analytics.patterns.values import Claim, Unpublished
from shared import ids
from shared.events import AppKnownIssues, PatternAssigned, PatternRef
from shared.failpoints import ARMED, FailPoint, reach
from shared.kafka.records import Outgoing, outgoing
from shared.topics import APP_KNOWN_ISSUES, PATTERN_ASSIGNED

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Announcer:
    """Publishes for the owner of an app."""

    announcements: Announcements
    publisher: Publisher
    clock: Clock

    async def tell_assignments(self, claim: Claim) -> None:
        """Publish every assignment that nobody was told of. Raises Transient."""
        while waiting := await self.announcements.unpublished(
            claim.app_id, limit=AT_ONCE
        ):
            if ARMED:
                reach(FailPoint.GROUPED)
            await self.publisher.publish([assigned(one) for one in waiting])
            if ARMED:
                reach(FailPoint.PATTERNS_TOLD)
            await self.announcements.mark_published(waiting)
            if len(waiting) < AT_ONCE:
                return

    async def tell_known_issues(self, claim: Claim) -> None:
        """Publish what people know of the app's patterns, where that is new."""
        found = await self.announcements.known_issues(claim.app_id)
        if found is None:
            return
        revision, issues = found
        now = self.clock.now()
        event = AppKnownIssues(app_id=claim.app_id, issues=issues, updated_at=now)
        await self.publisher.publish(
            [outgoing(APP_KNOWN_ISSUES, event, source="analytics", now=now)]
        )
        await self.announcements.mark_issues_published(claim.app_id, revision)


def assigned(one: Unpublished) -> Outgoing:
    """Return the event of *one*; the same each time but for the size."""
    event = PatternAssigned(
        app_id=one.app_id,
        conversation_id=one.conversation_id,
        occurred_at=one.grouped_at,
        # With the number of the move: an escalation that comes back to a pattern
        # that it was in before is news.
        assignment_id=ids.derive(
            PATTERN_ASSIGNED.name,
            one.escalation_id,
            one.pattern_id,
            str(one.version),
            str(one.assignment),
        ),
        escalation_id=one.escalation_id,
        pattern=PatternRef(id=one.pattern_id, label=one.label, size=one.size),
        because=one.because,
    )
    return outgoing(PATTERN_ASSIGNED, event, source="analytics")
