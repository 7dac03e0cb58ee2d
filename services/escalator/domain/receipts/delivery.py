"""An escalation's way to one destination."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.codec import Unknown


class DeliveryStatus(StrEnum):
    """What became of an escalation's way to one destination."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(slots=True)
class Delivery:
    """One destination of an escalation."""

    status: DeliveryStatus = DeliveryStatus.PENDING
    proof: str = ""
    """The far side's words: its acceptance, or why it was given up."""
    at: datetime | None = None
    added: int = 0
    """How many of the messages added after the opening it was sent."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)
