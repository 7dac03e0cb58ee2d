"""Deliveries as MongoDB documents, and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.notifier.domain.delivery import (
    Attempt,
    Delivery,
    Recipient,
    RecipientStatus,
    Status,
)
from services.notifier.domain.holds import Earlier
from shared.codec import Codec, word_of
from shared.kafka.records import Outgoing

CHANGING = (
    "status",
    "reason",
    "channel",
    "due_at",
    "tries",
    "step",
    "recipients",
    "attempts",
    "accepted_at",
    "closed_at",
    "announced",
    "redriven",
)
"""Fields that a pass may change; the rest is written once."""


def to_document(delivery: Delivery) -> dict[str, Any]:
    """Return *delivery* as it is inserted."""
    # `asdict` copies every value to its depth, which takes longer than to send it.
    document = {name: getattr(delivery, name) for name in _FIELDS}
    document["_id"] = document.pop("delivery_id")
    return document | _parts(delivery)


def to_changes(delivery: Delivery) -> dict[str, Any]:
    """Return the changing fields of *delivery*."""
    changes = {name: getattr(delivery, name) for name in CHANGING}
    return changes | _parts(delivery)


def _parts(delivery: Delivery) -> dict[str, Any]:
    return {
        "recipients": list(map(_RECIPIENT.write, delivery.recipients)),
        "attempts": list(map(_ATTEMPT.write, delivery.attempts)),
    }


def from_document(document: Mapping[str, Any]) -> Delivery:
    """Return the delivery of *document*; a projection may lack the request."""
    fields = {name: document[name] for name in _FIELDS if name in document}
    return Delivery(
        **fields
        | {
            "delivery_id": document["_id"],
            "request": bytes(document.get("request", b"")),
            "status": word_of(Status, document["status"]),
            "recipients": tuple(map(_RECIPIENT.read, document["recipients"])),
            "attempts": tuple(map(_ATTEMPT.read, document["attempts"])),
            "announced": tuple(document["announced"]),
            "lists": tuple(document.get("lists", ())),
        }
    )


_FIELDS = tuple(Delivery.__dataclass_fields__)
_RECIPIENT = Codec(Recipient)
_ATTEMPT = Codec(Attempt)


def to_earlier(document: Mapping[str, Any]) -> Earlier:
    """Return what the guard needs of a delivery before the one at hand."""

    def having(status: RecipientStatus) -> frozenset[str]:
        return frozenset(
            each["address"]
            for each in document["recipients"]
            if each["status"] == status
        )

    return Earlier(
        delivery_id=document["_id"],
        status=word_of(Status, document["status"]),
        due_at=document["due_at"],
        pending=having(RecipientStatus.PENDING),
        reached=having(RecipientStatus.ACCEPTED),
    )


def to_entry(news: Outgoing, at: datetime) -> dict[str, Any]:
    """Return *news* as an entry of the outbox."""
    return {
        "topic": news.topic,
        "key": news.key,
        "value": news.value,
        "headers": [[name, value] for name, value in news.headers],
        "at": at,
    }


def from_entry(entry: Mapping[str, Any]) -> Outgoing:
    """Return an outbox *entry* to publish, byte for byte as it was."""
    return Outgoing(
        topic=entry["topic"],
        key=bytes(entry["key"]),
        value=bytes(entry["value"]),
        headers=[(name, bytes(value)) for name, value in entry["headers"]],
    )
