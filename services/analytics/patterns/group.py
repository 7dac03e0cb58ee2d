"""Group escalations: take them off the queue, assign, store, tell."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from services.analytics.domain.patterns.items import Item, quantise
from services.analytics.domain.patterns.spaces import Space, language_space
from services.analytics.patterns.indexes import AppIndexes, IndexCache
from services.analytics.patterns.labels import label_of
from services.analytics.patterns.ports import Groupings, Queue, Vectors
from services.analytics.patterns.values import (
    Claim,
    Grouped,
    GroupedBatch,
    StaleGrouping,
    UngroupedEscalation,
)
from shared.encoding.encoder import Floats

BATCH = 64
"""Escalations of one app in one transaction: half a second of encoding on one core."""
Follow = Callable[[Claim], Awaitable[None]]
"""What is done for an app that has work, beside grouping it; safe to repeat."""


@dataclass(slots=True)
class Grouper:
    """The job of the grouping; one instance at a time has an app (`Claim`)."""

    groupings: Groupings
    queue: Queue
    vectors: Vectors
    indexes: IndexCache
    follow: Sequence[Follow]
    is_active: Callable[[str], bool]
    """Whether an app is there, and not deleted."""
    is_on: bool
    """Off, escalations wait; what people changed is worked all the same."""
    seconds: float
    """Between two looks for work that another instance stored."""
    batch: int = BATCH
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Look for work now: escalations were just stored."""
        self._news.set()

    async def run(self) -> None:
        """Wait for work, then do all there is. Raises Transient; may be repeated."""
        try:
            async with asyncio.timeout(self.seconds):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()
        while await self.round():
            pass

    async def round(self) -> bool:
        """Give each app that has work one batch; return whether there may be more."""
        more = False
        can_compare = self.is_on and await self.vectors.load()
        for app_id in await self.queue.apps_waiting():
            if not self.is_active(app_id):
                continue
            claim = await self.groupings.claim(app_id)
            if claim is None:
                continue
            if can_compare:
                more = await self._group(claim) or more
            for act in self.follow:
                await act(claim)
        return more

    async def _group(self, claim: Claim) -> bool:
        """Group the app's oldest; return whether there may be more."""
        waiting = await self.queue.ungrouped(claim.app_id, limit=self.batch)
        if not waiting:
            return False
        batch, known = await self._assign(claim, waiting)
        try:
            after = await self.groupings.record(claim, batch)
        except StaleGrouping:
            # Somebody else was first, or people changed something: from the store.
            self.indexes.forget(claim.app_id)
            return True
        except BaseException:
            # The memory is ahead of the store, or as it says: who knows.
            self.indexes.forget(claim.app_id)
            raise
        known.revision = after.revision
        return len(waiting) == self.batch

    async def _assign(
        self, claim: Claim, waiting: Sequence[UngroupedEscalation]
    ) -> tuple[GroupedBatch, AppIndexes]:
        fresh = await self._new_ones(waiting)
        chosen = {one.fact_id for one in fresh}
        rows = await self.vectors.encode([one.text for one in fresh])
        known = await self.indexes.of(
            claim, encoder=self.vectors.name, dimensions=self.vectors.dimensions
        )
        try:
            batch = await asyncio.to_thread(
                assign_batch, known, fresh, rows,
                nothing=[one.fact_id for one in waiting if one.fact_id not in chosen],
            )  # fmt: skip
        except BaseException:
            self.indexes.forget(claim.app_id)
            raise
        return batch, known

    async def _new_ones(
        self, waiting: Sequence[UngroupedEscalation]
    ) -> list[UngroupedEscalation]:
        """Return those with words that were never grouped, each escalation once."""
        before = await self.queue.grouped_before([one.escalation_id for one in waiting])
        fresh = {
            one.escalation_id: one
            for one in waiting
            if one.text.strip() and one.escalation_id not in before
        }
        return list(fresh.values())


def assign_batch(
    indexes: AppIndexes,
    escalations: Sequence[UngroupedEscalation],
    rows: Floats,
    *,
    nothing: Sequence[str],
) -> GroupedBatch:
    """Assign *escalations*, whose vectors are *rows* (n, d); changes *indexes*."""
    grouped: list[Grouped] = []
    labels: dict[str, str] = {}
    states: dict[str, bytes] = {}
    for one, vector in zip(escalations, rows, strict=True):
        space = Space(one.app_id, language_space(one.language), indexes.encoder)
        found = indexes.of(space).assign(
            Item(one.escalation_id, one.text, one.language, vector)
        )
        if found.founded:
            labels[found.pattern_id] = label_of(one.text)
        grouped.append(
            Grouped(
                one,
                space,
                found.pattern_id,
                founded=found.founded,
                similarity=found.similarity,
                because=found.because,
                vector=quantise(vector),
            )
        )
    for each in grouped:
        if each.pattern_id not in states:
            state = indexes.of(each.space).state_of(each.pattern_id)
            states[each.pattern_id] = state.to_bytes()
    return GroupedBatch(grouped, labels, states, nothing)
