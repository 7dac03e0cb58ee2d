"""What packets are written from: plain values, with every field of the contract.

An opening publishes its packet several times. Making the contract's models only to
write them would cost more than all that is decided, and what goes in was checked when
it came in. The tests hold whatever is written here to those models.
"""

import orjson

from services.escalator.domain.conversation import Json

_USER: Json = {"id": "", "name": None, "email": None, "traits": {}}
_SESSION: Json = dict.fromkeys(("id", "url", "user_agent", "locale", "timezone"))


def write(values: Json) -> bytes:
    """Return *values* as JSON; times with a Z, like everything that we publish."""
    return orjson.dumps(values, option=orjson.OPT_UTC_Z)


def whole(value: bytes) -> orjson.Fragment:
    """Return what is JSON already as a part of what will be."""
    return orjson.Fragment(value)


def to_user(user: Json | None) -> Json | None:
    """Return *user* with every field of the contract."""
    return {**_USER, **user} if user else None


def to_session(session: Json | None) -> Json | None:
    """Return *session* with every field of the contract."""
    return None if session is None else {**_SESSION, **session}
