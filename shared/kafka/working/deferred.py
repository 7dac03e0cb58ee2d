"""Work that no batch brings: parked records, fired timers, commands.

It takes turns with the batches, so that a conversation is never worked twice at once
in one process.
"""

import random
from collections.abc import Sequence
from datetime import datetime

import structlog

from shared import metrics
from shared.errors import Permanent
from shared.kafka.dead_letters import dead_letter
from shared.kafka.records import Done, Record
from shared.kafka.working.intake import by_lane
from shared.kafka.working.parking import Parked
from shared.kafka.working.rounds import Worked, work_round
from shared.kafka.working.runtime import Runtime

log = structlog.get_logger()


class Deferred:
    """Works for a runtime what its topics do not bring."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def retry_parked(self) -> None:
        """Try every parked lane whose time has come; call this often."""
        now = self._runtime.clock.now()
        for lane in self._runtime.lot.due(now):
            async with self._runtime.busy:
                await self._retry_lane(lane, now)
        metrics.PARKED.labels(self._runtime.service).set(len(self._runtime.lot))

    async def _retry_lane(self, lane: list[Parked], now: datetime) -> None:
        intake = self._runtime.decoder.decode(lane[:1])
        worked = Worked(refused=intake.refused)
        failed = await work_round(
            self._runtime.worker, [intake.records] if intake.records else [], worked
        )
        first = lane[0]
        if failed:
            error = failed[0][1]
            waits = await self._runtime.lot.postpone(
                first,
                reason=error.reason,
                error=str(error),
                now=now,
                chance=random.random(),  # noqa: S311 - jitter
            )
            if waits:
                return
            worked.refused.append((first, Permanent("retries_exhausted", str(error))))
        letters = [
            dead_letter(
                first,
                reason=error.reason,
                error=str(error),
                attempts=first.attempts + 1,
                consumer=self._runtime.service,
                first_failed_at=first.first_failed_at,
            )
            for _, error in worked.refused
        ]
        await self._runtime.publisher.publish(worked.outputs + letters)
        await self._runtime.lot.done(lane[:1])
        if len(lane) > 1:
            await self._retry_lane(lane[1:], now)

    async def work_now(self, record: Record) -> Done:
        """Work and publish one record that no topic holds (a timer or a command).

        Raises the verb's Permanent or Transient.
        """
        async with self._runtime.busy:
            (result,) = await self._runtime.worker.work([[record]])
            if result.failed is not None:
                raise result.failed.error
            done = result.done[0]
            await self._runtime.publisher.publish(done.outputs)
        metrics.RECORDS.labels(self._runtime.service, record.topic, done.reason).inc()
        return done

    async def work_timers(self, records: Sequence[Record]) -> list[Record]:
        """Work and publish fired timers; return those that are finished."""
        async with self._runtime.busy:
            worked = Worked()
            failed = await work_round(
                self._runtime.worker, by_lane(records, {}), worked
            )
            await self._runtime.publisher.publish(worked.outputs)
        for raw, error in worked.refused:
            log.error(
                "timer refused", reason=error.reason, error=str(error), at=raw.lane
            )
        unfinished = {record.source_id for lane, _ in failed for record in lane}
        return [each for each in records if each.source_id not in unfinished]
