"""Parking: what fails for now waits durably, its lane's later records behind it."""

import dataclasses
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from shared.kafka.records import Headers
from shared.retry import Schedule, backoff

PARKED_SCHEDULE = Schedule(
    waits=[
        timedelta(seconds=seconds)
        for seconds in (1, 2, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
    ]
)
"""About two hours of trying; then the dead-letter topic, where people see it."""

Place = tuple[str, int]


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


class ParkedStore(Protocol):
    """Where parked records are kept."""

    async def load(self, places: Iterable[Place]) -> list[Parked]: ...
    async def add(self, records: Sequence[Parked]) -> None: ...
    async def postpone(self, parked: Parked) -> None: ...
    async def remove(self, records: Sequence[Parked]) -> None: ...


class ParkingLot:
    """The parked records of the partitions this instance owns.

    The memory is the truth while they are owned: every record of a partition passes
    through its owner. It is read again from the store when partitions come.
    """

    def __init__(self, store: ParkedStore, *, scale: float) -> None:
        self._store = store
        self._schedule = dataclasses.replace(PARKED_SCHEDULE, scale=scale)
        self._lanes: defaultdict[tuple[str, str], deque[Parked]] = defaultdict(deque)

    def __len__(self) -> int:
        return sum(map(len, self._lanes.values()))

    async def take(self, places: Iterable[Place]) -> None:
        """Read what is parked on newly owned *places*."""
        for parked in await self._store.load(places):
            self._lanes[parked.topic, parked.lane].append(parked)

    def drop(self, places: Iterable[Place]) -> None:
        """Forget *places* that somebody else owns now."""
        gone = set(places)
        for lane, waiting in list(self._lanes.items()):
            if waiting and (waiting[0].topic, waiting[0].partition) in gone:
                del self._lanes[lane]

    def holds(self, topic: str, lane: str) -> bool:
        """Return whether records of *lane* must queue."""
        return bool(self._lanes) and (topic, lane) in self._lanes

    async def park(self, records: Sequence[Parked]) -> None:
        """Queue *records*, in log order, behind whatever their lanes hold."""
        await self._store.add(records)
        for parked in records:
            waiting = self._lanes[parked.topic, parked.lane]
            if all(each.offset != parked.offset for each in waiting):
                waiting.append(parked)

    def due(self, now: datetime) -> list[list[Parked]]:
        """Return the lanes whose first record may be tried again."""
        return [
            list(waiting)
            for waiting in self._lanes.values()
            if waiting[0].due_at <= now
        ]

    async def done(self, records: Sequence[Parked]) -> None:
        """Remove records that were worked or dead-lettered."""
        await self._store.remove(records)
        for parked in records:
            lane = (parked.topic, parked.lane)
            waiting = self._lanes.get(lane)
            if waiting and waiting[0].offset == parked.offset:
                waiting.popleft()
            if not waiting:
                self._lanes.pop(lane, None)

    async def postpone(
        self, parked: Parked, *, reason: str, error: str, now: datetime, chance: float
    ) -> bool:
        """Wait longer for *parked*; False when the schedule has run out."""
        wait = backoff(parked.attempts + 1, self._schedule, chance=chance)
        if wait is None:
            return False
        again = dataclasses.replace(
            parked,
            attempts=parked.attempts + 1,
            reason=reason,
            error=error,
            due_at=now + wait,
        )
        await self._store.postpone(again)
        self._lanes[parked.topic, parked.lane][0] = again
        return True
