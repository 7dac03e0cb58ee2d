"""Conversations in the ledger as whole ones: found by user, forgotten, renewed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from pymongo import DeleteMany

from shared.mongo.connect import Database
from shared.mongo.errors import translated

ERASED = "user_erased"
"""The reason of the decision that empties a conversation's state."""
AT_ONCE = 200


def user_key(app_id: str, user_id: str) -> str:
    """Return what a user's conversations are found by in a ledger."""
    return f"{app_id}:{user_id}"


class MongoLanes:
    """Collection `<service>_ledger`, by conversation."""

    def __init__(self, database: Database, *, service: str) -> None:
        self._entries = database[f"{service}_ledger"]

    async def of_user(self, app_id: str, user_id: str) -> set[str]:
        """Return the lanes that were ever known as the user's."""
        with translated():
            found = await self._entries.distinct("k", {"u": user_key(app_id, user_id)})
        return set(found)

    async def latest(self, lanes: Sequence[str]) -> dict[str, int]:
        """Return the number of each lane's newest decision; lanes without are left out.

        Raises Transient.
        """
        with translated():
            rows = await self._entries.aggregate(
                [
                    {"$match": {"k": {"$in": list(lanes)}}},
                    {"$group": {"_id": "$k", "n": {"$max": "$n"}}},
                ]
            ).to_list(None)
        return {row["_id"]: row["n"] for row in rows}

    async def forget(self, lanes: Sequence[str]) -> int:
        """Delete what lies before each lane's erasure; return how many decisions.

        The erasure itself stays: its number fences who still holds an old state.
        """
        deleted = 0
        for start in range(0, len(lanes), AT_ONCE):
            some = list(lanes[start : start + AT_ONCE])
            with translated():
                rows = await self._entries.aggregate(
                    [
                        {"$match": {"k": {"$in": some}, "r": ERASED}},
                        {"$group": {"_id": "$k", "n": {"$max": "$n"}}},
                    ]
                ).to_list(None)
                deletes: list[DeleteMany] = [
                    DeleteMany({"k": row["_id"], "n": {"$lt": row["n"]}})
                    for row in rows
                ]
                if deletes:
                    done = await self._entries.bulk_write(deletes, ordered=False)
                    deleted += done.deleted_count
        return deleted

    async def rewrite(
        self, lanes: Sequence[str], change: Callable[[bytes], bytes]
    ) -> int:
        """Change what the decisions of *lanes* have published, as it is kept.

        Return how many decisions that were. Raises Transient.
        """
        changed = 0
        with translated():
            async for row in self._entries.find(
                {"k": {"$in": list(lanes)}, "o.0": {"$exists": True}}, {"o": 1}
            ):
                outputs = [[*each[:2], change(each[2]), *each[3:]] for each in row["o"]]
                if outputs != row["o"]:
                    update: dict[str, Any] = {"$set": {"o": outputs}}
                    await self._entries.update_one({"_id": row["_id"]}, update)
                    changed += 1
        return changed

    async def renew(self, lanes: Sequence[str], *, at: datetime) -> None:
        """Let the decisions of *lanes* expire no earlier than those of *at*."""
        change: dict[str, Any] = {"$set": {"at": at}}
        with translated():
            await self._entries.update_many(
                {"k": {"$in": list(lanes)}, "at": {"$lt": at}}, change
            )
