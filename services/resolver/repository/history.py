"""Past messages whose right outcome is known: `resolver_history`, by app."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from services.resolver.matching.knowledge import Labelled
from shared.mongo.connect import Database
from shared.mongo.errors import translated

MOST = 20_000
"""Of one app: the newest. More teaches nothing new and takes longer to learn."""
AT_ONCE = 500
"""Stored in one transaction, to keep it short."""

Row = dict[str, Any]


class Versions(Protocol):
    """Where an app's catalogue version is counted."""

    def changed(self, app_id: str, /) -> None: ...
    async def raise_version(
        self, app_id: str, session: AsyncIOMotorClientSession
    ) -> None: ...


class MongoHistory:
    """One row for each text; what is said of it last holds."""

    def __init__(self, versions: Versions, database: Database) -> None:
        self._versions = versions
        self._client = database.client
        self._rows = database["resolver_history"]

    async def prepare(self) -> None:
        """Create the indexes."""
        with translated():
            await self._rows.create_indexes(
                [IndexModel([("app_id", ASCENDING), ("stored_at", ASCENDING)])]
            )

    async def all(self, app_id: str) -> tuple[Labelled, ...]:
        """Return the app's history, oldest first."""
        order = [("stored_at", ASCENDING), ("_id", ASCENDING)]
        with translated():
            rows = await self._rows.find({"app_id": app_id}).sort(order).to_list(None)
        return tuple(Labelled(row["text"], row["kind"], row["name"]) for row in rows)

    async def page(self, app_id: str, *, after: str | None, limit: int) -> list[Row]:
        """Return up to *limit* rows past the one with the id *after*."""
        query: Row = {"app_id": app_id, "_id": {"$gt": f"{app_id}:{after or ''}"}}
        with translated():
            rows = await (
                self._rows.find(query).sort("_id", ASCENDING).limit(limit).to_list(None)
            )
        return [_shown(app_id, row) for row in rows]

    async def add(
        self, app_id: str, entries: Sequence[Labelled], *, now: datetime
    ) -> int:
        """Store *entries*; return how many said something new."""
        changed = 0
        for start in range(0, len(entries), AT_ONCE):
            some = entries[start : start + AT_ONCE]
            changed += await self._add(app_id, some, now)
        self._versions.changed(app_id)
        return changed

    async def delete(self, app_id: str, history_id: str | None = None) -> int:
        """Remove one row, or all of the app; return how many there were."""
        query: Row = {"app_id": app_id}
        if history_id is not None:
            query["_id"] = f"{app_id}:{history_id}"
        removed = 0

        async def work(session: AsyncIOMotorClientSession) -> None:
            nonlocal removed
            result = await self._rows.delete_many(query, session=session)
            removed = result.deleted_count
            if removed:
                await self._versions.raise_version(app_id, session)

        await self._transact(work)
        self._versions.changed(app_id)
        return removed

    async def _add(self, app_id: str, some: Sequence[Labelled], now: datetime) -> int:
        updates = [_update(app_id, entry, now) for entry in some]
        changed = 0

        async def work(session: AsyncIOMotorClientSession) -> None:
            nonlocal changed
            result = await self._rows.bulk_write(updates, session=session)
            changed = result.upserted_count + result.modified_count
            if changed:
                await self._trim(app_id, session)
                await self._versions.raise_version(app_id, session)

        await self._transact(work)
        return changed

    async def _trim(self, app_id: str, session: AsyncIOMotorClientSession) -> None:
        query = {"app_id": app_id}
        order = [("stored_at", DESCENDING), ("_id", DESCENDING)]
        over = self._rows.find(query, {"_id": 1}, session=session).sort(order)
        ids = [row["_id"] for row in await over.skip(MOST).to_list(None)]
        if ids:
            await self._rows.delete_many({"_id": {"$in": ids}}, session=session)

    async def _transact(self, work: Any) -> None:  # noqa: ANN401 - the driver's callback
        with translated():
            async with await self._client.start_session() as session:
                await session.with_transaction(work)


def _update(app_id: str, entry: Labelled, now: datetime) -> UpdateOne:
    key = f"{app_id}:{history_id(entry.text)}"
    kind, name = {"$literal": entry.kind}, {"$literal": entry.name}
    same = {"$and": [{"$eq": ["$kind", kind]}, {"$eq": ["$name", name]}]}
    # Written as a pipeline so that a repeat changes nothing, its time included.
    return UpdateOne(
        {"_id": key},
        [
            {
                "$set": {
                    "app_id": app_id,
                    "text": {"$literal": entry.text},
                    "stored_at": {"$cond": [same, "$stored_at", now]},
                    "kind": kind,
                    "name": name,
                }
            }
        ],
        upsert=True,
    )


def history_id(text: str) -> str:
    """Return the id of what is known of *text*."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _shown(app_id: str, row: Row) -> Row:
    return {
        "id": row["_id"].removeprefix(f"{app_id}:"),
        "text": row["text"],
        "kind": row["kind"],
        "name": row["name"],
        "stored_at": row["stored_at"],
    }
