"""A conversation's state as bytes: orjson writes the parts as they are."""

from datetime import datetime
from typing import Any

import orjson

from services.escalator.domain.conversation import (
    Contact,
    Conversation,
    Delivery,
    DeliveryStatus,
    Escalation,
    Request,
    Told,
)
from shared.events import EscalationStatus, Reason


class ConversationStates:
    """How a conversation's state is born, kept and read back."""

    def empty(self, lane: str) -> Conversation:
        """Return the state before the first event."""
        app_id, _, conversation_id = lane.partition(":")
        return Conversation(app_id=app_id, conversation_id=conversation_id, lines=())

    def dump(self, state: Conversation) -> bytes:
        """Return *state* as JSON, without its lines: the ledger has them as facts."""
        return orjson.dumps(
            {
                "app_id": state.app_id,
                "conversation_id": state.conversation_id,
                "projected": state.projected,
                "seen": state.seen,
                "user": state.user,
                "session": state.session,
                "app_state": state.app_state,
                "escalation_message": state.escalation_message,
                "contact": state.contact,
                "waiting": state.waiting,
                "escalations": state.escalations,
            }
        )

    def load(self, raw: bytes) -> Conversation:
        """Return the state that `dump` wrote."""
        row = orjson.loads(raw)
        return Conversation(
            **row
            | {
                "projected": tuple(row["projected"]),
                "contact": row["contact"] and Contact(**row["contact"]),
                "waiting": tuple(map(_request, row["waiting"])),
                "escalations": tuple(map(_escalation, row["escalations"])),
            }
        )


def _request(row: dict[str, Any]) -> Request:
    return Request(
        **row
        | {
            "occurred_at": datetime.fromisoformat(row["occurred_at"]),
            "reason": Reason(row["reason"]),
            "attempts": tuple(row["attempts"]),
        }
    )


def _escalation(row: dict[str, Any]) -> Escalation:
    return Escalation(
        **row
        | {
            "reason": Reason(row["reason"]),
            "status": EscalationStatus(row["status"]),
            "told": Told(row["told"]),
            "occurred_at": datetime.fromisoformat(row["occurred_at"]),
            "opened_at": datetime.fromisoformat(row["opened_at"]),
            "told_at": _moment(row["told_at"]),
            "snoozed_until": _moment(row["snoozed_until"]),
            "deliveries": {
                destination_id: _delivery(each)
                for destination_id, each in row["deliveries"].items()
            },
            "merged": tuple((one, lane) for one, lane in row["merged"]),
        }
    )


def _delivery(row: dict[str, Any]) -> Delivery:
    return Delivery(
        **row | {"status": DeliveryStatus(row["status"]), "at": _moment(row["at"])}
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
