"""Who asks: an app's key, a browser's token, a member's session, the operator."""

from shared.web.auth.credentials import Credentials, TokenReader
from shared.web.auth.doors import (
    Access,
    admit,
    bearer_of,
    check_credential,
    checks_credential,
    own_app,
    require,
    require_operator,
)
from shared.web.auth.keys import KEY_PREFIX, NewKey, hash_secret, new_key
from shared.web.auth.principal import Principal
from shared.web.auth.sessions import COOKIE, Session, Sessions, session_secret

__all__ = [
    "COOKIE",
    "KEY_PREFIX",
    "Access",
    "Credentials",
    "NewKey",
    "Principal",
    "Session",
    "Sessions",
    "TokenReader",
    "admit",
    "bearer_of",
    "check_credential",
    "checks_credential",
    "hash_secret",
    "new_key",
    "own_app",
    "require",
    "require_operator",
    "session_secret",
]
