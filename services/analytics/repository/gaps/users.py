"""Whom a gap affects, and who wants no notes: members, changes, opt-outs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import DESCENDING

from services.analytics.domain.facts import Collection
from services.analytics.domain.gaps.notes import Affected
from services.analytics.repository.gaps.schema import OPT_OUTS
from services.analytics.repository.patterns.schema import MEMBERS
from shared import ids
from shared.mongo.connect import Database
from shared.mongo.errors import translated

AT_ONCE = 1_000
"""Ids that one query names."""
WITHDRAWN = "withdrawn"
_SHOWN = {
    "conversation_id": 1,
    "number": 1,
    "user_id": 1,
    "at": 1,
    "text": 1,
    "language": 1,
}

Row = Mapping[str, Any]


class MongoUsers:
    """Reads members and changes; keeps `analytics_note_opt_outs`."""

    def __init__(self, database: Database) -> None:
        self._members = database[MEMBERS]
        self._changes = database[Collection.CHANGES.value]
        self._opt_outs = database[OPT_OUTS]

    async def affected(self, app_id: str, gap_id: str, *, limit: int) -> list[Affected]:
        """Return the gap's escalations, newest first."""
        query = {"app_id": app_id, "pattern_id": gap_id}
        found = self._members.find(query, _SHOWN).sort("at", DESCENDING).limit(limit)
        with translated():
            rows = await found.to_list(None)
            gone = await self._withdrawn(app_id, [row["_id"] for row in rows])
        return [_affected(row, withdrawn=row["_id"] in gone) for row in rows]

    async def _withdrawn(
        self, app_id: str, escalation_ids: Sequence[str]
    ) -> frozenset[str]:
        """Return the escalations whose latest status is that."""
        found: set[str] = set()
        for some in _chunks(escalation_ids):
            of_some = {"app_id": app_id, "escalation_id": {"$in": some}}
            once = await self._changes.distinct(
                "escalation_id", of_some | {"to": WITHDRAWN}
            )
            if once:
                found |= await self._still_withdrawn(app_id, once)
        return frozenset(found)

    async def _still_withdrawn(
        self, app_id: str, escalation_ids: Sequence[str]
    ) -> set[str]:
        query = {"app_id": app_id, "escalation_id": {"$in": list(escalation_ids)}}
        shown = {"escalation_id": 1, "revision": 1, "to": 1}
        latest: dict[str, tuple[int, str]] = {}
        async for row in self._changes.find(query, shown):
            name, change = row["escalation_id"], (row["revision"], row["to"])
            latest[name] = max(latest.get(name, change), change)
        return {name for name, (_, to) in latest.items() if to == WITHDRAWN}

    async def opted_out(self, app_id: str, user_ids: Sequence[str]) -> set[str]:
        """Return those of *user_ids* who want no notes."""
        found: set[str] = set()
        for some in _chunks(user_ids):
            query = {"app_id": app_id, "user_id": {"$in": some}}
            with translated():
                rows = await self._opt_outs.find(query, {"user_id": 1}).to_list(None)
            found.update(row["user_id"] for row in rows)
        return found

    async def opt_out(self, app_id: str, user_id: str, *, now: datetime) -> None:
        """Note that the user wants no notes."""
        row = {"app_id": app_id, "user_id": user_id, "at": now}
        with translated():
            await self._opt_outs.update_one(
                {"_id": ids.derive("note-opt-out", app_id, user_id)},
                {"$setOnInsert": row},
                upsert=True,
            )

    async def opt_in(self, app_id: str, user_id: str) -> bool:
        """Note that the user wants notes again; return whether they had not."""
        name = ids.derive("note-opt-out", app_id, user_id)
        with translated():
            done = await self._opt_outs.delete_one({"_id": name})
        return bool(done.deleted_count)


def _affected(row: Row, *, withdrawn: bool) -> Affected:
    return Affected(
        escalation_id=row["_id"],
        conversation_id=row["conversation_id"],
        number=row.get("number") or "",
        user_id=row.get("user_id"),
        at=row["at"],
        text=row.get("text") or "",
        language=row.get("language"),
        withdrawn=withdrawn,
    )


def _chunks(names: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), AT_ONCE):
        yield list(names[start : start + AT_ONCE])
