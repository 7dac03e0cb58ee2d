"""What an escalation was taken up again for."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.codec import Unknown


@dataclass(slots=True)
class Asked:
    """The request that an escalation was taken up again for by its user."""

    event_id: str
    occurred_at: datetime
    revision: int
    """Of the change that took it up: destinations are asked anew under it."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)
