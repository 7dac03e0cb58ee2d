"""The batch runtime: decode, work lane by lane, publish, acknowledge last.

Nothing is acknowledged before its effects are stored and its outputs are with the
broker. What cannot be worked goes to the dead-letter topic with its reason; what
cannot be worked now is tried briefly, then parked with its lane behind it; when
nearly everything fails, nothing is consumed (engineering.md §3.2).
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any, Protocol

import structlog

from shared import metrics
from shared.clock import Clock
from shared.errors import Permanent, Transient
from shared.kafka.dead_letters import dead_letter
from shared.kafka.publisher import Publisher
from shared.kafka.records import Outgoing, Record, Worker
from shared.kafka.table import Apps
from shared.kafka.working.background import Stage
from shared.kafka.working.breaker import Breaker, BreakerOpenError
from shared.kafka.working.intake import Decoder, Intake, by_lane
from shared.kafka.working.parking import Parked, ParkingLot, Place
from shared.kafka.working.rounds import Worked, work_briefly

log = structlog.get_logger()

STUCK_SECONDS = 240.0
"""Below `max_poll_interval_ms` (300 s), after which the group goes on without us."""
LONGEST_PAUSE = 5.0
"""Seconds before a batch that failed as a whole is read again."""


class Watermarks(Protocol):
    """Up to where a partition was worked and published."""

    async def load(self, places: Iterable[Place]) -> dict[Place, int]: ...
    async def advance(self, marks: dict[Place, int]) -> None: ...


class Batch(Protocol):
    """One FastStream batch message."""

    raw_message: Any

    async def ack(self) -> None: ...
    async def nack(self) -> None: ...


class Runtime:
    """One service's consumer, from batch to acknowledgement."""

    def __init__(  # noqa: PLR0913 - the one place that joins all the parts
        self,
        *,
        service: str,
        decoder: Decoder,
        worker: Worker,
        publisher: Publisher,
        apps: Apps,
        lot: ParkingLot,
        watermarks: Watermarks,
        clock: Clock,
        order: dict[str, int],
    ) -> None:
        self.service = service
        self.worker = worker
        self.decoder = decoder
        self.publisher = publisher
        self._apps = apps
        self.lot = lot
        self._watermarks = watermarks
        self.clock = clock
        self._order = order
        self._marks: dict[Place, int] = {}
        self._breaker = Breaker()
        self._failures = 0
        self.busy = asyncio.Lock()
        self._began: float | None = None
        self.paused_reason = ""
        """Why nothing is consumed now; empty in normal life (readiness shows it)."""
        self.on_revoked: Callable[[], None] = lambda: None

    async def on_batch(self, batch: Batch) -> None:
        """Work one batch and acknowledge it, or put it back and wait."""
        async with self.busy:
            self._began = perf_counter()
            try:
                said = await self._work_batch(batch.raw_message)
                with self._stage("commit"):
                    await self._acknowledge(batch, said=said)
            except Exception as error:  # noqa: BLE001 - nothing may be lost, whatever it is
                await self._put_back(batch, error)
                return
            finally:
                self._began = None
        self._failures = 0
        self.paused_reason = ""
        metrics.LAST_PROGRESS.labels(self.service).set(self.clock.now().timestamp())

    async def _acknowledge(self, batch: Batch, *, said: bool) -> None:
        """Commit, and advance the watermark where anything was said.

        Side by side: all is published, so a crash may keep either from happening.
        """
        if not said:
            await batch.ack()
            return
        both = await asyncio.gather(
            self._advance(batch.raw_message), batch.ack(), return_exceptions=True
        )
        for failed in both:
            if failed is not None:
                raise failed

    async def _put_back(self, batch: Batch, error: Exception) -> None:
        reason = error.reason if isinstance(error, Transient) else type(error).__name__
        self._failures += 1
        self.paused_reason = reason
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

    async def _work_batch(self, raws: Sequence[Any]) -> bool:
        """Work and publish; return whether anything was published."""
        metrics.BATCH_SIZE.labels(self.service).observe(len(raws))
        with self._stage("decode"):
            intake = self.decoder.decode(raws)
        if intake.unknown_app:
            intake = await self._look_again(intake)
        await self._load_marks(raws)
        now = self.clock.now()
        self._note_ages(intake.records, now)
        for record in intake.records:
            place = (record.topic, record.partition)
            record.replayed = record.offset < self._marks[place]
        free = await self._queue_behind_parked(intake.records, now)
        with self._stage("work"):
            worked = await work_briefly(
                self.worker, by_lane(free, self._order), service=self.service
            )
        await self._settle(worked, now)
        refused = [
            (raw, error)
            for raw, error in intake.refused + worked.refused
            if raw.offset >= self._marks[raw.topic, raw.partition]
        ]
        with self._stage("publish"):
            await self.publisher.publish(
                worked.outputs
                + [self._dead_letter(raw, error) for raw, error in refused]
            )
        return bool(worked.outputs or refused)

    async def _look_again(self, intake: Intake) -> Intake:
        """Wait until the app table is current, then judge the unknown ones."""
        await self._apps.refresh()
        again = self.decoder.decode(intake.unknown_app)
        intake.records += again.records
        intake.records.sort(key=lambda record: record.offset)
        intake.refused += again.refused
        intake.refused += [
            (raw, Permanent("unknown_app", "no app of this id"))
            for raw in again.unknown_app
        ]
        return intake

    async def _queue_behind_parked(
        self, records: list[Record], now: datetime
    ) -> list[Record]:
        behind = [each for each in records if self.lot.holds(each.topic, each.lane)]
        if not behind:
            return records
        await self._park(behind, Transient("behind_parked"), now)
        return [each for each in records if not self.lot.holds(each.topic, each.lane)]

    async def _settle(self, worked: Worked, now: datetime) -> None:
        """Park what failed, or stop where nearly everything does."""
        worked.count(self.service)
        failed = sum(len(lane) for lane, _ in worked.failed)
        if self._breaker.observe(succeeded=worked.succeeded, failed=failed):
            metrics.BREAKER_OPEN.labels(self.service).set(1)
            raise BreakerOpenError(worked.failed[0][1].reason)
        metrics.BREAKER_OPEN.labels(self.service).set(0)
        for lane, error in worked.failed:
            await self._park(lane, error, now)

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
        await self.lot.park(
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
                )
                for record in records
                if not record.replayed
            ]
        )
        metrics.PARKED.labels(self.service).set(len(self.lot))

    def _dead_letter(self, raw: Any, error: Permanent) -> Outgoing:  # noqa: ANN401
        metrics.DEAD_LETTERS.labels(self.service, raw.topic, error.reason).inc()
        log.warning(
            "dead letter",
            reason=error.reason,
            error=str(error),
            topic=raw.topic,
            partition=raw.partition,
            offset=raw.offset,
        )
        return dead_letter(
            raw,
            reason=error.reason,
            error=str(error),
            attempts=1,
            consumer=self.service,
            first_failed_at=self.clock.now(),
        )

    async def _load_marks(self, raws: Sequence[Any]) -> None:
        unknown = {(raw.topic, raw.partition) for raw in raws} - self._marks.keys()
        if unknown:
            self._marks |= await self._watermarks.load(unknown)
            await self.lot.take(unknown)

    async def _advance(self, raws: Sequence[Any]) -> None:
        ahead: dict[Place, int] = {}
        for raw in raws:
            place = (raw.topic, raw.partition)
            if raw.offset >= max(ahead.get(place, 0), self._marks[place]):
                ahead[place] = raw.offset + 1
        await self._watermarks.advance(ahead)
        self._marks |= ahead

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

    def _stage(self, stage: str) -> Stage:
        return Stage(self.service, stage)

    async def revoked(self, drain_seconds: float) -> None:
        """Let the running batch end, then forget what belongs to these partitions."""
        try:
            async with asyncio.timeout(drain_seconds), self.busy:
                self._forget()
        except TimeoutError:
            # The batch goes on; its acknowledgement will fail and be worked again.
            log.warning("drain took too long", seconds=drain_seconds)
            self._forget()

    def _forget(self) -> None:
        self.lot.drop(self._marks)
        self._marks.clear()
        self.on_revoked()
