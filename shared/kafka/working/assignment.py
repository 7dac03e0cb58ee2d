"""The partitions this instance owns: where each stands, and what is parked on it."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from shared.errors import Transient
from shared.kafka.working.parked import Parked, Place
from shared.kafka.working.parking import ParkingLot
from shared.kafka.working.ports import Watermarks

SAVE_SECONDS = 0.5
"""How often it is stored how far partitions were worked."""


class Assignment:
    """Watermarks, held lanes and unacknowledged progress of the owned partitions.

    Nothing of a partition may be worked before its held lanes and its watermark are
    known: a later record would overtake a parked one.
    """

    def __init__(self, lot: ParkingLot, watermarks: Watermarks) -> None:
        self._lot = lot
        self._watermarks = watermarks
        self._owned: frozenset[Place] = frozenset()
        self._marks: dict[Place, int] = {}
        self._unsaved: dict[Place, int] = {}
        """Marks that the store does not have yet, of partitions that went too: all
        before them was published, whoever owns them now."""
        self._finished: dict[Place, set[int]] = {}
        self.is_settled = False
        """Whether the group has said what is ours since it last took anything away."""

    @property
    def owned(self) -> frozenset[Place]:
        """Return the partitions that were assigned."""
        return self._owned

    @property
    def is_loaded(self) -> bool:
        """Return whether all is known that must be known to work."""
        return self._owned == self._marks.keys()

    def assign(self, places: Iterable[Place]) -> None:
        """Own *places*, and nothing else, from now on."""
        self.forget()
        self._owned = frozenset(places)
        self.is_settled = True

    def forget(self) -> None:
        """Own nothing until the group says what."""
        self.is_settled = False
        self._lot.drop(self._owned)
        self._owned = frozenset()
        self._marks.clear()
        self._finished.clear()

    async def load(self) -> None:
        """Read what is not known yet of the owned partitions; all of it or nothing.

        Raises Transient: call it until it does not.
        """
        owned = self._owned
        unknown = owned - self._marks.keys()
        if not unknown:
            return
        lanes = await self._lot.store.lanes(unknown)
        marks = await self._watermarks.load(unknown)
        if self._owned is not owned:
            raise Transient("partitions_revoked", "they went while they were read")
        self._lot.hold(lanes)
        self._marks |= {
            place: max(mark, self._unsaved.get(place, 0))
            for place, mark in marks.items()
        }

    def check(self, raws: Iterable[Any]) -> None:
        """Raise Transient(`partitions_revoked`) where a record is not ours to work."""
        gone = {(raw.topic, raw.partition) for raw in raws} - self._marks.keys()
        if gone:
            raise Transient("partitions_revoked", f"not assigned: {sorted(gone)}")

    async def park(self, records: Sequence[Parked]) -> None:
        """Park *records* of owned partitions.

        Raises Transient(`partitions_revoked`) where they are not ours any more: their
        new owner reads them again and parks them itself.
        """
        self.check(records)
        await self._lot.park(records)
        gone = {(each.topic, each.partition) for each in records} - self._owned
        if gone:
            self._lot.drop(gone)
            self.check(records)

    def is_replay(self, raw: Any) -> bool:  # noqa: ANN401 - anything with a place
        """Return whether all that *raw* caused was published before."""
        return bool(raw.offset < self._marks.get((raw.topic, raw.partition), 0))

    def unfinished(self, raws: Iterable[Any]) -> list[Any]:
        """Return those of *raws* that a batch put back had not finished."""
        if not self._finished:
            return list(raws)
        none: frozenset[int] = frozenset()
        return [
            raw
            for raw in raws
            if raw.offset not in self._finished.get((raw.topic, raw.partition), none)
        ]

    async def finish(self, raws: Iterable[Any], *, but: Collection[Any]) -> None:
        """Keep the progress of a batch that is put back: all is published *but* these.

        The watermark moves to the first of them; what is finished behind it is known
        until the batch is acknowledged or the partitions go.
        """
        left = {(each.topic, each.partition, each.offset) for each in but}
        ahead: dict[Place, int] = {}
        for raw in sorted(raws, key=lambda raw: raw.offset, reverse=True):
            place = (raw.topic, raw.partition)
            if (*place, raw.offset) in left:
                ahead[place] = raw.offset
            else:
                ahead.setdefault(place, raw.offset + 1)
                self._finished.setdefault(place, set()).add(raw.offset)
        self._move(ahead)
        await self.save()

    def advance(self, raws: Sequence[Any]) -> None:
        """Move the watermarks past *raws*; `save` stores them."""
        ahead: dict[Place, int] = {}
        for raw in raws:
            place = (raw.topic, raw.partition)
            ahead[place] = max(ahead.get(place, 0), raw.offset + 1)
        self._move(ahead)

    async def save(self) -> None:
        """Store the watermarks that moved. Raises Transient: they are kept.

        Not with every batch: a write for each costs as much as the batch's own. What a
        crash loses of them only matters where offsets are set back over it, and is
        published again then, for readers to drop by its ids.
        """
        if not self._unsaved:
            return
        marks, self._unsaved = self._unsaved, {}
        try:
            await self._watermarks.advance(marks)
        except BaseException:
            self._keep(marks)
            raise

    def acknowledge(self, raws: Iterable[Any]) -> None:
        """Forget which of *raws* were finished: they are not read again."""
        if self._finished:
            for place in {(raw.topic, raw.partition) for raw in raws}:
                self._finished.pop(place, None)

    def _move(self, ahead: dict[Place, int]) -> None:
        marks = {
            place: offset
            for place, offset in ahead.items()
            if offset > self._marks.get(place, 0)
        }
        self._keep(marks)
        # Taken away meanwhile, they are the next owner's to remember.
        self._marks |= {
            place: offset for place, offset in marks.items() if place in self._marks
        }

    def _keep(self, marks: dict[Place, int]) -> None:
        for place, offset in marks.items():
            self._unsaved[place] = max(offset, self._unsaved.get(place, 0))
