"""The words of the runtime: what comes in, what a record's work says, what goes out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

import orjson
from pydantic import BaseModel

from shared import ids
from shared.errors import Permanent, Transient
from shared.topics import Topic

# Values made for every record are not frozen: a frozen one takes three times as long
# to make, and nobody changes them.
Headers = list[tuple[str, bytes]]
"""Name and value pairs; a list, because aiokafka takes nothing else."""


@dataclass(slots=True)
class Record:
    """One decoded record, on its way through a service."""

    topic: str
    partition: int
    offset: int
    value: bytes
    event: Any
    lane: str
    """`app_id:conversation_id`: records of one lane are worked in order."""
    source_id: str
    """Same cause, same id: what makes a repeat recognisable."""
    key: bytes | None = None
    headers: Headers = field(default_factory=list)
    traceparent: bytes | None = None
    timestamp: int | None = None
    """When it came to the log, in milliseconds since 1970, as the log has it."""
    replayed: bool = False
    """Whether it lies below the watermark: all it caused was published before."""

    @property
    def position(self) -> str:
        """Return where it stands in the log; a redelivery has the same one."""
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(slots=True)
class Outgoing:
    """One record to publish, already encoded."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers
    partition: int | None = None
    """None: by the key's murmur2 hash, as every Kafka client does."""


def outgoing(
    topic: Topic,
    event: BaseModel,
    *,
    source: str,
    cause: Record | None = None,
    now: datetime | None = None,
) -> Outgoing:
    """Encode *event* for *topic* with CloudEvents (binary mode) and W3C trace headers.

    *source* names the publishing service; *cause* carries the trace on. The CloudEvents
    time is the event's own `occurred_at` where it has one, so a repeat is byte-equal.
    """
    identity = str(event.identity)  # type: ignore[attr-defined]
    app_id = event.app_id  # type: ignore[attr-defined]
    if topic.key == "app_id":
        key = app_id
    else:
        key = ids.conversation_key(app_id, event.conversation_id)  # type: ignore[attr-defined]
    moment = getattr(event, "occurred_at", None) or now or datetime.now(UTC)
    return Outgoing(
        topic.name,
        key.encode(),
        event.model_dump_json(by_alias=True).encode(),
        cloud_headers(
            identity=identity,
            kind=event.TYPE,  # type: ignore[attr-defined]
            source=source,
            time=moment,
            parent=cause.traceparent if cause else None,
        ),
    )


def outgoing_body(
    topic: Topic, body: dict[str, Any], *, identity: str, source: str, cause: Record
) -> Outgoing:
    """Encode *body* for *topic*, in the conversation of *cause*.

    For the paths that every message takes: *body* is what the topic's one event would
    be, made of values that were validated on their way in. Validating and encoding it
    as a model again costs as much as deciding it. Tests hold it to the model.
    """
    return Outgoing(
        topic.name,
        cause.lane.encode(),
        orjson.dumps(body, option=orjson.OPT_UTC_Z),
        cloud_headers(
            identity=identity,
            kind=topic.events[0].TYPE,  # type: ignore[attr-defined]
            source=source,
            time=body["occurred_at"],
            parent=cause.traceparent,
        ),
    )


def cloud_headers(
    *, identity: str, kind: str, source: str, time: datetime, parent: bytes | None
) -> Headers:
    """Return the CloudEvents 1.0 Kafka headers and `traceparent`.

    https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/kafka-protocol-binding.md
    """
    return [
        *_constant_headers(kind, source),
        ("ce_id", identity.encode()),
        ("ce_time", time.isoformat().replace("+00:00", "Z").encode()),
        ("traceparent", traceparent(identity, parent, kind=kind)),
    ]


@lru_cache(maxsize=256)
def _constant_headers(kind: str, source: str) -> tuple[tuple[str, bytes], ...]:
    return (
        ("ce_specversion", b"1.0"),
        ("ce_source", b"/handrail/" + source.encode()),
        ("ce_type", kind.encode()),
        ("content-type", b"application/json"),
    )


def traceparent(identity: str, parent: bytes | None, *, kind: str = "") -> bytes:
    """Return a W3C trace context: the parent's trace, a span of our own.

    Ids come from *identity*, so a repeat belongs to the same span, and from the *kind*
    of event: a request and the news of it have one identity and are two spans.
    https://www.w3.org/TR/trace-context/
    """
    digits = identity.replace("-", "")
    if len(digits) != 32 or not digits.isalnum():  # noqa: PLR2004 - a UUID's digits
        digits = ids.derive("trace", identity).replace("-", "")
    if parent is not None and len(parent) == 55 and parent[:3] == b"00-":  # noqa: PLR2004
        trace = parent[3:35].decode("ascii", "replace")
    else:
        trace = digits
    span = int(digits[16:], 16) ^ _mark_of(kind) if kind else int(digits[16:], 16)
    return f"00-{trace}-{span:016x}-01".encode()


@lru_cache(maxsize=256)
def _mark_of(kind: str) -> int:
    return int(ids.derive("span", kind).replace("-", "")[16:], 16)


def traceparent_of(output: Outgoing) -> bytes | None:
    """Return the `traceparent` of *output*."""
    return next(
        (value for name, value in output.headers if name == "traceparent"), None
    )


@dataclass(slots=True)
class Done:
    """A record was worked. *reason* is its outcome's stable word."""

    reason: str
    outputs: tuple[Outgoing, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A record could not be worked, and who says whether it ever will."""

    error: Permanent | Transient


@dataclass(slots=True)
class LaneResult:
    """What became of a lane: the records done, in order, and where it stopped."""

    done: list[Done] = field(default_factory=list)
    failed: Failed | None = None


class Worker(Protocol):
    """Works a batch: lanes side by side, one lane in order, effects idempotent.

    It returns one result per lane. Raising means that nothing of the batch may be
    acknowledged (the store is down): the runtime waits and reads it again.
    """

    async def work(self, lanes: Sequence[Sequence[Record]]) -> list[LaneResult]: ...
