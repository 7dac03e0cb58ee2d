"""Deterministic ids: the same cause always has the same effect's id.

Reprocessing a record therefore yields the very ids of the first time, and every
reader downstream can drop the repeat exactly.
"""

import uuid

NAMESPACE = uuid.UUID("6d0e7a52-4f3a-5c1b-9a77-2b8f6f1f0c11")
"""Root of every derived id (RFC 9562 version 5). Changing it re-opens the past."""

_SEPARATOR = "\x1f"
"""Control characters are refused in ids, so parts cannot run into each other."""


def derive(kind: str, *parts: str) -> str:
    """Return the id of the *kind* of thing that *parts* cause, as a UUID string."""
    return str(uuid.uuid5(NAMESPACE, _SEPARATOR.join((kind, *parts))))


def conversation_key(app_id: str, conversation_id: str) -> str:
    """Return the record key of a conversation: ``app_id:conversation_id``."""
    return f"{app_id}:{conversation_id}"
