"""What the grouping needs of the outside."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from services.analytics.patterns.values import (
    Claim,
    GroupedBatch,
    StoredState,
    UngroupedEscalation,
    Unpublished,
)
from shared.encoding.encoder import Floats
from shared.events import KnownIssue
from shared.kafka.records import Outgoing


class Groupings(Protocol):
    """Who groups which app, and what is stored of its patterns."""

    async def claim(self, app_id: str) -> Claim | None:
        """Take the app, or keep it; None where another instance has it."""
        ...

    async def release(self) -> None:
        """Give back every app that was taken."""
        ...

    def states(
        self, app_id: str, *, since: int | None
    ) -> AsyncIterator[list[StoredState]]:
        """Yield the app's patterns in pieces, or what changed after *since*."""
        ...

    async def record(self, claim: Claim, batch: GroupedBatch) -> Claim:
        """Store *batch* whole; return the claim for the next one.

        Raises StaleGrouping where the app is not as *claim* says: nothing is stored.
        """
        ...


class Queue(Protocol):
    """Escalation facts that belong to no pattern yet."""

    async def apps_waiting(self) -> list[str]:
        """Return the apps that have work of any kind."""
        ...

    async def ungrouped(self, app_id: str, *, limit: int) -> list[UngroupedEscalation]:
        """Return the oldest."""
        ...

    async def grouped_before(self, escalation_ids: Sequence[str]) -> frozenset[str]:
        """Return which of them belong to a pattern already."""
        ...


class Announcements(Protocol):
    """What is stored and was not published yet."""

    async def unpublished(self, app_id: str, *, limit: int) -> list[Unpublished]: ...
    async def mark_published(self, told: Sequence[Unpublished]) -> None: ...
    async def known_issues(
        self, app_id: str
    ) -> tuple[int, list[KnownIssue]] | None: ...
    async def mark_issues_published(self, app_id: str, revision: int) -> None: ...


class Publisher(Protocol):
    """Where records go."""

    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime: ...


class Vectors(Protocol):
    """An encoder that runs beside the event loop."""

    async def load(self) -> bool:
        """Return whether there is an encoder; the first call takes seconds."""
        ...

    @property
    def name(self) -> str: ...
    @property
    def dimensions(self) -> int: ...
    async def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row of length one for each of *texts*: (n, d)."""
        ...
