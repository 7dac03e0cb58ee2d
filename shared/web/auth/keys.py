"""Keys of apps: `hr_<id>.<secret>`, shown once, stored as a digest."""

import hashlib
import secrets
from dataclasses import dataclass

KEY_PREFIX = "hr_"
SECRET_BYTES = 32
"""256 bits from the system's generator (ASVS 11.5.1)."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; *key* is shown once and never stored."""

    key_id: str
    key: str
    hash: str


def new_key() -> NewKey:
    """Make a key `hr_<id>.<secret>`."""
    key_id = secrets.token_hex(8)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return NewKey(key_id, f"{KEY_PREFIX}{key_id}.{secret}", hash_secret(secret))


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of *secret*; it has 256 bits, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
