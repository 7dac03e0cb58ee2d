"""The escalations that there were, as they were opened: what settings are tried on."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from pymongo import DESCENDING

from services.escalator.domain.inbox.filters import Row
from services.escalator.escalate.drafting.documents import ESCALATIONS
from services.escalator.escalate.routing.backtest import Opened
from services.escalator.repository.inbox.reading import packet_of
from shared.kafka.deciding.decisions import Loaded
from shared.mongo.connect import Database
from shared.mongo.errors import translated

BATCH = 100
"""Escalations whose packets are in memory at once."""
_NEWEST = [("opened_at", DESCENDING), ("_id", DESCENDING)]
_OPENING = {"opened_by": 1, "opened_at": 1, "number": 1}


class Ledger(Protocol):
    """The decisions of the past."""

    async def load(self, source_ids: Sequence[str], lanes: Sequence[str]) -> Loaded: ...


class MongoRecorded:
    """Reads what the decisions wrote; every query is bound to one app."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._escalations = database[ESCALATIONS]
        self._ledger = ledger

    async def summaries(self, app_id: str, *, limit: int) -> list[str]:
        """Return the summaries of the newest escalations."""
        with translated():
            rows = await (
                self._escalations.find({"app_id": app_id}, {"summary": 1})
                .sort(_NEWEST)
                .limit(limit)
                .to_list(None)
            )
        return [row["summary"] for row in rows]

    async def openings(
        self, app_id: str, *, since: datetime, limit: int
    ) -> AsyncIterator[Sequence[Opened]]:
        """Yield the newest *limit* escalations since then, in batches."""
        query = {"app_id": app_id, "opened_at": {"$gte": since}}
        with translated():
            cursor = self._escalations.find(query, _OPENING).sort(_NEWEST).limit(limit)
            while rows := await cursor.to_list(BATCH):
                yield await self._with_packets(rows)

    async def _with_packets(self, rows: Sequence[Row]) -> list[Opened]:
        ids = [row["opened_by"] for row in rows]
        decided = (await self._ledger.load(ids, [])).decided
        return [
            Opened(row["_id"], row["number"], row["opened_at"], packet_of(row, decided))
            for row in rows
        ]
