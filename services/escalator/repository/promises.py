"""The promises as they are read."""

from datetime import datetime
from typing import Any

from pymongo import ASCENDING

from services.escalator.escalate.drafting.promised import PROMISES
from shared.mongo.connect import Database
from shared.mongo.errors import translated

Row = dict[str, Any]

_OLDEST = [("promised_at", ASCENDING), ("_id", ASCENDING)]


class MongoPromises:
    """Collection `escalator_promises`; the ledger writes it with its decisions."""

    def __init__(self, database: Database) -> None:
        self._promises = database[PROMISES]

    async def prepare(self) -> None:
        """Create the indexes."""
        with translated():
            await self._promises.create_index([("app_id", ASCENDING), *_OLDEST])
            await self._promises.create_index([("escalation_id", ASCENDING), *_OLDEST])

    async def page(
        self,
        app_id: str,
        *,
        escalation_id: str | None,
        state: str | None,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> list[Row]:
        """Return the first promises past *after*, in the order they were told."""
        query: Row = {"app_id": app_id}
        if escalation_id is not None:
            either = [
                {"escalation_id": escalation_id},
                {"number": escalation_id.upper()},
            ]
            query["$and"] = [{"$or": either}]
        if state is not None:
            query["state"] = state
        if after is not None:
            query["$or"] = [
                {"promised_at": {"$gt": after[0]}},
                {"promised_at": after[0], "_id": {"$gt": after[1]}},
            ]
        with translated():
            return (
                await self._promises.find(query)
                .sort(_OLDEST)
                .limit(limit)
                .to_list(None)
            )
