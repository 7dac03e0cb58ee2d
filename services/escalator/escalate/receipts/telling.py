"""What became of the deliveries, and what the user is told of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.escalator.domain.conversation import (
    Conversation,
    Escalation,
    Told,
)
from services.escalator.domain.lifecycle.waiting import asking_of, asking_revision
from services.escalator.domain.receipts.delivery import Delivery, DeliveryStatus
from services.escalator.domain.receipts.told import (
    choose_fallback,
    decide_on_acceptance,
    decide_on_failure,
    decide_on_proof_wait_over,
)
from services.escalator.escalate.drafting import documents, packets, replies
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.opening import PROOF_WAIT
from services.escalator.escalate.ports import Fresh, Ports
from shared.events import (
    Change,
    EscalationStatus,
    Notification,
    NotificationDelivered,
    NotificationFailed,
)
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

_UNSEEN_ENDS = (EscalationStatus.WITHDRAWN, EscalationStatus.EXPIRED)
MAX_PROOF = 2000
"""Characters of the far side's words that are kept."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells the user "sent" only after a destination accepted."""

    ports: Ports

    async def on_notification_delivered(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Keep the proof, tell the user, and send what was said in between."""
        event: NotificationDelivered = record.event
        escalation = state.find(event.escalation_id)
        if escalation is None:
            return Decision("unknown_escalation", state)
        if not _is_opening(escalation, event):
            return Decision("follow_up_delivered", state)
        if _status(escalation, event) is DeliveryStatus.DELIVERED:
            return Decision("already_delivered", state)
        draft = self.ports.draft(state, record)
        escalation = _with_delivery(
            escalation, event, DeliveryStatus.DELIVERED, event.proof, event.delivered_at
        )
        escalation = draft.update(
            escalation,
            Change.DELIVERED,
            actor=HANDRAIL,
            reason="accepted",
            text=f"{event.destination_id}: {event.proof[:MAX_PROOF]}",
        )
        waited = escalation.told is Told.NONE
        escalation = replies.tell(draft, escalation, decide_on_acceptance(escalation))
        if waited and escalation.told is not Told.NONE:
            draft.cancel(PROOF_WAIT, *asking_of(escalation))
        if escalation.added:
            history = await self.ports.history(draft, fresh)
            await packets.send_news(draft, history, escalation)
        if escalation.status in _UNSEEN_ENDS:
            await self._tell_end(draft, escalation, event.destination_id, fresh)
        return draft.decision("delivered")

    async def _tell_end(
        self, draft: Draft, escalation: Escalation, destination_id: str, fresh: Fresh
    ) -> None:
        """Tell who accepted it only now that nobody waits for it any more."""
        history = await self.ports.history(draft, fresh)
        packet = await packets.latest(draft, history, escalation)
        kind = escalation.status.value
        packets.send(draft, escalation, destination_id, packet, kind=kind)

    async def on_notification_failed(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Show the failure in the inbox; where every destination failed, ask others.

        The user hears of it once those have failed too.
        """
        event: NotificationFailed = record.event
        escalation = state.find(event.escalation_id)
        if escalation is None:
            return Decision("unknown_escalation", state)
        draft = self.ports.draft(state, record)
        opening = _is_opening(escalation, event)
        if opening and _status(escalation, event) is not DeliveryStatus.DELIVERED:
            escalation = _with_delivery(
                escalation,
                event,
                DeliveryStatus.FAILED,
                str(event.reason),
                event.failed_at,
            )
        escalation = draft.update(
            escalation,
            Change.DELIVERY_FAILED,
            actor=HANDRAIL,
            reason=str(event.reason),
            text=f"{event.destination_id}: {event.error[:MAX_PROOF]}",
        )
        if opening and (fallback := choose_fallback(escalation)):
            await self._ask(draft, fresh, escalation, fallback)
            return draft.decision("fallback_asked")
        if opening:
            replies.tell(draft, escalation, decide_on_failure(escalation))
        return draft.decision("delivery_failed")

    async def _ask(
        self,
        draft: Draft,
        fresh: Fresh,
        escalation: Escalation,
        destinations: tuple[str, ...],
    ) -> None:
        """Ask further *destinations* for the whole packet."""
        pending = {each: Delivery() for each in destinations}
        escalation = draft.update(
            replace(escalation, deliveries={**escalation.deliveries, **pending}),
            Change.FALLBACK_ASKED,
            actor=HANDRAIL,
            reason="fallback_asked",
            text=", ".join(destinations),
        )
        history = await self.ports.history(draft, fresh)
        packet = await history.packet(escalation)
        packet = packet or await packets.latest(draft, history, escalation)
        for each in destinations:
            packets.send(draft, escalation, each, packet)

    async def on_proof_wait_over(
        self, state: Conversation, record: Record, _: Fresh
    ) -> Decision[Conversation]:
        """Say that the request is kept, unless more is known by now."""
        timer: Timer = record.event
        escalation = state.find(timer.payload["escalation_id"])
        if escalation is None:
            return Decision("unknown_escalation", state)
        draft = self.ports.draft(state, record)
        replies.tell(draft, escalation, decide_on_proof_wait_over(escalation))
        return draft.decision("saved" if draft.outputs else "already_told")


@dataclass(frozen=True, slots=True)
class Sending:
    """Asks the destinations that had no room in the decision to ask them."""

    ports: Ports

    async def on_request_due(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Ask one destination, with what the others were sent."""
        timer: Timer = record.event
        escalation = state.find(timer.payload["escalation_id"])
        if escalation is None:
            return Decision("unknown_escalation", state)
        draft = self.ports.draft(state, record)
        history = await self.ports.history(draft, fresh)
        kind = timer.payload["news"]
        packet = await history.packet(escalation) if kind == "opened" else None
        draft.request(
            replace(escalation, revision=int(timer.payload["revision"])),
            timer.payload["destination_id"],
            packet or await packets.latest(draft, history, escalation),
            kind=kind,
            text=timer.payload["text"] or None,
        )
        return draft.decision("requested")


def _is_opening(escalation: Escalation, event: Notification) -> bool:
    """Return whether *event* is about the packet itself, not about later news."""
    return event.delivery_id == documents.delivery_id_of(
        escalation, event.destination_id, asking_revision(escalation)
    )


def _status(escalation: Escalation, event: Notification) -> DeliveryStatus:
    return escalation.deliveries.get(event.destination_id, Delivery()).status


def _with_delivery(
    escalation: Escalation,
    event: Notification,
    status: DeliveryStatus,
    proof: str,
    at: datetime,
) -> Escalation:
    known = escalation.deliveries.get(event.destination_id, Delivery())
    changed = replace(known, status=status, proof=proof[:MAX_PROOF], at=at)
    return replace(
        escalation,
        deliveries={**escalation.deliveries, event.destination_id: changed},
    )
