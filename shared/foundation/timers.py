"""Timers that are due, worked as records of topic `timer`."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from shared import metrics
from shared.clock import Clock
from shared.errors import Permanent
from shared.failpoints import ARMED, FailPoint, reach
from shared.foundation.commands import COMMAND, Commands
from shared.kafka.deciding.decisions import Timer
from shared.kafka.records import Record
from shared.kafka.working.deferred import Deferred

TIMER_SECONDS = 0.1
"""How much later than it was promised a timer may fire."""
LOOK_SECONDS = 1.0
"""How often the store is asked while none is due as far as is known here. One that
another instance sets meanwhile fires there; where that one has ended, so much later."""
TIMERS_AT_ONCE = 500
TIMER = "timer"


class Timers(Protocol):
    """Where timers wait."""

    async def earliest(self) -> datetime | None: ...
    async def claim(self, *, now: datetime, limit: int) -> list[Timer]: ...
    async def set_aside(
        self, timer_id: str, error: Exception, *, now: datetime
    ) -> None: ...
    async def keep_refused(
        self, timer_id: str, error: Permanent, *, now: datetime
    ) -> None: ...
    async def clear(self, timer_ids: list[str]) -> None: ...


class DueTimers:
    """Fires what is due; a command's backup fires as the command."""

    def __init__(
        self, timers: Timers, *, commands: Commands, clock: Clock, service: str
    ) -> None:
        self._timers = timers
        self._commands = commands
        self._clock = clock
        self._service = service
        self._look_at = datetime.min.replace(tzinfo=UTC)

    def note(self, due_at: datetime) -> None:
        """Know of a timer that was stored just now."""
        self._look_at = min(self._look_at, due_at)

    async def fire(self) -> None:
        """Work every timer that is due; call this often.

        Asks the store for nothing before the next timer that is known of is due.
        """
        deferred = self._commands.deferred
        now = self._clock.now()
        if deferred is None or now < self._look_at:
            return
        # Before the store is asked: one that is noted meanwhile is looked for at once.
        self._look_at = now + timedelta(seconds=LOOK_SECONDS)
        earliest = await self._timers.earliest()
        if earliest is None or earliest > now:
            if earliest is not None:
                self.note(earliest)
            return
        self.note(now)
        due = await self._timers.claim(now=now, limit=TIMERS_AT_ONCE)
        records: list[Record] = []
        for timer in due:
            try:
                records.append(self._fired(timer))
            except Exception as error:  # noqa: BLE001 - one bad timer holds up no other
                await self._timers.set_aside(timer.timer_id, error, now=now)
                continue
            metrics.TIMERS.labels(self._service, timer.kind).inc()
        if records:
            await self._work(deferred, records, now)

    async def _work(
        self, deferred: Deferred, records: list[Record], now: datetime
    ) -> None:
        if ARMED:
            reach(FailPoint.TIMERS_CLAIMED)
        fired = await deferred.work_timers(records)
        if ARMED:
            reach(FailPoint.TIMERS_PUBLISHED)
        ended = [record.source_id for record in fired.finished]
        for record, refusal in fired.refused:
            if _is_over(record, refusal):
                ended.append(record.source_id)
            else:
                await self._timers.keep_refused(record.source_id, refusal, now=now)
        await self._timers.clear(ended)

    def _fired(self, timer: Timer) -> Record:
        command = self._commands.read_back(timer)
        return Record(
            topic=TIMER if command is None else COMMAND,
            partition=0,
            offset=0,
            value=b"",
            event=timer if command is None else command,
            lane=timer.lane,
            source_id=timer.timer_id,
        )


def _is_over(record: Record, error: Permanent) -> bool:
    """Return whether a refused timer may go.

    A refused command may not happen later by surprise, and a deleted app needs nothing.
    Any other refusal keeps from people what they were promised: it stays, with why.
    """
    return record.topic == COMMAND or error.reason == "deleted_app"
