"""Read the histories that a batch asks for in one round trip."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from shared.kafka.deciding.decisions import Loaded
from shared.kafka.records import Outgoing

Fact = dict[str, Any]


class Ledger(Protocol):
    """The ledger, as it can be read."""

    async def facts_of(self, lanes: Sequence[str]) -> dict[str, list[Fact]]: ...
    async def has(self, source_id: str) -> bool: ...
    async def load(self, source_ids: Sequence[str], lanes: Sequence[str]) -> Loaded: ...


class Histories:
    """Joins the questions of conversations that are decided side by side.

    After an outage thousands of escalations open at once; a round trip for each would
    take longer than all the rest.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._asked: dict[str, asyncio.Future[list[Fact]]] = {}
        self._looking: set[asyncio.Task[None]] = set()

    async def facts(self, lane: str) -> list[Fact]:
        """Return the lane's facts in the order of decision."""
        if not self._asked:
            task = asyncio.create_task(self._look())
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)
        found = self._asked.get(lane)
        if found is None:
            found = self._asked[lane] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(found)

    async def has(self, source_id: str) -> bool:
        """Return whether *source_id* was decided."""
        return await self._ledger.has(source_id)

    async def published(self, source_id: str) -> Sequence[Outgoing]:
        """Return what the decision of *source_id* published."""
        decided = (await self._ledger.load([source_id], [])).decided
        return decided[source_id].outputs if source_id in decided else ()

    async def _look(self) -> None:
        """Ask for all lanes that were named before the loop came round to this."""
        asked, self._asked = self._asked, {}
        try:
            facts = await self._ledger.facts_of(list(asked))
        except Exception as error:  # noqa: BLE001 - whoever asked must hear of it
            for future in asked.values():
                future.set_exception(error)
            return
        for lane, future in asked.items():
            future.set_result(facts[lane])
