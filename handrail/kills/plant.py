"""Losses for the auditor to find: the inbox forgets how closed escalations stand."""

import asyncio
from dataclasses import dataclass, field
from typing import Self

from shared.mongo.connect import connect, database_of

ROWS = "escalator_escalations"
BEHIND = -1
"""A revision that no escalation has."""
PAUSE_SECONDS = 0.5


@dataclass
class Planter:
    """Sets rows of the inbox back while escalations are closed."""

    mongo_url: str
    database: str = "handrail"
    planted: set[str] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        """Connect."""
        self._client = connect(self.mongo_url)
        self._rows = database_of(self._client, self.database)[ROWS]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Disconnect."""
        self._client.close()

    async def plant(self) -> None:
        """Set back each row once, soon after it was closed; never returns."""
        while True:
            known = {"status": "resolved", "_id": {"$nin": sorted(self.planted)}}
            rows = await self._rows.find(known, {"_id": 1}).to_list(None)
            names = [row["_id"] for row in rows]
            behind = {"$set": {"revision": BEHIND}}
            await self._rows.update_many({"_id": {"$in": names}}, behind)
            self.planted.update(names)
            await asyncio.sleep(PAUSE_SECONDS)

    async def left(self) -> list[str]:
        """Return the rows that nobody has put right."""
        rows = await self._rows.find({"revision": BEHIND}, {"_id": 1}).to_list(None)
        return [f"{row['_id']}: not repaired" for row in rows]
