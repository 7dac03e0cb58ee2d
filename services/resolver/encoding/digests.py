"""A file is used only if it is the one that was measured."""

import hashlib

from shared.errors import Permanent


def checked(content: bytes, digest: str, *, what: str) -> bytes:
    """Return *content* if it has this sha256. Raises Permanent otherwise."""
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise Permanent("wrong_digest", f"the {what} has sha256 {found}")
    return content
