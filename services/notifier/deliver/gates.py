"""How many messages go to one destination at the same time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.notifier.domain.destination import Destination

PER_DESTINATION = 8


class Gates:
    """Lets up to *per_destination* senders through to each destination at once."""

    def __init__(self, per_destination: int = PER_DESTINATION) -> None:
        self._per_destination = per_destination
        self._gates: dict[tuple[str, str], asyncio.Semaphore] = {}
        self._users: Counter[tuple[str, str]] = Counter()

    @asynccontextmanager
    async def of(self, destination: Destination) -> AsyncIterator[None]:
        """Wait for room at *destination*, and keep it while the context lasts."""
        place = (destination.app_id, destination.destination_id)
        gate = self._gates.get(place)
        if gate is None:
            gate = self._gates[place] = asyncio.Semaphore(self._per_destination)
        self._users[place] += 1
        try:
            async with gate:
                yield
        finally:
            self._users[place] -= 1
            if not self._users[place]:
                del self._users[place], self._gates[place]
