"""Silences in MongoDB, and those in force in the memory of each instance."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument

from services.escalator.domain.grouping.silences import Silence
from shared.clock import Clock
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.reading import read_each

COLLECTION = "escalator_silences"
SILENCES_SECONDS = 2.0
"""How often silences are looked for that other instances were told of."""
Row = dict[str, Any]


class MongoSilences:
    """Collection `escalator_silences`.

    `match` is stored as JSON text, since it may name paths with dots and dollars.
    """

    def __init__(self, database: Database) -> None:
        self._silences = database[COLLECTION]

    async def prepare(self) -> None:
        """Create the indexes."""
        with translated():
            await self._silences.create_indexes(
                [
                    IndexModel([("app_id", ASCENDING), ("created_at", DESCENDING)]),
                ]
            )

    async def add(self, silence: Silence, *, most: int) -> bool:
        """Store *silence*; False where its app has *most* in force already."""
        in_force = {"app_id": silence.app_id, "until": {"$gt": silence.created_at}}
        with translated():
            if await self._silences.count_documents(in_force, limit=most) >= most:
                return False
            await self._silences.insert_one(_row(silence))
        return True

    async def get(self, app_id: str, silence_id: str) -> Silence | None:
        """Return the silence of that id."""
        with translated():
            row = await self._silences.find_one({"_id": silence_id, "app_id": app_id})
        return None if row is None else _silence(row)

    async def end(
        self, app_id: str, silence_id: str, *, by: str, now: datetime
    ) -> Silence | None:
        """End a silence that is in force; return it as it is then, or None."""
        with translated():
            row = await self._silences.find_one_and_update(
                {"_id": silence_id, "app_id": app_id, "until": {"$gt": now}},
                {"$set": {"until": now, "ended_by": by}},
                return_document=ReturnDocument.AFTER,
            )
        return None if row is None else _silence(row)

    async def page(
        self, app_id: str, *, after: tuple[datetime, str] | None, limit: int
    ) -> list[Silence]:
        """Return the app's silences, the newest first."""
        query: Row = {"app_id": app_id}
        if after is not None:
            query["$or"] = [
                {"created_at": {"$lt": after[0]}},
                {"created_at": after[0], "_id": {"$lt": after[1]}},
            ]
        with translated():
            rows = await (
                self._silences.find(query)
                .sort([("created_at", DESCENDING), ("_id", DESCENDING)])
                .limit(limit)
                .to_list(None)
            )
        return read_each(rows, _silence, collection=COLLECTION)

    async def in_force(self, now: datetime) -> list[Silence]:
        """Return every silence that holds at *now*."""
        with translated():
            rows = await self._silences.find({"until": {"$gt": now}}).to_list(None)
        return read_each(rows, _silence, collection=COLLECTION)


class SilenceTable:
    """The silences in force, as of the last look."""

    def __init__(self, silences: MongoSilences, clock: Clock) -> None:
        self.stored = silences
        self._clock = clock
        self._by_app: dict[str, list[Silence]] = {}

    async def refresh(self) -> None:
        """Look again. Raises Transient; then what was known stays."""
        self.apply(await self.stored.in_force(self._clock.now()))

    def apply(self, silences: Iterable[Silence]) -> None:
        """Take *silences* for all that there are."""
        found: dict[str, list[Silence]] = {}
        for each in silences:
            found.setdefault(each.app_id, []).append(each)
        self._by_app = found

    def of(self, app_id: str) -> Sequence[Silence]:
        """Return the app's silences."""
        return self._by_app.get(app_id, ())


def _row(silence: Silence) -> Row:
    return {
        "_id": silence.silence_id,
        "app_id": silence.app_id,
        "match": orjson.dumps(silence.match).decode(),
        "until": silence.until,
        "author": silence.author,
        "reason": silence.reason,
        "created_at": silence.created_at,
        "ended_by": silence.ended_by,
    }


def _silence(row: Mapping[str, Any]) -> Silence:
    return Silence(
        silence_id=row["_id"],
        app_id=row["app_id"],
        match=orjson.loads(row["match"]),
        until=row["until"],
        author=row["author"],
        reason=row["reason"],
        created_at=row["created_at"],
        ended_by=row.get("ended_by"),
    )
