"""Calls of endpoints that wait to be made: `resolver_calls`, one document a call."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import orjson
from pymongo import ASCENDING, IndexModel

from services.resolver.calling.endpoint import StoredCall
from services.resolver.domain.acting.endpoint import Ended
from services.resolver.resolve.calls import COLLECTION
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.leases import from_now, is_over
from shared.mongo.reading import Row, read_each


class MongoCalls:
    """`next_at` moves ahead while a call is claimed, so that a dead owner's is free."""

    def __init__(self, database: Database, *, lease: timedelta) -> None:
        self._calls = database[COLLECTION]
        self._lease = lease

    async def prepare(self) -> None:
        """Create the indexes."""
        with translated():
            await self._calls.create_indexes([IndexModel([("next_at", ASCENDING)])])

    async def claim(
        self, limit: int, *, busy: Sequence[str], now: datetime
    ) -> list[StoredCall]:
        """Take up to *limit* calls that are due, none of *busy* apps.

        Two claimers may see the same call due, but only one update matches it before
        its `next_at` has moved. Whether a claim has run out the database says.
        """
        claim = uuid.uuid4().hex
        due: dict[str, Any] = {
            "$or": [
                {"claim": None, "next_at": {"$lte": now}},
                {"claim": {"$ne": None}, **is_over("next_at")},
            ]
        }
        with translated():
            found = await (
                self._calls.find({**due, "app_id": {"$nin": list(busy)}}, {"_id": 1})
                .sort("next_at", ASCENDING)
                .limit(limit)
                .to_list(None)
            )
            if not found:
                return []
            chosen = {"$in": [row["_id"] for row in found]}
            await self._calls.update_many(
                {"_id": chosen, **due},
                [
                    {
                        "$set": {
                            "next_at": from_now(self._lease),
                            "claim": claim,
                            "tries": {"$add": ["$tries", 1]},
                        }
                    }
                ],
            )
            mine = await self._calls.find({"_id": chosen, "claim": claim}).to_list(None)
        return read_each(mine, _stored, collection=COLLECTION)

    async def postpone(self, call_id: str, *, until: datetime) -> None:
        """Let *call_id* be tried again at *until*."""
        with translated():
            await self._calls.update_one(
                {"_id": call_id}, {"$set": {"next_at": until, "claim": None}}
            )

    async def end(self, call_id: str, ended: Ended) -> None:
        """Keep how *call_id* ended until it is told."""
        kept = orjson.dumps(asdict(ended))
        with translated():
            await self._calls.update_one({"_id": call_id}, {"$set": {"ended": kept}})

    async def remove(self, call_id: str) -> None:
        """Forget *call_id*: it was told, or its time is over."""
        with translated():
            await self._calls.delete_one({"_id": call_id})


def _stored(row: Row) -> StoredCall:
    ended = row.get("ended")
    return StoredCall(
        call_id=row["_id"],
        app_id=row["app_id"],
        conversation_id=row["conversation_id"],
        action=row["action"],
        url=row["url"],
        body=bytes(row["body"]),
        tries=row["tries"] - 1,
        due_at=row["due_at"],
        ended=_ended(orjson.loads(ended)) if ended else None,
    )


def _ended(kept: Mapping[str, Any]) -> Ended:
    return Ended(kept["status"], kept.get("output"), kept.get("error"))
