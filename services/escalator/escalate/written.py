"""Events as JSON, written from plain values by the contract's words.

An opening publishes several. Making the contract's models only to write them would cost
more than all that is decided, and what goes in was checked when it came in. The tests
hold whatever is written here to those models.
"""

from datetime import datetime

import orjson

from services.escalator.domain.conversation import Json
from shared.events.base import Published
from shared.kafka.records import Outgoing, Record, cloud_headers
from shared.topics import Topic

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
_USER: Json = {"id": "", "name": None, "email": None, "traits": {}}
_SESSION: Json = dict.fromkeys(("id", "url", "user_agent", "locale", "timezone"))


def write(values: Json) -> bytes:
    """Return *values* as JSON; times with a Z, like everything that we publish."""
    return orjson.dumps(values, option=_OPTIONS)


def whole(value: bytes) -> orjson.Fragment:
    """Return what is JSON already as a part of what will be."""
    return orjson.Fragment(value)


def to_user(user: Json | None) -> Json | None:
    """Return *user* with every field of the contract."""
    return {**_USER, **user} if user else None


def to_session(session: Json | None) -> Json | None:
    """Return *session* with every field of the contract."""
    return None if session is None else {**_SESSION, **session}


def publish(
    topic: Topic,
    value: bytes,
    *,
    kind: type[Published],
    identity: str,
    occurred_at: datetime,
    cause: Record,
) -> Outgoing:
    """Return *value* on its way to *topic*, in the conversation that *cause* is of."""
    return Outgoing(
        topic=topic.name,
        key=cause.lane.encode(),
        value=value,
        headers=cloud_headers(
            identity=identity,
            kind=kind.TYPE,
            source="escalator",
            time=occurred_at,
            parent=cause.traceparent,
        ),
    )
