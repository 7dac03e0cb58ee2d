"""Now and then: wake what was forgotten, and measure the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.notifier import metrics
from services.notifier.deliver.announce import OVERDUE
from services.notifier.deliver.ports import Destinations
from shared.clock import Clock


class Stock(Protocol):
    """The deliveries of all apps, as the operator sees them."""

    async def waiting_for(self) -> Sequence[tuple[str, str]]: ...
    async def count(self) -> Mapping[str, int]: ...
    async def oldest_open(self) -> datetime | None: ...


class Waiting(Protocol):
    """What waits for a destination."""

    async def wake_waiting(self, app_id: str, destination_id: str) -> int: ...
    async def wake_overdue(self, before: datetime) -> int: ...


class News(Protocol):
    """What is stored and not yet published."""

    async def count(self, *, before: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Repairs and measures."""

    stock: Stock
    waiting: Waiting
    destinations: Destinations
    news: News
    clock: Clock
    waiting_limit: timedelta = timedelta(days=90)
    """How long a delivery waits for a destination that does not exist."""

    async def wake_forgotten(self) -> int:
        """Wake what waits for a destination that exists after all.

        Whoever put it died before waking them; without this they would wait for ever.
        """
        # Those that have waited too long are given up when they are taken next.
        before = self.clock.now() - self.waiting_limit
        woken = await self.waiting.wake_overdue(before)
        for app_id, destination_id in await self.stock.waiting_for():
            if await self.destinations.get(app_id, destination_id) is not None:
                woken += await self.waiting.wake_waiting(app_id, destination_id)
        return woken

    async def measure(self) -> None:
        """Set the gauges that people are alarmed by."""
        for status, number in (await self.stock.count()).items():
            metrics.QUEUE.labels(status).set(number)
        now = self.clock.now()
        oldest = await self.stock.oldest_open()
        age = (now - oldest).total_seconds() if oldest else 0.0
        metrics.OLDEST_SECONDS.set(max(0.0, age))
        metrics.UNPUBLISHED.set(await self.news.count(before=now - OVERDUE))
