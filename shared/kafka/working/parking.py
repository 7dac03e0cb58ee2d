"""Parking: what fails for now waits durably, its lane's later records behind it."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

from shared.kafka.working.parked import (
    LANE_BYTES,
    PARKED_SCHEDULE,
    HeldLane,
    LaneKey,
    Parked,
    Place,
)
from shared.kafka.working.ports import ParkedStore
from shared.retry import backoff

READ_BYTES = 4 * 1024 * 1024
"""Most bytes of one lane that are read at once, unless its first record is larger."""


class ParkingLot:
    """The lanes that are held on the partitions this instance owns.

    Which lanes are held is in memory, as every record of a partition passes through its
    owner. Their records are in the store, and in memory as far as *max_bytes* allow;
    only the lanes themselves cannot be left out.
    """

    def __init__(self, store: ParkedStore, *, scale: float, max_bytes: int) -> None:
        self.store = store
        self._schedule = dataclasses.replace(PARKED_SCHEDULE, scale=scale)
        self._max_bytes = max_bytes
        self._lanes: dict[LaneKey, HeldLane] = {}
        self._record_bytes = 0

    @property
    def memory_bytes(self) -> int:
        """Return about how much memory the held lanes take."""
        return self._record_bytes + LANE_BYTES * len(self._lanes)

    def hold(self, lanes: Iterable[HeldLane]) -> None:
        """Take over *lanes*, as the store has them."""
        for lane in lanes:
            self._release(lane.key)
            self._lanes[lane.key] = lane

    def drop(self, places: Iterable[Place]) -> None:
        """Forget the lanes of *places*, which somebody else owns now."""
        gone = set(places)
        for lane in list(self._lanes.values()):
            if lane.place in gone:
                self._release(lane.key)

    def holds(self, topic: str, lane: str) -> bool:
        """Return whether records of *lane* must queue."""
        return bool(self._lanes) and (topic, lane) in self._lanes

    def due(self, now: datetime) -> list[LaneKey]:
        """Return the lanes whose first record may be tried again, longest due first."""
        lanes = [lane for lane in self._lanes.values() if lane.due_at <= now]
        return [lane.key for lane in sorted(lanes, key=lambda lane: lane.due_at)]

    async def park(self, records: Sequence[Parked]) -> None:
        """Queue *records*, in log order, behind whatever their lanes hold."""
        if not records:
            return
        added = {id(each) for each in await self.store.add(records)}
        for parked in records:
            self._enqueue(parked, new=id(parked) in added)

    async def head(self, key: LaneKey, now: datetime) -> Parked | None:
        """Return the first record of a lane where it is due.

        None where it is not, or where the lane is gone: it may have been worked to its
        end or taken away since it was seen.
        """
        lane = self._lanes.get(key)
        if lane is None or lane.due_at > now:
            return None
        if not lane.records and not lane.complete:
            await self._read(lane)
        if not lane.records:
            self._release(key)
            return None
        first = lane.records[0]
        lane.due_at = first.due_at
        return first if first.due_at <= now else None

    async def still_parked(self, heads: Sequence[Parked]) -> list[Parked]:
        """Return those of the first records *heads* that the store holds still.

        A user is erased and an app is purged in the store, by any instance. A record
        that is gone there is dropped from memory, with everything behind it; the rest
        of the lane is read again at the next look.
        """
        if not heads:
            return []
        there = await self.store.present(heads)
        gone = {id(each) for each in heads} - {id(each) for each in there}
        for parked in heads:
            lane = self._led_by(parked) if id(parked) in gone else None
            if lane is not None:
                self._unload(lane)
        return there

    async def done(self, records: Sequence[Parked]) -> None:
        """Remove first records that were worked or dead-lettered."""
        await self.store.remove(records)
        for parked in records:
            lane = self._led_by(parked)
            if lane is None:
                continue
            lane.records.pop(0)
            self._record_bytes -= parked.size_bytes
            if lane.records:
                lane.due_at = lane.records[0].due_at
            elif lane.complete:
                self._release(lane.key)

    async def postpone(
        self, parked: Parked, *, reason: str, error: str, now: datetime, chance: float
    ) -> bool:
        """Wait longer for a lane's first record; False after the schedule's end."""
        wait = backoff(parked.attempts + 1, self._schedule, chance=chance)
        if wait is None:
            return False
        again = dataclasses.replace(
            parked,
            attempts=parked.attempts + 1,
            reason=reason,
            error=error,
            due_at=now + wait,
        )
        await self.store.postpone(again)
        lane = self._led_by(parked)
        if lane is not None:
            lane.records[0] = again
            lane.due_at = again.due_at
            self._record_bytes += again.size_bytes - parked.size_bytes
            if self.memory_bytes > self._max_bytes:
                self._unload(lane)
        return True

    def _led_by(self, parked: Parked) -> HeldLane | None:
        lane = self._lanes.get((parked.topic, parked.lane))
        if lane and lane.records and lane.records[0].offset == parked.offset:
            return lane
        return None

    def _enqueue(self, parked: Parked, *, new: bool) -> None:
        lane = self._lanes.get((parked.topic, parked.lane))
        if lane is None:
            lane = HeldLane(
                parked.topic, parked.partition, parked.lane, parked.due_at, new
            )
            self._lanes[lane.key] = lane
        if lane.records and parked.offset <= lane.records[-1].offset:
            # Parked before and read again. Where we lost sight of it, the store knows.
            if all(each.offset != parked.offset for each in lane.records):
                self._unload(lane)
        elif new and lane.complete and self._fits(parked):
            lane.records.append(parked)
            self._record_bytes += parked.size_bytes
        else:
            lane.complete = False

    def _fits(self, parked: Parked) -> bool:
        return self.memory_bytes + parked.size_bytes <= self._max_bytes

    async def _read(self, lane: HeldLane) -> None:
        room = max(0, min(READ_BYTES, self._max_bytes - self.memory_bytes))
        found, complete = await self.store.read(lane, max_bytes=room)
        if self._lanes.get(lane.key) is lane:
            lane.records.extend(found)
            lane.complete = complete
            self._record_bytes += sum(each.size_bytes for each in found)

    def _unload(self, lane: HeldLane) -> None:
        """Leave the records of *lane* to the store."""
        self._record_bytes -= sum(each.size_bytes for each in lane.records)
        lane.records.clear()
        lane.complete = False

    def _release(self, key: LaneKey) -> None:
        lane = self._lanes.pop(key, None)
        if lane is not None:
            self._unload(lane)
