"""Insert-once decisions: how resolver and escalator make a repeat change nothing.

A verb decides one record from the conversation's state. The decision (new state,
outputs, timers, documents) is appended to the ledger under the record's source id,
all of a batch in one transaction, and only then published. A redelivered record finds
its decision and publishes that again; a producer's duplicate is dropped.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic

from shared.clock import Clock
from shared.errors import Permanent, Transient
from shared.kafka.deciding.decisions import (
    ConflictError,
    Decision,
    Entry,
    Ledger,
    Loaded,
    S,
    States,
    Stored,
    Verb,
)
from shared.kafka.records import Done, Failed, LaneResult, Outgoing, Record

CONFLICT_TRIES = 5
"""Two owners of one lane meet only around a rebalance; five rounds settle it."""
SIDE_BY_SIDE = 128
"""Lanes decided at once; a verb that waits for nothing needs only one turn."""
MOST_BYTES = 14 * 1024 * 1024
"""Outputs of one decision: the ledger keeps them with the state in one document of at
most 16 MB, and one that is refused would hold up its whole batch."""
CACHED_LANES = 50_000
"""States kept in memory, about 1 kB each; a stale one only costs a conflict."""


@dataclass(slots=True)
class _Run(Generic[S]):
    """One lane's work: its result, and what it adds to the ledger."""

    lane: str
    number: int
    state: S
    result: LaneResult = field(default_factory=LaneResult)
    entries: list[Entry] = field(default_factory=list)
    fresh: list[Decision[S]] = field(default_factory=list)
    """The decisions that *entries* write down."""
    cached: bool = False
    idle: bool = False
    """Whether a record was decided to change nothing."""


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
    ) -> None:
        self._verb = verb
        self._states = states
        self._ledger = ledger
        self._clock = clock
        self._on_unexpected = on_unexpected
        self.part_records = 0
        """Work a batch in parts of about so many records: while the ledger stores one,
        the next is decided. Parts share no lane, so order stays. 0: as a whole."""
        self._cache: OrderedDict[str, tuple[int, S]] = OrderedDict()

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
        for _ in range(CONFLICT_TRIES):
            runs = await self._decide(lanes, names)
            try:
                await self._ledger.append(
                    [entry for run in runs for entry in run.entries]
                )
            except ConflictError:
                self.forget(names)
                continue
            if await self._behind(runs):
                self.forget(names)
                continue
            self._remember(runs)
            return [run.result for run in runs]
        conflict = Failed(Transient("conflict", "another owner kept deciding first"))
        return [LaneResult(failed=conflict) for _ in lanes]

    def forget(self, lanes: Sequence[str] | None = None) -> None:
        """Drop cached states: of *lanes*, or all when partitions are taken away."""
        if lanes is None:
            self._cache.clear()
        else:
            for lane in lanes:
                self._cache.pop(lane, None)

    async def _decide(
        self, lanes: Sequence[Sequence[Record]], names: list[str]
    ) -> list[_Run[S]]:
        # Looked up before the wait: meanwhile another part may push a state out.
        known = [self._cache.get(name) for name in names]
        unknown = [n for n, kept in zip(names, known, strict=True) if kept is None]
        loaded = await self._ledger.load(
            [record.source_id for lane in lanes for record in lane], unknown
        )
        taken: set[str] = set()
        now = self._clock.now()
        runs = [
            self._start(name, kept, loaded)
            for name, kept in zip(names, known, strict=True)
        ]
        waiting = iter(zip(lanes, runs, strict=True))

        async def take_turns() -> None:
            for lane, run in waiting:
                await self._run(lane, run, loaded.decided, taken, now)
                if run.entries:
                    run.entries[-1].state = self._states.dump(run.state)

        # A task a lane would cost more than most decisions do.
        turns = min(SIDE_BY_SIDE, len(lanes))
        await asyncio.gather(*(take_turns() for _ in range(turns)))
        return runs

    async def _behind(self, runs: Sequence[_Run[S]]) -> bool:
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

    def _start(self, lane: str, kept: tuple[int, S] | None, loaded: Loaded) -> _Run[S]:
        if kept is not None:
            return _Run(lane, *kept, cached=True)
        if (found := loaded.states.get(lane)) is not None:
            return _Run(lane, found[0], self._states.load(found[1]))
        return _Run(lane, 0, self._states.empty(lane))

    async def _run(
        self,
        lane: Sequence[Record],
        run: _Run[S],
        decided: Mapping[str, Stored],
        taken: set[str],
        now: datetime,
    ) -> None:
        for record in lane:
            if (stored := decided.get(record.source_id)) is not None:
                run.result.done.append(Done("duplicate", _again(stored, record)))
                continue
            if record.source_id in taken:
                run.result.done.append(Done("duplicate"))
                continue
            taken.add(record.source_id)
            try:
                decision = await self._verb(run.state, record, run.fresh)
                _check_size(decision)
            except (Permanent, Transient) as error:
                run.idle = True
                run.result.failed = Failed(error)
                break
            except Exception as error:  # noqa: BLE001 - a bug must not stop the others
                self._on_unexpected(record, error)
                run.result.failed = Failed(Transient("unexpected_error", repr(error)))
                break
            self._take(run, record, decision, now)

    def _take(
        self, run: _Run[S], record: Record, decision: Decision[S], now: datetime
    ) -> None:
        run.result.done.append(Done(decision.reason, decision.outputs))
        changes = (
            decision.state is not run.state
            or decision.outputs
            or decision.timers
            or decision.cancels
            or decision.documents
            or decision.fact is not None
        )
        if not changes:
            run.idle = run.idle or not decision.regardless
            return
        run.number += 1
        run.state = decision.state
        run.fresh.append(decision)
        run.entries.append(
            Entry(
                source_id=record.source_id,
                lane=run.lane,
                number=run.number,
                state=None,
                position=record.position,
                reason=decision.reason,
                outputs=decision.outputs,
                timers=decision.timers,
                documents=decision.documents,
                fact=decision.fact,
                at=now,
                cancels=decision.cancels,
                user_id=decision.user_id,
            )
        )

    def _remember(self, runs: Sequence[_Run[S]]) -> None:
        for run in runs:
            self._cache[run.lane] = (run.number, run.state)
            self._cache.move_to_end(run.lane)
        while len(self._cache) > CACHED_LANES:
            self._cache.popitem(last=False)


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


def _check_size(decision: Decision[S]) -> None:
    """Raise Permanent for what the ledger can never take."""
    size = sum([len(output.value) for output in decision.outputs])
    if size > MOST_BYTES:
        raise Permanent("decision_too_large", f"{size} bytes; at most {MOST_BYTES}")


def _again(stored: Stored, record: Record) -> tuple[Outgoing, ...]:
    """Publish again only what a crash may have kept from being published.

    A duplicate at another place in the log is its producer's doing, and a record
    below the watermark was published before: neither says anything new.
    """
    redelivered = stored.position == record.position and not record.replayed
    return stored.outputs if redelivered else ()
