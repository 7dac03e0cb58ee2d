"""Deterministic ids: the same cause always has the same effect's id.

Reprocessing a record therefore yields the very ids of the first time, and every
reader downstream can drop the repeat exactly.
"""

import hashlib
import uuid

NAMESPACE = uuid.UUID("6d0e7a52-4f3a-5c1b-9a77-2b8f6f1f0c11")
"""Root of every derived id (RFC 9562 version 5). Changing it re-opens the past."""

_ROOT = NAMESPACE.bytes
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The fourth group of a UUID starts with the RFC's variant bits 10."""
_SEPARATOR = "\x1f"
_ESCAPE = "\x10"
"""Ids hold no control characters; what else goes into one is escaped, so that parts
never run into each other."""


def derive(kind: str, *parts: str) -> str:
    """Return the id of the *kind* of thing that *parts* cause, as a UUID string."""
    joined = _SEPARATOR.join((kind, *parts))
    if joined.count(_SEPARATOR) != len(parts) or _ESCAPE in joined:
        joined = _SEPARATOR.join(map(_escaped, (kind, *parts)))
    name = joined.encode()
    # uuid.uuid5 by hand: the same id in a fifth of the time, several times an event.
    h = hashlib.sha1(_ROOT + name, usedforsecurity=False).hexdigest()
    variant = _VARIANT[h[16]]
    return f"{h[:8]}-{h[8:12]}-5{h[13:16]}-{variant}{h[17:20]}-{h[20:32]}"


def _escaped(part: str) -> str:
    doubled = part.replace(_ESCAPE, _ESCAPE + _ESCAPE)
    return doubled.replace(_SEPARATOR, _ESCAPE + "s")


def composite(first: str, *rest: str, separator: str = ":") -> str:
    """Return one key of several ids; no others give the same.

    *first* may hold the separator: it is escaped in the *rest*, so that the last
    separators are the true ones.
    """
    code = f"%{ord(separator):02X}"
    parts = [each.replace("%", "%25").replace(separator, code) for each in rest]
    return separator.join((first, *parts))


def conversation_key(app_id: str, conversation_id: str) -> str:
    """Return the record key of a conversation: ``app_id:conversation_id``.

    An app's id holds no colon (`AppId`), so the first one is the true separator.
    """
    return f"{app_id}:{conversation_id}"
