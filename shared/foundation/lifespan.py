"""What runs between a service's start and its stop, and in which order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog

from shared.kafka.working.background import every

log = structlog.get_logger()

Hook = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Background:
    """Work that repeats while the service runs."""

    name: str
    seconds: float
    """The wait between two rounds."""
    act: Hook


@dataclass(frozen=True, slots=True)
class Lifespan:
    """The steps of one service's life, each in its order."""

    start: Sequence[Hook]
    """Connect and prepare; the last one begins to read."""
    background: Sequence[Background]
    stop_reading: Hook
    """Lets the running batch end."""
    stop: Sequence[Hook]
    """Closes what the batches used."""

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Start, run until the context ends, stop."""
        tasks: list[asyncio.Task[None]] = []
        await self._begin(tasks)
        try:
            yield
        finally:
            await self._end(tasks)

    async def _begin(self, tasks: list[asyncio.Task[None]]) -> None:
        for step in self.start:
            await step()
        for work in self.background:
            loop = every(work.seconds, work.act, name=work.name)
            tasks.append(asyncio.create_task(loop, name=work.name))
        log.info("started")

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await self.stop_reading()
        for step in self.stop:
            await step()
        log.info("stopped")
