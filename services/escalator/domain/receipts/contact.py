"""Where a user is reached outside of the chat."""

import re
from dataclasses import dataclass, field

from shared.codec import Unknown

MAX_CHARS = 320
_LABEL = r"[^\s@<>.-](?:[^\s@<>.]*[^\s@<>.-])?"
_ADDRESS = re.compile(rf"<?(?P<email>[^\s@<>]{{1,64}}@{_LABEL}(?:\.{_LABEL})+)>?[.!]?")


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a user who had no address."""

    email: str
    name: str | None = None
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


def address_in(text: str) -> str | None:
    """Return the address where *text* is one and nothing else: an answer to our ask."""
    said = text.strip()
    if len(said) > MAX_CHARS or "@" not in said:
        return None
    found = _ADDRESS.fullmatch(said)
    return found["email"].rstrip(".!") if found else None
