"""What a browser's token stands for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Grant:
    """One token: its user, and what its events bring when they say nothing."""

    token_id: str
    app_id: str
    user_id: str
    available_actions: list[dict[str, Any]]
    context: dict[str, Any] | None
    expires_at: datetime
