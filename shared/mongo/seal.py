"""Secrets in the database: encrypted, for one purpose each."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.errors import Permanent

OIDC_FLOWS = b"handrail openid flows v1"
"""The purpose of sign-ins on their way to a provider and back, in browsers' cookies."""
SIGN_IN_LINKS = b"handrail sign-in links v1"
"""The purpose of links on their way from the escalator to the notifier."""


class Seal:
    """Encrypts with the first of *keys*, reads what any of them wrote.

    Each *purpose* has keys of its own, so that one's secrets are noise to another.
    """

    def __init__(self, keys: Sequence[str], *, purpose: bytes) -> None:
        found = [Fernet(_derived(each, purpose)) for each in keys if each]
        self._fernet = MultiFernet(found) if found else None

    def close(self, clear: str) -> bytes:
        """Return *clear* encrypted."""
        if self._fernet is None:
            raise Permanent("no_secret_key", "there is no key to encrypt secrets with")
        return self._fernet.encrypt(clear.encode())

    def open(self, sealed: bytes) -> str:
        """Return what was sealed, or an empty string where no key fits."""
        if self._fernet is None:
            return ""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            return ""


def _derived(key: str, purpose: bytes) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose)
    return base64.urlsafe_b64encode(kdf.derive(key.encode()))
