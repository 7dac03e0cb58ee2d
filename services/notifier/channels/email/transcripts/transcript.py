"""transcript.json: the whole packet, kept below what mail servers take."""

from typing import Any

import orjson

from services.notifier.deliver.ports import Letter
from shared.text import cut

MAX_BYTES = 6 * 1024 * 1024
"""Base64 adds a third: beside a usual text the mail stays below 10 MB."""
TEXT_CAPS = (20_000, 5_000, 1_000, 200)
FIRST, LAST = 100, 2_000
"""Lines kept of a conversation that is too long even with short lines."""


def transcript_json(letter: Letter, *, room: int = MAX_BYTES) -> tuple[bytes, int]:
    """Return the attachment, and to how many characters its messages had to be cut.

    That is 0 where they are whole; `cut_to_chars` in the attachment says it too.
    """
    room = min(room, MAX_BYTES)
    request = letter.request
    packet = request.packet.model_dump(mode="json")
    news = request.model_dump(
        mode="json", include={"delivery_id", "kind", "revision", "requested_at", "text"}
    )
    document: dict[str, Any] = news | packet
    whole = _dump(document)
    cut_to = 0
    for cap in TEXT_CAPS:
        if len(whole) <= room:
            return whole, cut_to
        cut_to = cap
        whole = _dump(document | {"cut_to_chars": cap} | _cut(packet, cap))
    if len(whole) <= room:
        return whole, cut_to
    lines = _cut(packet, TEXT_CAPS[-1])["conversation"]
    if len(lines) > FIRST + LAST:
        lines = lines[:FIRST] + lines[-LAST:]
    bare = {"conversation": lines, "app_state": None, "attempts": []}
    return _dump(document | {"cut_to_chars": cut_to} | bare), cut_to


def _cut(packet: dict[str, Any], cap: int) -> dict[str, Any]:
    return {
        "conversation": [
            {**line, "text": cut(line["text"], cap, mark="")}
            for line in packet["conversation"]
        ]
    }


def _dump(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)
