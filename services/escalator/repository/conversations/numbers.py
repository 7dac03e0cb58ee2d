"""Numbers that people can say: `ESC-1001` and on, per app, never twice."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from pymongo import ReturnDocument

from shared.mongo.connect import Database
from shared.mongo.errors import translated

FIRST = 1001
LARGEST_BLOCK = 512
GROWTH = 4
MAX_APPS = 10_000
"""Whose blocks are remembered, about 1 kB each; numbers that are forgotten with one are
skipped, as after a restart."""
BUSY_SECONDS = 1.0
"""Whoever comes back for more within this time is given GROWTH times as many."""


@dataclass(slots=True)
class _Block:
    """The numbers of one app that this process may hand out."""

    left: Iterator[int] = field(default_factory=lambda: iter(()))
    size: int = 0
    taken_at: float = float("-inf")
    wanted: int = 0
    """How many callers wait for the next block."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class MongoNumbers:
    """Collection `escalator_numbers`: `_id` app, `taken` so many.

    Numbers are taken one by one while it is quiet, so that people see no gaps, and in
    growing blocks under load: a block is a write that every escalation after it waits
    for. Those that come together are given theirs together.
    """

    def __init__(self, database: Database, *, max_apps: int = MAX_APPS) -> None:
        self._numbers = database["escalator_numbers"]
        self._max_apps = max_apps
        self._blocks: dict[str, _Block] = {}
        """The app that asked last stands last."""

    async def next(self, app_id: str) -> int:
        """Return a number that nobody of this app has had."""
        block = self._block_of(app_id)
        if (number := next(block.left, None)) is not None:
            return number
        block.wanted += 1
        try:
            await asyncio.sleep(0)  # let those say so who come with us
            async with block.lock:
                while (number := next(block.left, None)) is None:
                    block.left = iter(await self._take(app_id, block))
                return number
        finally:
            block.wanted -= 1

    def _block_of(self, app_id: str) -> _Block:
        block = self._blocks.pop(app_id, None) or _Block()
        self._blocks[app_id] = block
        if len(self._blocks) > self._max_apps:
            idle = (key for key, each in self._blocks.items() if not each.wanted)
            del self._blocks[next(idle)]
        return block

    async def _take(self, app_id: str, block: _Block) -> range:
        moment = time.monotonic()
        busy = moment - block.taken_at < BUSY_SECONDS
        grown = min(LARGEST_BLOCK, block.size * GROWTH) if busy else 1
        block.size = max(grown, block.wanted)
        block.taken_at = moment
        with translated():
            row = await self._numbers.find_one_and_update(
                {"_id": app_id},
                {"$inc": {"taken": block.size}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        end = FIRST + int(row["taken"])
        return range(end - block.size, end)
