"""Work that repeats in the background, and how long stages take."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter

import structlog

from shared import metrics
from shared.errors import Transient

log = structlog.get_logger()

LONGEST_WAIT = 5.0

Loop = Callable[[], Awaitable[None]]


async def every(seconds: float, act: Loop, *, name: str) -> None:
    """Run *act* for ever, *seconds* apart; a failure is logged and tried again."""
    while True:
        try:
            await act()
        except Transient as error:
            log.warning("background work waits", name=name, reason=error.reason)
            await asyncio.sleep(min(LONGEST_WAIT, seconds * 10))
        except Exception:
            log.exception("background work failed", name=name)
            await asyncio.sleep(min(LONGEST_WAIT, seconds * 10))
        await asyncio.sleep(seconds)


class Stage:
    """Observes how long a stage of a batch takes."""

    __slots__ = ("_began", "_labels")

    def __init__(self, service: str, stage: str) -> None:
        self._labels = (service, stage)
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(self, *_: object) -> None:
        metrics.STAGE_SECONDS.labels(*self._labels).observe(
            perf_counter() - self._began
        )
