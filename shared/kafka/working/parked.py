"""A parked record and its lane: what waits, until when, and what of it is in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.kafka.records import Headers
from shared.retry import Schedule

PARKED_SCHEDULE = Schedule(
    waits=[
        timedelta(seconds=seconds)
        for seconds in (1, 2, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
    ]
)
"""About two hours of trying; then the dead-letter topic, where people see it."""

Place = tuple[str, int]
"""A topic and a partition."""
LaneKey = tuple[str, str]
"""A topic and a lane: conversations are kept in order within a topic."""

RECORD_BYTES = 500
"""What a parked record takes beside its own bytes, measured with tracemalloc."""
LANE_BYTES = 400
"""What a lane takes beside its records, its name included, measured alike."""


@dataclass(frozen=True, slots=True)
class Parked:
    """One parked record, as the log held it, and its failures so far."""

    topic: str
    partition: int
    offset: int
    lane: str
    key: bytes | None
    value: bytes
    headers: Headers
    attempts: int
    reason: str
    error: str
    first_failed_at: datetime
    due_at: datetime
    timestamp: int | None = None
    """When it came to the log, in ms since 1970: so that it is read as it was then."""

    @property
    def size_bytes(self) -> int:
        """Return about how much memory it takes."""
        headers = sum(len(name) + len(value or b"") for name, value in self.headers)
        own = len(self.value or b"") + len(self.key or b"") + len(self.error)
        return RECORD_BYTES + own + headers


@dataclass(slots=True)
class HeldLane:
    """A lane whose records must queue.

    *records* are its first ones, in log order; unless *complete*, more of them (or all)
    are in the store alone, and are read when they are due.
    """

    topic: str
    partition: int
    lane: str
    due_at: datetime
    """When its first record may be tried again."""
    complete: bool = False
    records: list[Parked] = field(default_factory=list)

    @property
    def key(self) -> LaneKey:
        """Return what it is found by."""
        return self.topic, self.lane

    @property
    def place(self) -> Place:
        """Return where its records come from."""
        return self.topic, self.partition
