"""Commands: what an API asks of a conversation, worked now and surely."""

from datetime import timedelta
from typing import Any, Protocol

from pydantic import BaseModel, TypeAdapter

from shared.clock import Clock
from shared.errors import Transient
from shared.failpoints import ARMED, FailPoint, reach
from shared.kafka.deciding.decisions import Timer
from shared.kafka.records import Done, Record
from shared.kafka.working.deferred import Deferred

COMMAND = "command"
"""The topic of a command's record and the kind of its backup timer."""
COMMAND_BACKUP = timedelta(seconds=5)
"""A command that was not finished by then (a crash) is worked by its timer."""


class Timers(Protocol):
    """Where a command's backup waits."""

    async def set(self, timer: Timer) -> None: ...
    async def clear(self, timer_ids: list[str]) -> None: ...


class Commands:
    """Works commands; each leaves a timer until it is finished."""

    def __init__(self, timers: Timers, *, clock: Clock) -> None:
        self._timers = timers
        self._clock = clock
        self.deferred: Deferred | None = None
        """What works them; set when the service's runtime is made."""
        self.known: TypeAdapter[Any] | None = None
        """Reads back commands whose first run was cut short by a crash."""

    async def submit(self, record: Record) -> Done:
        """Work a command now, and surely: its intent is stored before it is worked.

        Raises the verb's Permanent or Transient.
        """
        assert self.deferred is not None
        event: BaseModel = record.event
        backup = Timer(
            timer_id=record.source_id,
            lane=record.lane,
            due_at=self._clock.now() + COMMAND_BACKUP,
            kind=COMMAND,
            payload={"body": event.model_dump_json()},
        )
        await self._timers.set(backup)
        if ARMED:
            reach(FailPoint.COMMAND_KEPT)
        try:
            done = await self.deferred.work_now(record)
        except Transient:
            raise  # the timer tries again
        except Exception:
            await self._timers.clear([record.source_id])
            raise
        if ARMED:
            reach(FailPoint.COMMAND_DONE)
        await self._timers.clear([record.source_id])
        return done

    def read_back(self, timer: Timer) -> Any | None:  # noqa: ANN401 - the service's own commands
        """Return the command that *timer* backs up; None where it backs up none."""
        if timer.kind != COMMAND or self.known is None:
            return None
        return self.known.validate_json(timer.payload["body"])
