"""Aggregate a batch: one fact per event, stored and counted once, whatever repeats."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.analytics.domain.facts import Batch, Collection, Fact
from shared.errors import Permanent
from shared.kafka.records import Done, Failed, LaneResult, Record

COUNTED = Done("counted")
REPEATED = Done("duplicate")
NO_FACT = Done("no_fact")
ESCALATIONS = Collection.ESCALATIONS.value


class Facts(Protocol):
    """Where facts are stored and counted, together or not at all."""

    async def add(self, batch: Batch) -> frozenset[str]:
        """Store and count what is new in *batch*; return the ids that were known.

        Raises Permanent(`unstorable`) when one of the facts can never be stored.
        """
        ...


@dataclass(frozen=True, slots=True)
class Aggregator:
    """The worker of the runtime: effects are idempotent, nothing is published."""

    facts: Facts
    builders: Mapping[str, Callable[[Record], Fact | None]]
    """By name of topic; what returns None makes no fact, and is not counted."""
    on_unexpected: Callable[[Record, Exception], None]
    on_escalations: Callable[[], None] = lambda: None
    """Called once facts of escalations are stored; some of them may be known."""
    on_batch: Callable[[int], None] = lambda _: None
    """Told how many facts a batch had, once they are stored."""

    async def work(self, lanes: Sequence[Sequence[Record]]) -> list[LaneResult]:
        """Count *lanes* in one transaction; a repeat changes nothing."""
        batch = Batch()
        results = [self._take(lane, batch) for lane in lanes]
        try:
            known = await self.facts.add(batch) if batch.facts else frozenset()
        except Permanent as error:
            return await self._apart(lanes, error)
        self.on_batch(len(batch.facts))
        if any(each.collection == ESCALATIONS for each in batch.facts.values()):
            self.on_escalations()
        if known:
            for lane, result in zip(lanes, results, strict=True):
                result.done = [
                    REPEATED if record.source_id in known else done
                    for record, done in zip(lane, result.done, strict=False)
                ]
        return results

    def _take(self, lane: Sequence[Record], batch: Batch) -> LaneResult:
        result = LaneResult()
        facts, done = batch.facts, result.done
        for record in lane:
            if record.source_id in facts:
                done.append(REPEATED)
                continue
            try:
                fact = self.builders[record.topic](record)
            except Exception as error:  # noqa: BLE001 - a bug must not stop the others
                self.on_unexpected(record, error)
                result.failed = Failed(Permanent("unexpected_error", repr(error)))
                break
            batch.note(record.topic, record.partition, record.offset)
            if fact is None:
                done.append(NO_FACT)
                continue
            facts[record.source_id] = fact
            done.append(COUNTED)
        return result

    async def _apart(
        self, lanes: Sequence[Sequence[Record]], error: Permanent
    ) -> list[LaneResult]:
        """Find the one that cannot be stored: each lane alone, then each record."""
        if len(lanes) > 1:
            return [result for lane in lanes for result in await self.work([lane])]
        (lane,) = lanes
        if len(lane) == 1:
            return [LaneResult(failed=Failed(error))]
        whole = LaneResult()
        for record in lane:
            (result,) = await self.work([[record]])
            whole.done += result.done
            whole.failed = result.failed
            if result.failed is not None:
                break
        return [whole]
