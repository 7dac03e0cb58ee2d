"""Replies kept for the HTTP door: `resolver_replies`, insert-once, a week."""

from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import BulkWriteError

from services.resolver.replies import StoredReply
from shared import ids
from shared.clock import Clock
from shared.mongo.connect import Database
from shared.mongo.errors import DUPLICATE_KEY, translated

MOST = 5_000
"""Replies of one conversation that are ever sent; the newest of them."""


class MongoReplies:
    """Stores each reply once, where it stood in its partition."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._replies = database["resolver_replies"]
        self._clock = clock

    async def prepare(self) -> None:
        """Create the indexes."""
        with translated():
            await self._replies.create_indexes(
                [IndexModel([("lane", ASCENDING), ("offset", ASCENDING)])]
            )

    async def add(self, replies: Sequence[StoredReply]) -> None:
        """Store *replies*; one that is stored already stays as it is."""
        now = self._clock.now()
        rows: dict[str, dict[str, Any]] = {}
        for reply in replies:
            key = ids.composite(reply.lane, reply.reply_id)
            rows.setdefault(
                key,
                {
                    "_id": key,
                    "lane": reply.lane,
                    "reply_id": reply.reply_id,
                    "kind": reply.kind,
                    "offset": reply.offset,
                    "body": reply.body,
                    "stored_at": now,
                },
            )
        with translated():
            try:
                await self._replies.insert_many(list(rows.values()), ordered=False)
            except BulkWriteError as error:
                if not _only_duplicates(error):
                    raise

    async def of(self, lane: str) -> list[StoredReply]:
        """Return the conversation's replies, oldest first."""
        with translated():
            rows = await (
                self._replies.find({"lane": lane})
                .sort("offset", -1)
                .limit(MOST)
                .to_list(None)
            )
        return [
            StoredReply(
                lane=lane,
                reply_id=row["reply_id"],
                kind=row["kind"],
                offset=row["offset"],
                body=bytes(row["body"]),
            )
            for row in reversed(rows)
        ]


def _only_duplicates(error: BulkWriteError) -> bool:
    details = error.details or {}
    errors = details.get("writeErrors", [])
    return not details.get("writeConcernErrors") and all(
        each.get("code") == DUPLICATE_KEY for each in errors
    )
