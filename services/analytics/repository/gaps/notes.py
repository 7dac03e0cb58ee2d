"""The notes to users of closed gaps: `analytics_gap_notes`, one a user and gap.

A document is there for good, so nobody is told twice; the words go once they are sent.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, InsertOne, ReturnDocument
from pymongo.errors import BulkWriteError

from services.analytics.domain.gaps.notes import LeftOut, Note
from services.analytics.gaps.telling.ports import KeptNote
from services.analytics.repository.gaps.schema import NOTES, PENDING
from shared.mongo.connect import Database
from shared.mongo.errors import DUPLICATE_KEY, translated

SENT = "sent"
LEFT_OUT = "left_out"
AT_ONCE = 500
"""Notes that one command writes or names."""

Row = Mapping[str, Any]


class MongoNotes:
    """Keeps notes: inserted once, taken by one instance at a time."""

    def __init__(self, database: Database) -> None:
        self._notes = database[NOTES]

    async def known(self, note_ids: Sequence[str]) -> set[str]:
        """Return those of *note_ids* that there are."""
        found: set[str] = set()
        for start in range(0, len(note_ids), AT_ONCE):
            query = {"_id": {"$in": list(note_ids[start : start + AT_ONCE])}}
            with translated():
                rows = await self._notes.find(query, {"_id": 1}).to_list(None)
            found.update(row["_id"] for row in rows)
        return found

    async def add(
        self, app_id: str, gap_id: str, notes: Sequence[Note], *, by: str, now: datetime
    ) -> int:
        """Keep *notes* to be sent; return how many are new.

        The id of a note is its user's in this gap, so a second one is not inserted.
        """
        added = 0
        for start in range(0, len(notes), AT_ONCE):
            writes = [
                InsertOne(_document(app_id, gap_id, each, by, now))
                for each in notes[start : start + AT_ONCE]
            ]
            with translated():
                added += await self._insert(writes)
        return added

    async def _insert(self, writes: Sequence[InsertOne[dict[str, Any]]]) -> int:
        try:
            done = await self._notes.bulk_write(list(writes), ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            codes = {each.get("code") for each in details.get("writeErrors", [])}
            if codes != {DUPLICATE_KEY}:
                raise
            return int(details.get("nInserted", 0))
        return int(done.inserted_count)

    async def apps_waiting(self, *, now: datetime) -> list[str]:
        """Return the apps with a note that is due."""
        query = {"state": PENDING, "app_id": {"$gt": ""}, "due_at": {"$lte": now}}
        with translated():
            return sorted(await self._notes.distinct("app_id", query))

    async def claimed_since(self, app_id: str, since: datetime) -> int:
        """Return how many of the app's notes were taken after *since*."""
        query = {"app_id": app_id, "claimed_at": {"$gt": since}}
        with translated():
            return int(await self._notes.count_documents(query))

    async def claim(
        self, app_id: str, *, now: datetime, until: datetime
    ) -> KeptNote | None:
        """Take the app's oldest note that is due; nobody else has it *until* then."""
        with translated():
            row = await self._notes.find_one_and_update(
                {"state": PENDING, "app_id": app_id, "due_at": {"$lte": now}},
                {"$set": {"due_at": until, "claimed_at": now}},
                sort=[("due_at", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )
        return None if row is None else _kept(row)

    async def sent(self, note: KeptNote, *, now: datetime) -> None:
        """Note that it was published; its words are the conversation's now."""
        await self._end(note, {"state": SENT, "ended_at": now, "text": ""})

    async def leave_out(
        self, note: KeptNote, reason: LeftOut, *, now: datetime
    ) -> None:
        """Note why it is not sent after all."""
        ended = {"state": LEFT_OUT, "reason": reason.value, "ended_at": now, "text": ""}
        await self._end(note, ended)

    async def drop(self, note: KeptNote) -> None:
        """Forget a note that is not marked as sent."""
        with translated():
            await self._notes.delete_one({"_id": note.note_id, "state": PENDING})

    async def page(
        self, app_id: str, gap_id: str, *, after: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Return up to *limit* notes of the gap past the id *after*."""
        query: dict[str, Any] = {"app_id": app_id, "gap_id": gap_id}
        if after is not None:
            query["_id"] = {"$gt": after}
        found = self._notes.find(query).sort("_id", ASCENDING).limit(limit)
        with translated():
            return await found.to_list(None)

    async def _end(self, note: KeptNote, ended: dict[str, Any]) -> None:
        with translated():
            await self._notes.update_one(
                {"_id": note.note_id, "state": PENDING}, {"$set": ended}
            )


def _document(
    app_id: str, gap_id: str, note: Note, by: str, now: datetime
) -> dict[str, Any]:
    return {
        "_id": note.note_id,
        "app_id": app_id,
        "gap_id": gap_id,
        "user_id": note.user_id,
        "escalation_id": note.escalation_id,
        "conversation_id": note.conversation_id,
        "number": note.number,
        "text": note.text,
        "by": by,
        "state": PENDING,
        "reason": None,
        "created_at": now,
        "due_at": now,
        "claimed_at": None,
        "ended_at": None,
    }


def _kept(row: Row) -> KeptNote:
    return KeptNote(
        note_id=row["_id"],
        app_id=row["app_id"],
        gap_id=row["gap_id"],
        user_id=row.get("user_id"),
        escalation_id=row["escalation_id"],
        conversation_id=row["conversation_id"],
        number=row.get("number", ""),
        text=row.get("text", ""),
        created_at=row["created_at"],
    )
