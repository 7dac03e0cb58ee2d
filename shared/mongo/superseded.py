"""Take the states out of decisions that have a successor: only the latest is read."""

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import UpdateOne

from shared.kafka.deciding.decisions import Entry
from shared.mongo.errors import translated

MAX_REMEMBERED = 50_000
"""Entries remembered while the store does not take their states out."""


class Superseded:
    """Remembers what a ledger's appends made old, and takes it out in rounds.

    Apart from the batches and many lanes at once, so that no batch waits for it. A
    state is only taken where a later one is stored already, so a crash or a second
    owner can never leave a lane without. What a crash forgets stays until its entry
    expires: it costs space and nothing else.
    """

    def __init__(self, entries: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._entries = entries
        self._places: set[tuple[str, int]] = set()

    def note(self, entries: Sequence[Entry]) -> None:
        """Remember whose states are old now that *entries* are stored.

        Of entries written together only a lane's last has a state, so the one before
        the first of them had the lane's last.
        """
        firsts: dict[str, int] = {}
        for entry in entries:
            firsts.setdefault(entry.lane, entry.number)
        self._places.update(
            [(lane, number - 1) for lane, number in firsts.items() if number > 1]
        )

    async def drop(self) -> None:
        """Take out all that was noted, in one update. Raises Transient."""
        if not self._places:
            return
        taken, self._places = self._places, set()
        updates = [
            UpdateOne({"k": lane, "n": number}, {"$unset": {"s": ""}})
            for lane, number in taken
        ]
        try:
            with translated():
                await self._entries.bulk_write(updates, ordered=False)
        except Exception:
            if len(taken) + len(self._places) <= MAX_REMEMBERED:
                self._places |= taken
            raise
