"""Drop what an erased user said before the erasure and what comes late."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from shared.kafka.records import Done, LaneResult, Record, Worker
from shared.mongo.lanes import ERASED, user_key

DROPPED = Done(ERASED)


def digest(name: str) -> str:
    """Return what stands for a user or a conversation that may not be named."""
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


class Guard:
    """Who was erased, and up to when; in the memory of each instance."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def add(self, digests: Iterable[str], until: datetime) -> None:
        """Drop what any of *digests* said up to *until*."""
        for each in digests:
            known = self._until.get(each)
            if known is None or known < until:
                self._until[each] = until

    def drops(self, record: Record) -> bool:
        """Return whether *record* is of somebody erased, from before that."""
        if not self._until:
            return False
        moment = getattr(record.event, "occurred_at", None)
        if moment is None:
            return False
        return any(
            until is not None and moment <= until
            for until in map(self._until.get, _digests(record))
        )


def _digests(record: Record) -> list[str]:
    found = [digest(record.lane)]
    user = getattr(record.event, "user", None)
    if user is None:
        user = getattr(getattr(record.event, "packet", None), "user", None)
    if user is not None:
        found.append(digest(user_key(record.event.app_id, user.id)))
    return found


class GuardedWorker:
    """A worker that never sees what the guard drops."""

    def __init__(self, worker: Worker, guard: Guard) -> None:
        self._worker = worker
        self._guard = guard

    async def work(self, lanes: Sequence[Sequence[Record]]) -> list[LaneResult]:
        """Return one result per lane, in the order of its records."""
        dropped = [[self._guard.drops(record) for record in lane] for lane in lanes]
        if not any(map(any, dropped)):
            return await self._worker.work(lanes)
        kept = [
            [record for record, gone in zip(lane, marks, strict=True) if not gone]
            for lane, marks in zip(lanes, dropped, strict=True)
        ]
        wanted = [lane for lane in kept if lane]
        worked: Any = iter(await self._worker.work(wanted) if wanted else [])
        return [
            _joined(marks, next(worked) if lane else LaneResult())
            for lane, marks in zip(kept, dropped, strict=True)
        ]


def _joined(marks: Sequence[bool], worked: LaneResult) -> LaneResult:
    """Put what was dropped back among what was worked; stop where the work stopped."""
    result = LaneResult(failed=worked.failed)
    done = iter(worked.done)
    for gone in marks:
        each = DROPPED if gone else next(done, None)
        if each is None:
            break
        result.done.append(each)
    return result
