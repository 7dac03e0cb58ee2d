"""Where a user is reached outside of the chat."""

from dataclasses import dataclass, field

from shared.codec import Unknown


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a user who had no address."""

    email: str
    name: str | None = None
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)
