"""Silences: whom they keep from people's notifications, and what follows them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.grouping.held import HeldNotifications
from services.escalator.domain.grouping.lanes import held_lane
from services.escalator.domain.receipts.delivery import DeliveryStatus
from services.escalator.domain.routing.facts import Facts
from services.escalator.escalate.acknowledgement.levels import start_clock
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.grouping.asking import ask
from services.escalator.escalate.ports import Fresh, Ports
from services.escalator.escalate.routing.facts import escalation_facts
from shared import ids
from shared.events import Change
from shared.ids import conversation_key
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

SILENCE_END = "silence_end"
"""Timer in the lane of held notifications: see what a silence kept back."""
UNSILENCE = "unsilence"
"""Timer in an escalation's lane: its silence is over."""
SWEEPS = (timedelta(0), timedelta(seconds=10), timedelta(seconds=60))
"""After a silence's end. The later ones find what was opened by an instance that had
not heard of the end yet: each knows within five seconds."""
RELEASED_AT_ONCE = 200


def silence_timers(
    app_id: str, silence_id: str, *, end: datetime, key: str
) -> list[Timer]:
    """Return what looks for what the silence kept back; *key* keeps two ends apart."""
    return [
        Timer(
            timer_id=ids.derive("timer", SILENCE_END, silence_id, key, str(after)),
            lane=held_lane(app_id),
            due_at=end + after,
            kind=SILENCE_END,
            payload={"silence_id": silence_id, "after": ""},
        )
        for after in SWEEPS
    ]


def silenced(draft: Draft, escalation: Escalation, facts: Facts) -> Escalation:
    """Return *escalation* as a silence keeps it back, if one does."""
    silence = draft.noise.silence(draft.app.app_id, facts, now=draft.now)
    if silence is None:
        return escalation
    return replace(escalation, silenced_by=silence.silence_id)


def note_silenced(draft: Draft, escalation: Escalation) -> Escalation:
    """Say in its history that a silence keeps it back."""
    if escalation.silenced_by is None:
        return escalation
    return draft.update(
        escalation,
        Change.SILENCED,
        actor=HANDRAIL,
        reason="silenced",
        text=escalation.silenced_by,
    )


@dataclass(frozen=True, slots=True)
class Silencing:
    """Lets go of what a silence kept back."""

    ports: Ports

    async def on_silence_end(
        self, state: HeldNotifications, record: Record
    ) -> Decision[HeldNotifications]:
        """Tell each escalation that was kept back, some at a time."""
        payload: dict[str, str] = record.event.payload
        silence_id, now = payload["silence_id"], self.ports.clock.now()
        noise = self.ports.noise
        if not await noise.is_over(state.app_id, silence_id, now=now):
            return Decision("still_silenced", state)
        rows = await noise.silenced(
            state.app_id, silence_id, after=payload["after"], limit=RELEASED_AT_ONCE
        )
        timers = [
            Timer(
                timer_id=ids.derive("timer", UNSILENCE, row["_id"], record.source_id),
                lane=conversation_key(state.app_id, row["conversation_id"]),
                due_at=now,
                kind=UNSILENCE,
                payload={"escalation_id": row["_id"], "silence_id": silence_id},
            )
            for row in rows
        ]
        if len(rows) == RELEASED_AT_ONCE:
            timers.append(
                Timer(
                    timer_id=ids.derive("timer", SILENCE_END, record.source_id),
                    lane=record.lane,
                    due_at=now,
                    kind=SILENCE_END,
                    payload={"silence_id": silence_id, "after": rows[-1]["_id"]},
                )
            )
        reason = "silence_over" if rows else "nothing_silenced"
        return Decision(reason, state, timers=tuple(timers))

    async def on_unsilence(
        self, state: Conversation, record: Record, _: Fresh
    ) -> Decision[Conversation]:
        """Have people told of the escalation, if it is still open."""
        payload: dict[str, str] = record.event.payload
        escalation = state.find(payload["escalation_id"])
        if escalation is None or escalation.silenced_by != payload["silence_id"]:
            return Decision("no_longer_silenced", state)
        draft = self.ports.draft(state, record)
        awake = replace(escalation, silenced_by=None)
        facts = escalation_facts(draft, escalation)
        again = silenced(draft, awake, facts)
        if again.silenced_by is not None and not again.closed:
            note_silenced(draft, again)
            return draft.decision("silenced_again")
        awake = draft.update(
            awake,
            Change.SILENCED,
            actor=HANDRAIL,
            reason="silence_ended",
            text=payload["silence_id"],
        )
        if awake.closed:
            return draft.decision("closed_meanwhile")
        for destination_id, delivery in awake.deliveries.items():
            if delivery.status is DeliveryStatus.PENDING:
                ask(draft, awake, destination_id, silence=payload["silence_id"])
        start_clock(draft, awake)
        return draft.decision("silence_ended")
