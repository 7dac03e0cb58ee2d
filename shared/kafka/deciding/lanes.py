"""One lane's share of a batch: its state, its records decided, what is to be stored.

Whatever goes wrong here is the lane's own: its neighbours never hear of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic

from shared.errors import Permanent, Transient
from shared.kafka.deciding.cache import Kept
from shared.kafka.deciding.decisions import (
    Decision,
    Entry,
    Loaded,
    RefusedError,
    S,
    States,
    Stored,
    Verb,
)
from shared.kafka.records import Done, Failed, LaneResult, Outgoing, Record

MOST_BYTES = 14 * 1024 * 1024
"""Outputs and state of one decision: the ledger keeps them in one document of at most
16 MB."""


@dataclass(slots=True)
class Run(Generic[S]):
    """One lane's work: its result, and what it adds to the ledger."""

    lane: str
    number: int
    state: S
    raw: bytes = b""
    """The state as it was read, or as it will be stored."""
    result: LaneResult = field(default_factory=LaneResult)
    entries: list[Entry] = field(default_factory=list)
    fresh: list[Decision[S]] = field(default_factory=list)
    """The decisions that *entries* write down."""
    cached: bool = False
    idle: bool = False
    """Whether a record was decided to change nothing."""
    unsure: list[str] = field(default_factory=list)
    """Source ids of records that wrote nothing, so that no key would collide had they
    been decided before."""
    refused: RefusedError | None = None
    """Why *entries* cannot be stored."""
    readable: bool = True
    """Whether the state could be read; else nothing is decided."""


class Lanes(Generic[S]):
    """Decides the records of single lanes."""

    def __init__(
        self,
        verb: Verb[S],
        *,
        states: States[S],
        on_unexpected: Callable[[Record, Exception], None],
    ) -> None:
        self._verb = verb
        self._states = states
        self._on_unexpected = on_unexpected

    def start(self, first: Record, kept: Kept[S] | None, loaded: Loaded) -> Run[S]:
        """Return the lane of *first* with its latest state."""
        lane = first.lane
        if kept is not None and kept.state is not None:
            return Run(lane, kept.number, kept.state, cached=True)
        found = loaded.states.get(lane) if kept is None else (kept.number, kept.raw)
        if found is None:
            return Run(lane, 0, self._states.empty(lane))
        number, raw = found
        try:
            state = self._states.load(raw)
        except Exception as error:  # noqa: BLE001 - one lane's state must not stop others
            self._on_unexpected(first, error)
            return self._unreadable(lane, number, error)
        return Run(lane, number, state, raw, cached=kept is not None)

    def _unreadable(self, lane: str, number: int, error: Exception) -> Run[S]:
        # Only a newer version can write what this one cannot read: it may work it.
        failed = Failed(Transient("state_unreadable", repr(error)))
        empty = self._states.empty(lane)
        return Run(
            lane, number, empty, result=LaneResult(failed=failed), readable=False
        )

    async def decide(
        self,
        records: Sequence[Record],
        run: Run[S],
        *,
        decided: Mapping[str, Stored],
        mine: Mapping[str, Done],
        taken: set[str],
        now: datetime,
    ) -> None:
        """Decide *records* in order, until one fails, and write the last state down.

        Of what is *decided*, this very batch did *mine* just now.
        """
        if not run.readable:
            return
        for record in records:
            if (stored := decided.get(record.source_id)) is not None:
                done = mine.get(record.source_id)
                run.result.done.append(
                    done or Done("duplicate", _again(stored, record))
                )
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
                run.unsure.append(record.source_id)
                run.result.failed = Failed(error)
                break
            except Exception as error:  # noqa: BLE001 - a bug must not stop the others
                self._on_unexpected(record, error)
                run.unsure.append(record.source_id)
                run.result.failed = Failed(Transient("unexpected_error", repr(error)))
                break
            _take(run, record, decision, now)
        if run.entries:
            self._write(records[0], run)

    def _write(self, first: Record, run: Run[S]) -> None:
        """Put the state after the last decision with it."""
        try:
            run.raw = self._states.dump(run.state)
        except Exception as error:  # noqa: BLE001 - one lane's state must not stop others
            self._on_unexpected(first, error)
            run.refused = RefusedError("state_unwritable", repr(error))
            return
        last = run.entries[-1]
        last.state = run.raw
        size = len(run.raw) + _weight(last.outputs)
        if size > MOST_BYTES:
            run.refused = RefusedError(
                "decision_too_large",
                f"{size} bytes with its state; at most {MOST_BYTES}",
            )


def _take(run: Run[S], record: Record, decision: Decision[S], now: datetime) -> None:
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
        if not decision.regardless:
            run.idle = True
            run.unsure.append(record.source_id)
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


def _weight(outputs: Sequence[Outgoing]) -> int:
    return sum([len(output.value) for output in outputs])


def _check_size(decision: Decision[S]) -> None:
    """Raise Permanent for what the ledger can never take."""
    size = _weight(decision.outputs)
    if size > MOST_BYTES:
        raise Permanent("decision_too_large", f"{size} bytes; at most {MOST_BYTES}")


def _again(stored: Stored, record: Record) -> tuple[Outgoing, ...]:
    """Publish again only what a crash may have kept from being published.

    A duplicate at another place in the log is its producer's doing, and a record
    below the watermark was published before: neither says anything new.
    """
    redelivered = stored.position == record.position and not record.replayed
    return stored.outputs if redelivered else ()
