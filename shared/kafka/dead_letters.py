"""Dead letters: the original bytes and headers, with why they are here."""

from datetime import datetime
from typing import Any

from shared.kafka.records import Headers, Outgoing
from shared.kafka.working.decode import digest
from shared.topics import dead_letter_of
from shared.topics.catalogue import PACKET_BYTES

KEPT_BYTES = PACKET_BYTES
"""What is kept of an oversized original, so that its dead letter always fits."""
KEPT_HEADER_BYTES = 16 * 1024
ERROR_CHARS = 1000


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


def oversized(output: Outgoing) -> Outgoing:
    """Return the dead letter of an output that is too large for its topic."""
    return Outgoing(
        topic=dead_letter_of(output.topic),
        key=output.key,
        value=output.value[:KEPT_BYTES],
        headers=[*output.headers, ("reason", b"output_too_large")],
    )


def _bounded(headers: Headers) -> list[tuple[str, bytes]]:
    kept: list[tuple[str, bytes]] = []
    room = KEPT_HEADER_BYTES
    for name, value in headers:
        room -= len(name) + len(value or b"")
        if room < 0:
            break
        kept.append((name, value or b""))
    return kept
