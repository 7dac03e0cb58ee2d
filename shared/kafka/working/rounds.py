"""Rounds of work over a batch's lanes: what is done, refused, or failed for now."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared import metrics
from shared.errors import Permanent, Transient
from shared.kafka.records import Done, Outgoing, Record, Worker
from shared.kafka.working.breaker import LaneCount

BRIEF_WAITS = (0.05, 0.2)
"""Seconds between tries within a batch: long enough for a hiccup, far below what
makes the group coordinator give up on us."""


@dataclass(slots=True)
class Worked:
    """What rounds of work produced."""

    outputs: list[Outgoing] = field(default_factory=list)
    refused: list[tuple[Any, Permanent]] = field(default_factory=list)
    failed: list[tuple[list[Record], Transient]] = field(default_factory=list)
    """The rest of a lane from the record that failed, and why it did."""
    outcomes: dict[tuple[str, str], int] = field(default_factory=dict)
    """Records done, by topic and reason."""

    def take(self, lane: Sequence[Record], done: Sequence[Done]) -> None:
        """Add what was done of *lane*."""
        outcomes = self.outcomes
        for record, each in zip(lane, done, strict=False):
            if each.outputs:
                self.outputs += each.outputs
            outcome = (record.topic, each.reason)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1

    def tally(self, lanes: Iterable[Sequence[Record]]) -> dict[str, LaneCount]:
        """Return what *lanes*, all that were worked, did by app."""
        failed = {left[0].lane for left, _ in self.failed}
        tally: dict[str, LaneCount] = {}
        for lane in lanes:
            count = tally.setdefault(lane[0].event.app_id, LaneCount())
            if lane[0].lane in failed:
                count.failed += 1
            else:
                count.worked += 1
        return tally

    def count(self, service: str) -> None:
        """Add the outcomes to the metrics, once a batch: a label look-up is dear."""
        for (topic, reason), number in self.outcomes.items():
            metrics.RECORDS.labels(service, topic, reason).inc(number)


async def work_briefly(
    worker: Worker, lanes: list[list[Record]], *, service: str
) -> Worked:
    """Work *lanes*, trying what fails for now again after the brief waits."""
    worked = Worked()
    waits = iter(BRIEF_WAITS)
    while lanes:
        failed = await work_round(worker, lanes, worked)
        wait = next(waits, None)
        if wait is None or not failed:
            worked.failed = failed
            break
        for _, error in failed:
            metrics.RETRIES.labels(service, error.reason).inc()
        await asyncio.sleep(wait * (0.5 + random.random()))  # noqa: S311 - jitter
        lanes = [lane for lane, _ in failed]
    return worked


async def work_round(
    worker: Worker, lanes: list[list[Record]], worked: Worked
) -> list[tuple[list[Record], Transient]]:
    """Work *lanes* once and return what failed for now.

    Past a permanent failure a lane goes on at once: the record was bad, not the lane.
    """
    failed: list[tuple[list[Record], Transient]] = []
    while lanes:
        rest: list[list[Record]] = []
        for lane, result in zip(lanes, await worker.work(lanes), strict=True):
            worked.take(lane, result.done)
            if result.failed is None:
                continue
            left = lane[len(result.done) :]
            error = result.failed.error
            if isinstance(error, Transient):
                failed.append((left, error))
                continue
            worked.refused.append((left[0], error))
            if len(left) > 1:
                rest.append(left[1:])
        lanes = rest
    return failed
