"""Dead letters: the original bytes and headers, with why they are here."""

from datetime import datetime
from typing import Any

import structlog

from shared import metrics
from shared.errors import Permanent
from shared.kafka.records import Headers, Outgoing
from shared.kafka.working.decode import digest
from shared.topics import dead_letter_of
from shared.topics.topic import (
    PACKET_BYTES,
)

KEPT_BYTES = PACKET_BYTES
"""What is kept of an oversized original, so that its dead letter always fits."""
KEPT_HEADER_BYTES = 16 * 1024
ERROR_CHARS = 1000
OUTPUT_TOO_LARGE = "output_too_large"
SHORTER = 16
"""Of a dead letter that is too large itself, one part of so many is kept."""

log = structlog.get_logger()

Refusal = tuple[Any, Permanent]
"""A raw record that can never be worked, and why."""


def refuse(
    raw: Any,  # noqa: ANN401 - aiokafka's record, or anything of its shape
    error: Permanent,
    *,
    consumer: str,
    first_failed_at: datetime,
    attempts: int = 1,
) -> Outgoing:
    """Count and log that *raw* is given up, and return its dead letter."""
    metrics.DEAD_LETTERS.labels(consumer, raw.topic, error.reason).inc()
    log.warning(
        "dead letter",
        reason=error.reason,
        error=str(error),
        topic=raw.topic,
        partition=raw.partition,
        offset=raw.offset,
    )
    return dead_letter(
        raw,
        reason=error.reason,
        error=str(error),
        attempts=attempts,
        consumer=consumer,
        first_failed_at=first_failed_at,
    )


def dead_letter(
    raw: Any,  # noqa: ANN401 - aiokafka's record, or anything of its shape
    *,
    reason: str,
    error: str,
    attempts: int,
    consumer: str,
    first_failed_at: datetime,
) -> Outgoing:
    """Return the dead letter of *raw*: byte-equal unless it could not fit."""
    value = raw.value or b""
    kept = value[:KEPT_BYTES]
    headers = [
        *_bounded(raw.headers),
        ("reason", reason.encode()),
        ("error", error[:ERROR_CHARS].encode("utf-8", "replace")),
        ("attempts", str(attempts).encode()),
        ("consumer", consumer.encode()),
        ("first_failed_at", first_failed_at.isoformat().encode()),
        ("original_topic", raw.topic.encode()),
        ("original_partition", str(raw.partition).encode()),
        ("original_offset", str(raw.offset).encode()),
        ("original_sha256", digest(value).encode()),
    ]
    if len(kept) < len(value):
        headers.append(("original_bytes", str(len(value)).encode()))
    return Outgoing(
        topic=dead_letter_of(raw.topic),
        key=raw.key or b"",
        value=kept,
        headers=headers,
    )


def oversized(output: Outgoing, *, error: str, consumer: str, at: datetime) -> Outgoing:
    """Return the dead letter of an output that is too large for its topic.

    It never stood in a log, so there is no partition and no offset of it.
    """
    kept = output.value[:KEPT_BYTES]
    headers = [
        *_bounded(output.headers),
        ("reason", OUTPUT_TOO_LARGE.encode()),
        ("error", error[:ERROR_CHARS].encode("utf-8", "replace")),
        ("attempts", b"1"),
        ("consumer", consumer.encode()),
        ("first_failed_at", at.isoformat().encode()),
        ("original_topic", output.topic.encode()),
        ("original_sha256", digest(output.value).encode()),
    ]
    letter = Outgoing(
        topic=dead_letter_of(output.topic),
        key=output.key,
        value=kept,
        headers=headers,
    )
    return _cut(letter, len(output.value)) if len(kept) < len(output.value) else letter


def shortened(letter: Outgoing) -> Outgoing:
    """Return *letter* with a small part of its value, where it was too large itself."""
    kept = letter.value[: len(letter.value) // SHORTER]
    shorter = Outgoing(letter.topic, letter.key, kept, letter.headers)
    return _cut(shorter, len(letter.value))


def _cut(letter: Outgoing, size: int) -> Outgoing:
    """Say in *letter* how large its original was, unless that is said."""
    if not any(name == "original_bytes" for name, _ in letter.headers):
        headers = [*letter.headers, ("original_bytes", str(size).encode())]
        return Outgoing(letter.topic, letter.key, letter.value, headers)
    return letter


def _bounded(headers: Headers) -> list[tuple[str, bytes]]:
    kept: list[tuple[str, bytes]] = []
    room = KEPT_HEADER_BYTES
    for name, value in headers:
        room -= len(name) + len(value or b"")
        if room < 0:
            break
        kept.append((name, value or b""))
    return kept
