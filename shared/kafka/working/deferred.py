"""Work that no batch brings: parked records, fired timers, commands.

It takes turns with the batches, so that a conversation is never worked twice at once
in one process.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from shared import metrics
from shared.errors import Permanent, Transient
from shared.failpoints import ARMED, FailPoint, reach
from shared.kafka.dead_letters import refuse
from shared.kafka.records import Done, Outgoing, Record
from shared.kafka.working.intake import by_lane
from shared.kafka.working.parked import LaneKey, Parked, Place
from shared.kafka.working.rounds import Worked, work_round
from shared.kafka.working.runtime import Runtime

log = structlog.get_logger()

PARKED_SECONDS = 0.5
"""How often parked records whose time has come are looked for."""
TURN_LANES = 100
"""Most lanes whose first records are retried together: batches wait that long."""
TURN_BYTES = 8 * 1024 * 1024
"""Most bytes of records retried together, unless the first one is larger."""
Position = tuple[str, int, int]
"""A topic, a partition and an offset."""
COUNT_EVERY = timedelta(seconds=5)
"""How old the number of parked records may be, as the store has it."""


@dataclass(slots=True)
class FiredTimers:
    """What became of fired timers; those in neither list fire again."""

    finished: list[Record] = field(default_factory=list)
    refused: list[tuple[Record, Permanent]] = field(default_factory=list)


AT_ONCE = datetime.min.replace(tzinfo=UTC)


class Deferred:
    """Works for a runtime what its topics do not bring."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._count_again_at = AT_ONCE
        self._counted_places: frozenset[Place] = frozenset()

    async def retry_parked(self) -> None:
        """Try every parked lane whose time has come; call this often.

        Asks the store for nothing while nothing is due, but for one count of all
        partitions every few seconds.
        """
        if not self._runtime.assignment.is_loaded:
            await self._load()
        now = self._runtime.clock.now()
        due = self._runtime.lot.due(now)
        while due:
            # A lane that goes on takes its next turn after the others have had theirs.
            turn, due = due[:TURN_LANES], due[TURN_LANES:]
            due += await self._retry(turn, now)
            self._count_again_at = AT_ONCE
        await self._count(now)

    async def _load(self) -> None:
        async with self._runtime.busy:
            await self._runtime.assignment.load()
        self._count_again_at = AT_ONCE

    async def _count(self, now: datetime) -> None:
        """Export how many records wait on our partitions, as the store has them."""
        runtime = self._runtime
        memory = metrics.PARKED_MEMORY.labels(runtime.service)
        memory.set(runtime.lot.memory_bytes)
        assignment = runtime.assignment
        if not (assignment.is_settled and assignment.is_loaded):
            return  # in the middle of a rebalance no number would be true
        owned = assignment.owned
        if owned == self._counted_places and now < self._count_again_at:
            return
        parked = await runtime.lot.store.count() if owned else {}
        metrics.PARKED.labels(runtime.service).set(
            sum(number for place, number in parked.items() if place in owned)
        )
        self._count_again_at, self._counted_places = now + COUNT_EVERY, owned

    async def _retry(self, lanes: Sequence[LaneKey], now: datetime) -> list[LaneKey]:
        """Work the first record of each of *lanes*; return those to go on with."""
        runtime = self._runtime
        async with runtime.busy:
            found, left = await self._heads(lanes, now)
            # Erased or purged since: neither worked nor dead-lettered with its words.
            there = await runtime.lot.still_parked(found)
            if not there:
                return left
            heads = {_position(each): each for each in there}
            intake = await runtime.reader.read(heads.values())
            worked = Worked(refused=intake.refused)
            failed = await work_round(
                runtime.worker, by_lane(intake.records, runtime.order), worked
            )
            worked.count(runtime.service)
            waiting = {_position(record) for lane, _ in failed for record in lane}
            for lane, error in failed:
                first = heads[_position(lane[0])]
                if not await self._postpone(first, error, now):
                    exhausted = Permanent("retries_exhausted", str(error))
                    worked.refused.append((first, exhausted))
                    waiting.discard(_position(first))
            letters = [
                self._dead_letter(heads[_position(raw)], error)
                for raw, error in worked.refused
            ]
            await runtime.publisher.publish(worked.outputs + letters)
            done = [each for place, each in heads.items() if place not in waiting]
            await runtime.lot.done(done)
        return left + [(each.topic, each.lane) for each in done]

    async def _heads(
        self, lanes: Sequence[LaneKey], now: datetime
    ) -> tuple[list[Parked], list[LaneKey]]:
        """Return the first records of *lanes*, and the lanes there was no room for."""
        heads: list[Parked] = []
        room = TURN_BYTES
        for number, lane in enumerate(lanes):
            if room <= 0:
                return heads, list(lanes[number:])
            # Seen due before the lock was ours: it may have been worked or have gone.
            head = await self._runtime.lot.head(lane, now)
            if head is not None:
                heads.append(head)
                room -= head.size_bytes
        return heads, []

    async def _postpone(self, first: Parked, error: Transient, now: datetime) -> bool:
        return await self._runtime.lot.postpone(
            first,
            reason=error.reason,
            error=str(error),
            now=now,
            chance=random.random(),  # noqa: S311 - jitter
        )

    def _dead_letter(self, parked: Parked, error: Permanent) -> Outgoing:
        return refuse(
            parked,
            error,
            attempts=parked.attempts + 1,
            consumer=self._runtime.service,
            first_failed_at=parked.first_failed_at,
        )

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

    async def work_timers(self, records: Sequence[Record]) -> FiredTimers:
        """Work and publish fired timers; say which are finished and which are refused.

        Those of a deleted app are refused, as its records are. Those of an app that is
        not known, or that fail for now, fire again.
        """
        fired = FiredTimers()
        known = await self._of_known_apps(records, fired)
        worked = Worked()
        async with self._runtime.busy:
            failed = await work_round(self._runtime.worker, by_lane(known, {}), worked)
            if ARMED:
                reach(FailPoint.TIMERS_STORED)
            await self._runtime.publisher.publish(worked.outputs)
        worked.count(self._runtime.service)
        fired.refused += worked.refused
        for record, error in fired.refused:
            metrics.RECORDS.labels(
                self._runtime.service, record.topic, error.reason
            ).inc()
            log.error(
                "timer refused", reason=error.reason, error=str(error), at=record.lane
            )
        unfinished = {record.source_id for lane, _ in failed for record in lane}
        unfinished |= {record.source_id for record, _ in fired.refused}
        fired.finished = [each for each in known if each.source_id not in unfinished]
        return fired

    async def _of_known_apps(
        self, records: Sequence[Record], fired: FiredTimers
    ) -> list[Record]:
        known: list[Record] = []
        for record in records:
            app_id, _, _ = record.lane.partition(":")
            try:
                await self._runtime.reader.judge(app_id)
            except Permanent as error:
                fired.refused.append((record, error))
            except Transient as error:
                log.warning("timer waits", reason=error.reason, at=record.lane)
            else:
                known.append(record)
        return known


def _position(record: Parked | Record) -> Position:
    return record.topic, record.partition, record.offset
