"""Insert-once decisions: how resolver and escalator make a repeat change nothing.

A verb decides one record from the conversation's state. The decision (new state,
outputs, timers, documents) is appended to the ledger under the record's source id,
all of a batch in one transaction, and only then published. A redelivered record finds
its decision and publishes that again; a producer's duplicate is dropped. Most records
come once, so they are not looked up first: a repeat's key collides, what a repeat
would not write is looked up, and either way the batch is decided again, knowing.

What the ledger will never take (a document too large, say) is one lane's fault: the
batch is split until that lane is alone, and the others are stored.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Generic

from shared.clock import Clock
from shared.errors import Transient
from shared.failpoints import ARMED, FailPoint, reach
from shared.kafka.deciding.cache import StateCache
from shared.kafka.deciding.decisions import (
    ConflictError,
    Ledger,
    Loaded,
    RefusedError,
    S,
    States,
    Verb,
)
from shared.kafka.deciding.lanes import Lanes, Run
from shared.kafka.records import Done, Failed, LaneResult, Record

LOOK_FIRST_PARTS = 50
"""So many parts look up first whether their records were decided: from a start or a
rebalance on, and after a repeat. All others learn it from the key that collides."""
CONFLICT_TRIES = 5
"""Two owners of one lane meet only around a rebalance; five rounds settle it."""
SIDE_BY_SIDE = 128
"""Lanes decided at once; a verb that waits for nothing needs only one turn."""
CACHE_BYTES = 128 * 1024 * 1024
_UNTIMED = nullcontext()


class DecisionWorker(Generic[S]):
    """The Worker of services that decide from a conversation's state."""

    def __init__(
        self,
        verb: Verb[S],
        *,
        states: States[S],
        ledger: Ledger,
        clock: Clock,
        on_unexpected: Callable[[Record, Exception], None],
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._lanes = Lanes(verb, states=states, on_unexpected=on_unexpected)
        self._ledger = ledger
        self._clock = clock
        self.part_records = 0
        """Work a batch in parts of about so many records: while the ledger stores one,
        the next is decided. Parts share no lane, so order stays. 0: as a whole."""
        self.stage: Callable[[str], AbstractContextManager[None]] = lambda _: _UNTIMED
        """Times what the ledger takes."""
        self.cache: StateCache[S] = StateCache(states, budget=cache_bytes)
        self._look_first = LOOK_FIRST_PARTS

    async def work(self, lanes: Sequence[Sequence[Record]]) -> list[LaneResult]:
        """Decide *lanes*, append the decisions, return what to publish."""
        if not self.part_records:
            return await self._work_part(lanes)
        # All end before any failure is told: what still runs would meet its own retry.
        worked = await asyncio.gather(
            *map(self._work_part, _parts(lanes, self.part_records)),
            return_exceptions=True,
        )
        results: list[LaneResult] = []
        for each in worked:
            if isinstance(each, BaseException):
                raise each
            results += each
        return results

    async def _work_part(self, lanes: Sequence[Sequence[Record]]) -> list[LaneResult]:
        names = [lane[0].lane for lane in lanes]
        mine: dict[str, Done] = {}
        look = self._should_look(lanes)
        for _ in range(CONFLICT_TRIES):
            runs = await self._decide(lanes, names, look=look, mine=mine)
            if not look and await self._any_decided(runs):
                look = self._met_a_repeat()
                continue
            try:
                if ARMED and any(run.entries for run in runs):
                    reach(FailPoint.BEFORE_STORE)
                with self.stage("store"):
                    await self._append(runs)
                if ARMED and any(run.entries for run in runs):
                    reach(FailPoint.AFTER_STORE)
            except ConflictError as error:
                mine |= _done(runs, lanes, error.stored)
                look = self._met_a_repeat()
                self.forget(names)
                continue
            if await self._behind(runs):
                self.forget(names)
                continue
            self._remember(runs)
            return [
                run.result if run.refused is None else await self._one_by_one(lane, run)
                for lane, run in zip(lanes, runs, strict=True)
            ]
        conflict = Failed(Transient("conflict", "another owner kept deciding first"))
        return [LaneResult(failed=conflict) for _ in lanes]

    def forget(self, lanes: Sequence[str] | None = None) -> None:
        """Drop cached states: of *lanes*, or all when partitions are taken away."""
        if lanes is None:
            self._look_first = LOOK_FIRST_PARTS
            self.cache.clear()
        else:
            self.cache.drop(lanes)

    def _should_look(self, lanes: Sequence[Sequence[Record]]) -> bool:
        """Return whether repeats are likely enough to look for them first."""
        self._look_first = max(0, self._look_first - 1)
        return bool(self._look_first) or any(
            record.replayed for lane in lanes for record in lane
        )

    def _met_a_repeat(self) -> bool:
        """Look first for a while: repeats seldom come alone."""
        self._look_first = LOOK_FIRST_PARTS
        return True

    async def _any_decided(self, runs: Sequence[Run[S]]) -> bool:
        """Return whether what wrote nothing was decided before, and wrote then."""
        unsure = [source_id for run in runs for source_id in run.unsure]
        if not unsure:
            return False
        return bool((await self._ledger.load(unsure, [])).decided)

    async def _decide(
        self,
        lanes: Sequence[Sequence[Record]],
        names: list[str],
        *,
        look: bool,
        mine: Mapping[str, Done],
    ) -> list[Run[S]]:
        """Decide all; *look* for what was decided before, of which *mine* is ours."""
        # Looked up before the wait: meanwhile another part may push a state out.
        known = [self.cache.get(name) for name in names]
        unknown = [n for n, kept in zip(names, known, strict=True) if kept is None]
        asked = [record.source_id for lane in lanes for record in lane] if look else []
        loaded = await self._load(asked, unknown)
        taken: set[str] = set()
        now = self._clock.now()
        runs = [
            self._lanes.start(lane[0], kept, loaded)
            for lane, kept in zip(lanes, known, strict=True)
        ]
        waiting = iter(zip(lanes, runs, strict=True))

        async def take_turns() -> None:
            for lane, run in waiting:
                await self._lanes.decide(
                    lane, run, decided=loaded.decided, mine=mine, taken=taken, now=now
                )

        # A task a lane would cost more than most decisions do.
        turns = min(SIDE_BY_SIDE, len(lanes))
        await asyncio.gather(*(take_turns() for _ in range(turns)))
        return runs

    async def _load(self, source_ids: Sequence[str], lanes: Sequence[str]) -> Loaded:
        if not source_ids and not lanes:
            return Loaded({}, {})
        return await self._ledger.load(source_ids, lanes)

    async def _append(self, runs: Sequence[Run[S]]) -> None:
        """Store what *runs* decided; those that cannot be are marked as refused."""
        storable = [run for run in runs if run.entries and run.refused is None]
        try:
            await self._ledger.append(
                [each for run in storable for each in run.entries]
            )
        except (ConflictError, Transient):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, one lane brought it
            if len(storable) == 1:
                storable[0].refused = _refusal(error)
                return
            half = len(storable) // 2
            await self._append(storable[:half])
            await self._append(storable[half:])

    async def _one_by_one(self, lane: Sequence[Record], run: Run[S]) -> LaneResult:
        """Work a lane whose decisions were refused together: all before the bad one."""
        assert run.refused is not None
        if len(lane) == 1:
            error = Transient(run.refused.reason, run.refused.detail)
            return LaneResult(failed=Failed(error))
        result = LaneResult()
        for record in lane:
            (worked,) = await self._work_part([[record]])
            result.done += worked.done
            if worked.failed is not None:
                result.failed = worked.failed
                break
        return result

    async def _behind(self, runs: Sequence[Run[S]]) -> bool:
        """Return whether "nothing to do" was decided from a state that is old.

        A decision that changes something is fenced by its number; one that changes
        nothing writes nothing, so what it rested on is looked at again. Topics of one
        lane may have different owners, and timers and commands go to anybody.
        """
        unsure = [run for run in runs if run.cached and run.idle and not run.entries]
        if not unsure:
            return False
        loaded = await self._ledger.load([], [run.lane for run in unsure])
        return any(
            loaded.states.get(run.lane, (0, b""))[0] != run.number for run in unsure
        )

    def _remember(self, runs: Sequence[Run[S]]) -> None:
        for run in runs:
            if run.refused is not None or not run.readable:
                self.cache.drop([run.lane])
            elif run.cached and not run.entries:
                self.cache.touch(run.lane)
            else:
                self.cache.put(run.lane, run.number, run.state, run.raw)


def _refusal(error: Exception) -> RefusedError:
    if isinstance(error, RefusedError):
        return error
    return RefusedError("unexpected_error", repr(error))


def _done(
    runs: Sequence[Run[S]],
    lanes: Sequence[Sequence[Record]],
    stored: Collection[str],
) -> dict[str, Done]:
    """Return what came of those records whose decisions are *stored*."""
    if not stored:
        return {}
    return {
        record.source_id: done
        for lane, run in zip(lanes, runs, strict=True)
        for record, done in zip(lane, run.result.done, strict=False)
        if record.source_id in stored
    }


def _parts(
    lanes: Sequence[Sequence[Record]], most: int
) -> Iterator[Sequence[Sequence[Record]]]:
    """Cut *lanes* into parts of about *most* records."""
    first = records = 0
    for at, lane in enumerate(lanes):
        records += len(lane)
        if records >= most:
            yield lanes[first : at + 1]
            first, records = at + 1, 0
    if first < len(lanes):
        yield lanes[first:]
