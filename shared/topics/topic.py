"""What is decided about a topic, and about the dead letters of every one."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel

MEBIBYTE = 1024 * 1024
EVENT_BYTES = MEBIBYTE
"""The broker's own default, and the most that one event may weigh."""
PACKET_BYTES = 8 * MEBIBYTE
"""A packet carries a whole conversation, so it may weigh more than one event."""

Codec = Literal["none", "gzip"]
"""How a topic's batches are compressed, so that every Kafka client reads them.

zstd, lz4 and snappy want a library beside many clients (`pip install aiokafka` has
none), and one such batch stops a reader. Measured, a batch of one record each:

- a reply of 0.4 kB: 768 bytes and 19 µs as it is, 528 and 58 with gzip, 540 and 47 with
  zstd; twenty together 710 and 16, 124 and 27, 116 and 21 a record
- a packet of 8 kB: 8.5 kB and 16 µs, 3.7 kB and 196 µs, 3.8 kB and 72 µs
- a packet of 45 kB: 45.5 kB and 67 µs, 14.6 kB and 1.9 ms, 15.1 kB and 0.3 ms

So gzip costs small events what zstd did. Packets are few, and gzip would hold up the
one thread that decides: they go as they are.
"""

KeyKind = Literal["app_id:conversation_id", "app_id"]


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic and all that is decided about it."""

    name: str
    description: str
    events: tuple[type[BaseModel], ...]
    """The models a record may be; several are a union told apart by `type`."""
    written_by: tuple[str, ...]
    read_by: tuple[str, ...]
    key: KeyKind = "app_id:conversation_id"
    partitions: int | None = None
    """None: as many as the installation's default."""
    retention: timedelta | None = timedelta(days=7)
    """Long enough to replay a week after a restore; None keeps for ever."""
    cleanup: Literal["delete", "compact"] = "delete"
    max_bytes: int = EVENT_BYTES
    codec: Codec = "gzip"
    ours: bool = field(default=True)
    """Whether only Handrail writes it: then a record that does not parse means a bad
    deployment, not a stranger's mistake."""

    @property
    def dead_letter(self) -> str:
        """Return the name of the topic for records that could not be worked."""
        return dead_letter_of(self.name)


DEAD_LETTER_SUFFIX = ".dead-letter"


def dead_letter_of(name: str) -> str:
    """Return the dead-letter topic's name of topic *name*."""
    return f"{name}{DEAD_LETTER_SUFFIX}"


DEAD_LETTER_RETENTION = timedelta(days=30)
"""A month to notice and redrive."""
DEAD_LETTER_PARTITIONS = 3
DEAD_LETTER_BYTES = PACKET_BYTES + MEBIBYTE
"""The original and its headers, whatever its topic allowed."""
