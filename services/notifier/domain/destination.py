"""Where a team receives."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["email", "webhook"]


@dataclass(frozen=True, slots=True)
class Destination:
    """One destination of an app."""

    app_id: str
    destination_id: str
    kind: Kind
    to: tuple[str, ...] = ()
    """E-mail addresses, for `email`."""
    url: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    """In the clear, only in memory."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
