"""The batch runtime: decode, work lane by lane, publish, acknowledge last.

Nothing is acknowledged before its effects are stored and its outputs are with the
broker. What cannot be worked goes to the dead-letter topic with its reason; what
cannot be worked now is tried briefly, then parked with its lane behind it; when
nearly everything fails, what was worked is published and nothing more is consumed.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any

import structlog

from shared import metrics
from shared.clock import Clock
from shared.errors import Transient
from shared.failpoints import ARMED, FailPoint, reach
from shared.kafka.dead_letters import Refusal, refuse
from shared.kafka.publisher import Publisher
from shared.kafka.records import Record, Worker
from shared.kafka.table import AppsOfRecords
from shared.kafka.working.assignment import Assignment
from shared.kafka.working.background import Stages
from shared.kafka.working.breaker import Breaker, BreakerOpenError
from shared.kafka.working.intake import Decoder, Intake, Reader, by_lane
from shared.kafka.working.lifetimes import Lifetimes
from shared.kafka.working.parked import Parked, Place
from shared.kafka.working.parking import ParkingLot
from shared.kafka.working.ports import Batch, Watermarks
from shared.kafka.working.rounds import Worked, work_briefly

log = structlog.get_logger()

STUCK_SECONDS = 240.0
"""Below `max_poll_interval_ms` (300 s), after which the group goes on without us."""
LONGEST_PAUSE = 5.0
"""Seconds before a batch that failed as a whole is read again."""


class Runtime:
    """One service's consumer, from batch to acknowledgement."""

    def __init__(  # noqa: PLR0913 - the one place that joins all the parts
        self,
        *,
        service: str,
        decoder: Decoder,
        worker: Worker,
        publisher: Publisher,
        apps: AppsOfRecords,
        lot: ParkingLot,
        watermarks: Watermarks,
        clock: Clock,
        order: dict[str, int],
    ) -> None:
        self.service = service
        self.worker = worker
        self.reader = Reader(decoder, apps)
        self.publisher = publisher
        self._apps = apps
        self._lifetimes = Lifetimes(apps, service)
        self.lot = lot
        self.assignment = Assignment(lot, watermarks)
        self.clock = clock
        self.order = order
        self._breaker = Breaker()
        self._failures = 0
        self.busy = asyncio.Lock()
        """Held while conversations are worked, so that none is worked twice at once."""
        self._began: float | None = None
        self._paused_reason = ""
        self.stages = Stages(service)
        self.on_revoked: Callable[[], None] = lambda: None

    @property
    def paused_reason(self) -> str:
        """Return why nothing is consumed now; empty in normal life."""
        if self._paused_reason or self.assignment.is_loaded:
            return self._paused_reason
        return "partitions_loading"

    async def on_batch(self, batch: Batch) -> None:
        """Work one batch and acknowledge it, or put it back and wait."""
        self._began = perf_counter()
        if self.stages.trace is not None:
            self.stages.trace.begin_batch()
        failure: Exception | None = None
        try:
            await self._work_and_acknowledge(batch)
        except Exception as error:  # noqa: BLE001 - nothing may be lost, whatever it is
            failure = error
        finally:
            self._began = None
            if self.stages.trace is not None:
                why = "" if failure is None else repr(failure)
                self.stages.trace.end_batch(len(batch.raw_message), failed=why)
        if failure is not None:
            await self._put_back(batch, failure)
            return
        self._failures = 0
        self._paused_reason = ""
        metrics.LAST_PROGRESS.labels(self.service).set(self.clock.now().timestamp())

    async def _work_and_acknowledge(self, batch: Batch) -> None:
        raws = self.assignment.unfinished(batch.raw_message)
        metrics.BATCH_SIZE.labels(self.service).observe(len(raws))
        with self.stages("decode"):
            intake = await self.reader.read(raws)
        async with self.busy:
            await self.assignment.load()
            self.assignment.check(batch.raw_message)
            said = await self._work_batch(raws, intake)
            if ARMED and said:
                reach(FailPoint.AFTER_PUBLISH)
            with self.stages("commit"):
                await self._acknowledge(batch, said=said)
            self.assignment.acknowledge(batch.raw_message)

    async def _acknowledge(self, batch: Batch, *, said: bool) -> None:
        """Commit, and advance the watermark where anything was said.

        All is published, so a crash may keep either from happening.
        """
        if said:
            self.assignment.advance(batch.raw_message)
        await batch.ack()
        if ARMED and said:
            reach(FailPoint.AFTER_ACKNOWLEDGE)

    async def _put_back(self, batch: Batch, error: Exception) -> None:
        """Wait, then have *batch* read again. Timers and retries go on meanwhile."""
        reason = error.reason if isinstance(error, Transient) else type(error).__name__
        self._failures += 1
        self._paused_reason = reason
        pause = min(LONGEST_PAUSE, 0.2 * 2 ** min(self._failures, 5))
        if isinstance(error, BreakerOpenError):
            pause = self._breaker.wait_seconds
        metrics.BATCHES_REREAD.labels(self.service, reason).inc()
        log.warning(
            "batch put back",
            reason=reason,
            error=repr(error),
            pause_seconds=pause,
            exc_info=not isinstance(error, Transient),
        )
        await asyncio.sleep(pause)
        try:
            await batch.nack()
        except Exception as lost:  # noqa: BLE001 - the partition is no longer ours
            log.info("batch belongs to somebody else now", error=repr(lost))

    async def _work_batch(self, raws: Sequence[Any], intake: Intake) -> bool:
        """Work and publish; return whether anything was published."""
        now = self.clock.now()
        self._note_ages(intake.records, now)
        for record in intake.records:
            record.replayed = self.assignment.is_replay(record)
        records = self._lifetimes.living(intake)
        lanes = by_lane(await self._queue_behind_parked(records, now), self.order)
        with self.stages("work"):
            worked = await work_briefly(self.worker, lanes, service=self.service)
        worked.count(self.service)
        is_open = self._breaker.observe(
            worked.tally(lanes),
            only_app=bool(worked.failed) and self._apps.active_count() <= 1,
        )
        metrics.BREAKER_OPEN.labels(self.service).set(is_open)
        if not is_open:
            for lane, error in worked.failed:
                await self._park(lane, error, now)
        said = await self._publish(worked, intake.refused + worked.refused, now)
        if is_open:
            # Only what failed is worked when the batch is read again.
            failed = [record for lane, _ in worked.failed for record in lane]
            await self.assignment.finish(raws, but=failed)
            raise BreakerOpenError(worked.failed[0][1].reason)
        return said

    async def _publish(
        self, worked: Worked, refused: Sequence[Refusal], now: datetime
    ) -> bool:
        letters = [
            refuse(raw, error, consumer=self.service, first_failed_at=now)
            for raw, error in refused
            if not self.assignment.is_replay(raw)
        ]
        with self.stages("publish"):
            await self.publisher.publish(worked.outputs + letters)
        return bool(worked.outputs or letters)

    async def _queue_behind_parked(
        self, records: list[Record], now: datetime
    ) -> list[Record]:
        behind = [each for each in records if self.lot.holds(each.topic, each.lane)]
        if not behind:
            return records
        await self._park(behind, Transient("behind_parked"), now)
        return [each for each in records if not self.lot.holds(each.topic, each.lane)]

    async def _park(
        self, records: Sequence[Record], error: Transient, now: datetime
    ) -> None:
        log.warning(
            "lane parked",
            reason=error.reason,
            error=str(error),
            lane=records[0].lane,
            topic=records[0].topic,
            records=len(records),
        )
        await self.assignment.park(
            [
                Parked(
                    topic=record.topic,
                    partition=record.partition,
                    offset=record.offset,
                    lane=record.lane,
                    key=record.key,
                    value=record.value,
                    headers=record.headers,
                    attempts=0,
                    reason=error.reason,
                    error=str(error),
                    first_failed_at=now,
                    due_at=now,
                    timestamp=record.timestamp,
                )
                for record in records
                if not record.replayed
            ]
        )

    def _note_ages(self, records: Sequence[Record], now: datetime) -> None:
        for record in records[-1:]:
            moment = getattr(record.event, "occurred_at", now)
            metrics.EVENT_AGE.labels(self.service, record.topic).observe(
                max(0.0, (now - moment).total_seconds())
            )

    @property
    def stuck(self) -> bool:
        """Return whether a batch runs longer than the group coordinator waits."""
        return self._began is not None and perf_counter() - self._began > STUCK_SECONDS

    def assigned(self, places: Iterable[Place]) -> None:
        """Own *places*; what must be known of them is read before they are worked."""
        self.assignment.assign(places)

    async def revoked(self, drain_seconds: float) -> None:
        """Let the running batch end, then forget what belongs to these partitions."""
        try:
            async with asyncio.timeout(drain_seconds), self.busy:
                # Their next owner reads how far they were worked.
                await self._save_marks()
                self._forget()
        except TimeoutError:
            # The batch goes on; its acknowledgement will fail and be worked again.
            log.warning("drain took too long", seconds=drain_seconds)
            self._forget()

    async def stopped(self) -> None:
        """Store how far the partitions were worked; nothing is worked any more."""
        await self._save_marks()

    async def _save_marks(self) -> None:
        try:
            await self.assignment.save()
        except Transient as error:
            log.warning("watermarks not stored", reason=error.reason)

    def _forget(self) -> None:
        self.assignment.forget()
        self._breaker.reset()
        self._paused_reason = ""
        metrics.BREAKER_OPEN.labels(self.service).set(0)
        self.on_revoked()
