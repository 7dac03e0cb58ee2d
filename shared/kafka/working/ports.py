"""What the runtime needs of stores and of its consumer; adapters match by shape."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from shared.kafka.working.parked import HeldLane, Parked, Place


class Watermarks(Protocol):
    """Up to where a partition was worked and published."""

    async def load(self, places: Iterable[Place]) -> dict[Place, int]: ...
    async def advance(self, marks: dict[Place, int]) -> None: ...


class ParkedStore(Protocol):
    """Where parked records are kept: those of one service on one Kafka cluster."""

    async def lanes(self, places: Iterable[Place]) -> list[HeldLane]:
        """Return the lanes that hold records on *places*, without the records."""
        ...

    async def read(
        self, lane: HeldLane, *, max_bytes: int
    ) -> tuple[list[Parked], bool]:
        """Return the first records of *lane* in log order, and whether these are all.

        At least one where there is one, then no more than *max_bytes* in all.
        """
        ...

    async def present(self, records: Sequence[Parked]) -> list[Parked]:
        """Return those of *records* that are parked still."""
        ...

    async def add(self, records: Sequence[Parked]) -> list[Parked]:
        """Park *records* and return those that were not parked before."""
        ...

    async def postpone(self, parked: Parked) -> None: ...
    async def remove(self, records: Sequence[Parked]) -> None: ...
    async def count(self) -> dict[Place, int]:
        """Return how many records are parked, by place; places with none are absent."""
        ...


class Batch(Protocol):
    """One FastStream batch message."""

    raw_message: Any

    async def ack(self) -> None: ...
    async def nack(self) -> None: ...
