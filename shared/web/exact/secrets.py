"""Secrets that sign webhooks: `whsec_` and base64, as Standard Webhooks has them."""

import base64
import binascii

PREFIX = "whsec_"
MIN_SECRET_BYTES = 24
MAX_SECRET_BYTES = 64
WANTED = (
    f"a secret is `{PREFIX}` and the base64 of {MIN_SECRET_BYTES} to "
    f"{MAX_SECRET_BYTES} random bytes"
)


def check_secret(value: str) -> str:
    """Return *value*, or raise a ValueError that says what is wanted.

    Anything else would sign too, with another key than the one that was meant: where
    it is no base64 the library takes what it can read of it.
    """
    encoded = value.removeprefix(PREFIX)
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    # Python lets too much padding through, and the receiver's library may not.
    is_whole = len(base64.b64encode(key)) == len(encoded)
    if not value.startswith(PREFIX) or not is_whole or not _is_long(key):
        raise ValueError(WANTED)
    return value


def _is_long(key: bytes) -> bool:
    return MIN_SECRET_BYTES <= len(key) <= MAX_SECRET_BYTES
