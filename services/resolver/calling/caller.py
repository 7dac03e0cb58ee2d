"""Run stored calls: claimed by lease, side by side, each told of once it has ended."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from services.resolver import metrics
from services.resolver.calling.endpoint import StoredCall
from services.resolver.domain.acting.endpoint import (
    Again,
    Ended,
    given_up,
    wait_after,
)
from services.resolver.domain.outcome import Why
from services.resolver.resolve.calls import CallEnded
from shared import ids
from shared.clock import Clock
from shared.errors import Transient
from shared.kafka.records import Done, LaneResult, Record, Worker

log = structlog.get_logger()

IDLE_SECONDS = 1.0
"""How long a due call may wait for somebody to look; our own wake us at once."""
DRAIN_SECONDS = 10.0
LEAST_SECONDS = 0.05
"""Less time than this is no try."""


class Calls(Protocol):
    """Where calls wait."""

    async def claim(
        self, limit: int, *, busy: Sequence[str], now: datetime
    ) -> list[StoredCall]: ...
    async def postpone(self, call_id: str, *, until: datetime) -> None: ...
    async def end(self, call_id: str, ended: Ended) -> None: ...
    async def remove(self, call_id: str) -> None: ...


class Endpoint(Protocol):
    """Calls an endpoint once."""

    async def call(self, call: StoredCall, *, deadline: float) -> Ended | Again: ...


Submit = Callable[[Record], Awaitable[Done]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is called at once, and how long one try may take."""

    total: int = 32
    per_app: int = 8
    try_seconds: float = 10.0


class Caller:
    """Claims calls, makes them, and submits what came of them as commands."""

    def __init__(
        self,
        calls: Calls,
        endpoint: Endpoint,
        submit: Submit,
        *,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._calls = calls
        self._endpoint = endpoint
        self._submit = submit
        self._clock = clock
        self._limits = limits
        self._apps: Counter[str] = Counter()
        self._running: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._next: float = IDLE_SECONDS

    def wake(self) -> None:
        """Look for calls now."""
        self._wake.set()

    async def run(self) -> None:
        """Claim and call, until cancelled."""
        while True:
            try:
                await self.fill()
            except Transient as error:
                log.warning("calls wait", reason=error.reason)
            except Exception:
                log.exception("calls failed")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._next):
                    await self._wake.wait()
            self._wake.clear()
            self._next = IDLE_SECONDS

    async def fill(self) -> None:
        """Begin what is due, as far as there is room."""
        while (room := self._limits.total - self._apps.total()) > 0:
            limit = min(room, self._limits.per_app)
            share = self._limits.per_app
            busy = [app for app, count in self._apps.items() if count >= share]
            claimed = await self._calls.claim(limit, busy=busy, now=self._clock.now())
            for call in claimed:
                self._apps[call.app_id] += 1
                task = asyncio.create_task(self._run(call))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            if len(claimed) < limit:
                return

    async def stop(self) -> None:
        """Let what runs end, for a while; the rest is its lease's."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=DRAIN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, call: StoredCall) -> None:
        try:
            await self.make(call)
        except Transient as error:
            # The lease runs out, and whoever claims it next goes on.
            log.warning("call waits", call_id=call.call_id, reason=error.reason)
        except Exception:
            log.exception("call failed unexpectedly", call_id=call.call_id)
        finally:
            self._apps[call.app_id] -= 1
            if self._apps[call.app_id] <= 0:
                del self._apps[call.app_id]
            self._wake.set()

    async def make(self, call: StoredCall) -> None:
        """Take *call* one step further: a try, or the news of its end."""
        ended = call.ended
        if ended is None:
            left = (call.due_at - self._clock.now()).total_seconds()
            if left < LEAST_SECONDS:
                # The time-out is a timer's to tell, and it tells it anyway.
                await self._calls.remove(call.call_id)
                return
            ended = await self._try(call, min(left, self._limits.try_seconds))
            if ended is None:
                return
            await self._calls.end(call.call_id, ended)
        await self._submit(_command(call, ended))
        metrics.ACTION_CALLS.labels(ended.status).inc()
        await self._calls.remove(call.call_id)

    async def _try(self, call: StoredCall, deadline: float) -> Ended | None:
        """Return how *call* ended, or None where it is to be tried again."""
        with metrics.ACTION_CALL_SECONDS.time():
            found = await self._endpoint.call(call, deadline=deadline)
        if isinstance(found, Ended):
            return found
        tries = call.tries + 1
        wait = wait_after(tries, found)
        until = self._clock.now() + wait
        if until + timedelta(seconds=LEAST_SECONDS) >= call.due_at:
            return given_up(found, tries)
        metrics.ACTION_CALLS.labels("again").inc()
        await self._calls.postpone(call.call_id, until=until)
        self._next = min(self._next, wait.total_seconds())
        return None


def _command(call: StoredCall, ended: Ended) -> Record:
    """Return the news of *call*; the same call has the same news."""
    return Record(
        topic="command",
        partition=0,
        offset=0,
        value=b"",
        event=CallEnded(
            app_id=call.app_id,
            conversation_id=call.conversation_id,
            call_id=call.call_id,
            status=ended.status,
            output=ended.output,
            error=ended.error,
        ),
        lane=ids.conversation_key(call.app_id, call.conversation_id),
        source_id=ids.derive("call-ended", call.app_id, call.call_id),
    )


class WakingWorker:
    """Works as *inner* does, and wakes the caller where a call was decided."""

    def __init__(self, inner: Worker, wake: Callable[[], None]) -> None:
        self._inner = inner
        self._wake = wake

    async def work(self, lanes: Sequence[Sequence[Record]]) -> list[LaneResult]:
        """Return what *inner* made of *lanes*: by then all of it is stored."""
        results = await self._inner.work(lanes)
        if any(
            done.reason == Why.ENDPOINT_CALLED
            for result in results
            for done in result.done
        ):
            self._wake()
        return results
