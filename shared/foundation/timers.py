"""Timers that are due, worked as records of topic `timer`."""

from shared import metrics
from shared.clock import Clock
from shared.foundation.commands import COMMAND, Commands
from shared.kafka.deciding.decisions import Timer
from shared.kafka.records import Record
from shared.mongo.timers import MongoTimers

TIMER_SECONDS = 0.1
"""How often due timers are looked for: what a promise of seconds may be late."""
TIMERS_AT_ONCE = 500
TIMER = "timer"


class DueTimers:
    """Fires what is due; a command's backup fires as the command."""

    def __init__(
        self, timers: MongoTimers, *, commands: Commands, clock: Clock, service: str
    ) -> None:
        self._timers = timers
        self._commands = commands
        self._clock = clock
        self._service = service

    async def fire(self) -> None:
        """Work every timer that is due."""
        deferred = self._commands.deferred
        if deferred is None:
            return
        due = await self._timers.claim(now=self._clock.now(), limit=TIMERS_AT_ONCE)
        if not due:
            return
        fired = await deferred.work_timers([self._fired(timer) for timer in due])
        ended = fired.finished + [record for record, _ in fired.refused]
        await self._timers.clear([record.source_id for record in ended])
        for timer in due:
            metrics.TIMERS.labels(self._service, timer.kind).inc()

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
