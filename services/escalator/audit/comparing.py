"""One conversation: what its state says there must be, against what there is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from services.escalator.audit.expected import Rules, expected_timers, find_missing
from services.escalator.audit.finding import (
    Kind,
    choose_unanswered,
    decide_listing,
)
from services.escalator.audit.ports import (
    Decisions,
    Finding,
    Log,
    Repair,
    Repairs,
    Standing,
)
from services.escalator.domain.conversation import Escalation
from services.escalator.domain.lifecycle.waiting import asking_revision
from services.escalator.escalate.drafting.documents import (
    delivery_id_of,
    of_escalation,
)
from shared import ids
from shared.events import AppSettings, Preferences


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take before they count as missing."""

    proof_wait: timedelta
    trigger_wait: timedelta
    closed: timedelta
    """How long a closed escalation stays in the inbox."""
    patience: timedelta
    """How long the notifier may say nothing about a delivery."""


@dataclass(frozen=True, slots=True)
class Comparing:
    """Compares conversations with timers, inbox and deliveries."""

    decisions: Decisions
    log: Log
    repairs: Repairs
    limits: Limits

    async def compare(
        self, standing: Standing, app: AppSettings | None, *, now: datetime
    ) -> list[Finding]:
        """Return what is missing of one conversation."""
        preferences = app.preferences if app is not None else Preferences()
        found = [
            *self._timers(standing, preferences, now=now),
            *self._listings(standing, now=now),
        ]
        for escalation in standing.conversation.escalations:
            found += await self._deliveries(standing, escalation, now=now)
        return found

    def _timers(
        self, standing: Standing, preferences: Preferences, *, now: datetime
    ) -> Iterator[Finding]:
        rules = Rules(preferences, self.limits.proof_wait, self.limits.trigger_wait)
        expected = expected_timers(
            standing.conversation, standing.lane, rules, decided=standing.fired, now=now
        )
        for each in find_missing(expected, standing.timers):
            timer = each.timer
            yield _finding(
                standing,
                each.missing,
                each.escalation_id,
                timer.kind,
                key=timer.timer_id,
                repair=partial(self.repairs.set_timer, timer),
            )

    def _listings(self, standing: Standing, *, now: datetime) -> Iterator[Finding]:
        conversation = standing.conversation
        for escalation in conversation.escalations:
            listed = standing.listed.get(escalation.escalation_id)
            kind = decide_listing(escalation, listed, now=now, kept=self.limits.closed)
            if kind is None:
                continue
            document = of_escalation(conversation, escalation, now=now, new=True)
            document.document["closed_at"] = escalation.closed_at
            yield _finding(
                standing,
                kind,
                escalation.escalation_id,
                f"revision {escalation.revision}",
                key=escalation.escalation_id,
                repair=partial(self.repairs.list, document),
            )

    async def _deliveries(
        self, standing: Standing, escalation: Escalation, *, now: datetime
    ) -> list[Finding]:
        pending = {
            each: delivery_id_of(escalation, each, asking_revision(escalation))
            for each in escalation.deliveries
        }
        late = choose_unanswered(
            escalation, lambda _: None, now=now, patience=self.limits.patience
        )
        if not late:
            return []
        names = {
            each: finding_id_of(Kind.DELIVERY_UNANSWERED, pending[each])
            for each in late
        }
        asked = await self.log.asked(list(names.values()))
        late = choose_unanswered(
            escalation,
            lambda each: asked.get(names.get(each, "")),
            now=now,
            patience=self.limits.patience,
        )
        return await self._again(standing, escalation, [pending[each] for each in late])

    async def _again(
        self, standing: Standing, escalation: Escalation, late: Sequence[str]
    ) -> list[Finding]:
        """Return the requests that can be repeated, byte for byte as they were.

        One that was never made waits for others: its digest is asked for instead.
        """
        if not late:
            return []
        made = await self.decisions.requests(standing.lane, late)
        return [
            _finding(
                standing,
                Kind.DELIVERY_UNANSWERED,
                escalation.escalation_id,
                "no_outcome",
                key=delivery_id,
                repair=partial(self.repairs.publish, [request]),
            )
            for delivery_id, request in made.items()
        ]


def _finding(
    standing: Standing,
    kind: Kind,
    escalation_id: str,
    reason: str,
    *,
    key: str,
    repair: Repair,
) -> Finding:
    return Finding(
        finding_id=finding_id_of(kind, key),
        kind=kind,
        app_id=standing.conversation.app_id,
        lane=standing.lane,
        escalation_id=escalation_id,
        reason=reason,
        repair=repair,
    )


def finding_id_of(kind: Kind, key: str) -> str:
    """Return the id under which the same thing is found again."""
    return ids.derive("finding", kind.value, key)
