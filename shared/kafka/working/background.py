"""Work that repeats in the background, and how long stages take."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Protocol

import structlog
from prometheus_client import Histogram

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


class Stages:
    """Times the stages of a service's batches: for the metrics and, if on, for traces.

    A label look-up costs more than an observation, so each stage has one.
    """

    def __init__(self, service: str) -> None:
        self._service = service
        self.trace: BatchTrace | None = None
        """What makes spans of the batches; None where traces are off."""
        self._known: dict[str, Histogram] = {}

    def __call__(self, stage: str) -> "Stage":
        """Return what times *stage* for the length of a ``with`` block."""
        known = self._known.get(stage)
        if known is None:
            known = metrics.STAGE_SECONDS.labels(self._service, stage)
            self._known[stage] = known
        return Stage(stage, known, self.trace)


class BatchTrace(Protocol):
    """What hears of a batch's stages."""

    def begin_batch(self) -> None: ...
    def stage(self, name: str, seconds: float) -> None: ...
    def end_batch(self, records: int, *, failed: str = "") -> None: ...


class Stage:
    """Observes how long a stage of a batch takes."""

    __slots__ = ("_began", "_name", "_seconds", "_trace")

    def __init__(self, name: str, seconds: Histogram, trace: BatchTrace | None) -> None:
        self._name = name
        self._seconds = seconds
        self._trace = trace
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(self, *_: object) -> None:
        took = perf_counter() - self._began
        self._seconds.observe(took)
        if self._trace is not None:
            self._trace.stage(self._name, took)
