"""What became of a digest is what became of every escalation that it lists."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.escalate.drafting.documents import delivery_id_of
from services.escalator.escalate.ports import Fresh
from services.escalator.escalate.receipts.telling import Telling
from shared.events import NotificationDelivered, NotificationFailed
from shared.kafka.deciding.decisions import Decision
from shared.kafka.records import Record


@dataclass(frozen=True, slots=True)
class Accounting:
    """Tells a user "sent" when the digest that lists their request was accepted."""

    telling: Telling

    async def on_listed(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Treat the digest's delivery as that of the escalation's own packet."""
        payload: dict[str, Any] = record.event.payload
        escalation = state.find(payload["escalation_id"])
        if escalation is None:
            return Decision("unknown_escalation", state)
        # What it is told by from now on, the fallback's news too, stays together.
        state = state.put(replace(escalation, group=payload["group"]))
        if payload["outcome"] == "failed":
            failed = replace(record, event=_failed(state, escalation, payload))
            return await self.telling.on_notification_failed(state, failed, fresh)
        delivered = replace(record, event=_delivered(state, escalation, payload))
        return await self.telling.on_notification_delivered(state, delivered, fresh)


def _common(
    state: Conversation, escalation: Escalation, payload: dict[str, Any]
) -> dict[str, Any]:
    destination_id = payload["destination_id"]
    return {
        "app_id": state.app_id,
        "conversation_id": state.conversation_id,
        "occurred_at": payload["at"],
        "delivery_id": delivery_id_of(escalation, destination_id, 0),
        "escalation_id": escalation.escalation_id,
        "number": escalation.number,
        "destination_id": destination_id,
        "channel": payload["channel"],
        "attempts": payload["tries"],
    }


def _delivered(
    state: Conversation, escalation: Escalation, payload: dict[str, Any]
) -> NotificationDelivered:
    return NotificationDelivered(
        **_common(state, escalation, payload),
        delivered_at=datetime.fromisoformat(payload["at"]),
        proof=payload["proof"],
    )


def _failed(
    state: Conversation, escalation: Escalation, payload: dict[str, Any]
) -> NotificationFailed:
    return NotificationFailed(
        **_common(state, escalation, payload),
        failed_at=datetime.fromisoformat(payload["at"]),
        reason=payload["reason"],
        error=payload["proof"],
    )
