"""Actions and documents of each app: `resolver_actions`, `resolver_documents`."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import orjson
from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import ASCENDING

from services.resolver.catalogue.shelf import Catalogue
from services.resolver.domain.catalogue import (
    Action,
    Document,
    Passage,
    parameters_from_schema,
)
from services.resolver.matching.knowledge import Knowledge, Labelled
from services.resolver.repository.history import MongoHistory
from shared.mongo.connect import Database
from shared.mongo.errors import translated

Entry = dict[str, Any]
"""A catalogue entry as the API shows it: `name` or `id`, and its own fields."""
PASSAGES = "passages"
"""Kept beside a document for ranking, never shown."""
PARAMETERS = "parameters"
"""Kept as JSON text: a JSON Schema has keys such as `$ref`, which BSON minds."""


class MongoCatalogues:
    """Every write raises the app's catalogue version in the same transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._versions = database["resolver_catalogues"]
        self.changed: Callable[[str], None] = lambda _: None
        """Told of each app whose catalogue changes here, once it is stored."""
        self.actions = MongoEntries(self, database, noun="actions", key="name")
        self.documents = MongoEntries(self, database, noun="documents", key="id")
        self.history = MongoHistory(self, database)

    async def prepare(self) -> None:
        """Create the indexes."""
        with translated():
            for noun, key in (("actions", "name"), ("documents", "id")):
                await self._database[f"resolver_{noun}"].create_index(
                    [("app_id", ASCENDING), (key, ASCENDING)], unique=True
                )
        await self.history.prepare()

    async def versions(self, app_ids: Sequence[str]) -> dict[str, int]:
        """Return the catalogue version of each of *app_ids* that has one."""
        with translated():
            rows = await self._versions.find({"_id": {"$in": list(app_ids)}}).to_list(
                None
            )
        return {row["_id"]: row["version"] for row in rows}

    async def unannounced(self, *, limit: int) -> list[tuple[str, int]]:
        """Return apps and versions of which nobody was told."""
        changed = {"$expr": {"$ne": ["$version", "$announced"]}}
        with translated():
            rows = await self._versions.find(changed).limit(limit).to_list(None)
        return [(row["_id"], row["version"]) for row in rows]

    async def announced(self, app_id: str, version: int) -> None:
        """Note that *version* was told; a newer one has yet to be."""
        with translated():
            await self._versions.update_one(
                {"_id": app_id}, {"$max": {"announced": version}}
            )

    async def load(self, app_id: str) -> Catalogue:
        """Return all that *app_id* registered.

        The version is read first: what changes meanwhile has a higher one, and is
        loaded again.
        """
        version = (await self.versions([app_id])).get(app_id, 0)
        if not version:
            return Catalogue(0)
        with translated():
            actions = await self._all("actions", app_id)
            documents = await self._all("documents", app_id)
        past = await self.history.all(app_id)
        # Ten thousand passages are a second's work, so the event loop leaves it.
        return await asyncio.to_thread(_catalogue, version, actions, documents, past)

    async def _all(self, noun: str, app_id: str) -> list[Entry]:
        found = self._database[f"resolver_{noun}"].find({"app_id": app_id})
        rows: list[Entry] = await found.sort("_id", ASCENDING).to_list(None)
        return rows

    async def raise_version(
        self, app_id: str, session: AsyncIOMotorClientSession
    ) -> None:
        """Count a change of *app_id*'s catalogue."""
        await self._versions.update_one(
            {"_id": app_id}, {"$inc": {"version": 1}}, upsert=True, session=session
        )


class MongoEntries:
    """One kind of catalogue entry, by app and name."""

    def __init__(
        self, catalogues: MongoCatalogues, database: Database, *, noun: str, key: str
    ) -> None:
        self._catalogues = catalogues
        self._client = database.client
        self._entries = database[f"resolver_{noun}"]
        self._key = key

    async def get(self, app_id: str, name: str) -> Entry | None:
        """Return one entry of the app."""
        with translated():
            return _shown(await self._entries.find_one({"_id": entry_id(app_id, name)}))

    async def changed_at(
        self, app_id: str, names: Sequence[str]
    ) -> dict[str, datetime]:
        """Return when each of *names* that there is was changed last."""
        keys = [entry_id(app_id, name) for name in names]
        found = self._entries.find(
            {"_id": {"$in": keys}}, {self._key: 1, "updated_at": 1}
        )
        with translated():
            return {row[self._key]: row["updated_at"] async for row in found}

    async def page(self, app_id: str, *, after: str | None, limit: int) -> list[Entry]:
        """Return up to *limit* entries of the app past *after*, by name."""
        query: dict[str, Any] = {"app_id": app_id}
        if after is not None:
            query[self._key] = {"$gt": after}
        with translated():
            rows = await (
                self._entries.find(query, {PASSAGES: 0})
                .sort(self._key, ASCENDING)
                .limit(limit)
                .to_list(None)
            )
        return [shown for row in rows if (shown := _shown(row)) is not None]

    async def put(
        self, app_id: str, entries: Sequence[Entry], *, now: datetime
    ) -> list[tuple[Entry, bool]]:
        """Store *entries*; return each as stored, and whether it is new.

        One that says what is stored already changes nothing, not even its version.
        """
        stored: list[tuple[Entry, bool]] = []

        async def work(session: AsyncIOMotorClientSession) -> None:
            stored.clear()  # the driver runs this again after a conflict
            changed = False
            for entry in map(_encoded, entries):
                found = await self._put(app_id, entry, now, session)
                changed = changed or found[2]
                stored.append(found[:2])
            if changed:
                await self._catalogues.raise_version(app_id, session)

        with translated():
            async with await self._client.start_session() as session:
                await session.with_transaction(work)
        self._catalogues.changed(app_id)
        return stored

    async def _put(
        self,
        app_id: str,
        entry: Entry,
        now: datetime,
        session: Any,  # noqa: ANN401
    ) -> tuple[Entry, bool, bool]:
        key = entry_id(app_id, entry[self._key])
        before = await self._entries.find_one({"_id": key}, session=session)
        if before is not None and entry.items() <= before.items():
            return _shown(before) or {}, False, False
        row = {
            **entry,
            "_id": key,
            "app_id": app_id,
            "version": before["version"] + 1 if before else 1,
            "created_at": before["created_at"] if before else now,
            "updated_at": now,
        }
        await self._entries.replace_one({"_id": key}, row, upsert=True, session=session)
        return _shown(row) or {}, before is None, True

    async def delete(self, app_id: str, name: str) -> bool:
        """Remove one entry; return whether there was one."""
        deleted = 0

        async def work(session: AsyncIOMotorClientSession) -> None:
            nonlocal deleted
            result = await self._entries.delete_one(
                {"_id": entry_id(app_id, name)}, session=session
            )
            deleted = result.deleted_count
            if deleted:
                await self._catalogues.raise_version(app_id, session)

        with translated():
            async with await self._client.start_session() as session:
                await session.with_transaction(work)
        self._catalogues.changed(app_id)
        return deleted > 0


def entry_id(app_id: str, name: str) -> str:
    """Return the key of an entry; no app's id holds a colon."""
    return f"{app_id}:{name}"


def _encoded(entry: Entry) -> Entry:
    if PARAMETERS not in entry:
        return entry
    return {**entry, PARAMETERS: orjson.dumps(entry[PARAMETERS]).decode()}


def _shown(row: Entry | None) -> Entry | None:
    if row is None:
        return None
    shown = {
        name: value
        for name, value in row.items()
        if name not in {"_id", "app_id", PASSAGES}
    }
    if PARAMETERS in shown:
        shown[PARAMETERS] = orjson.loads(shown[PARAMETERS])
    return shown


def _catalogue(
    version: int,
    actions: Sequence[Entry],
    documents: Sequence[Entry],
    past: tuple[Labelled, ...],
) -> Catalogue:
    knowledge = Knowledge(
        tuple(map(_action, actions)), tuple(map(_document, documents)), past
    )
    return Catalogue(version, knowledge)


def _action(row: Entry) -> Action:
    return Action(
        name=row["name"],
        description=row["description"],
        parameters=parameters_from_schema(orjson.loads(row[PARAMETERS])),
        examples=tuple(row["examples"]),
        approval_required=row["approvalRequired"],
        endpoint=row["endpoint"],
    )


def _document(row: Entry) -> Document:
    title, url = row["title"], row["url"]
    return Document(
        document_id=row["id"],
        title=title,
        url=url,
        questions=tuple(row["questions"]),
        passages=tuple(
            Passage(row["id"], title, each["text"], tuple(each["headings"]), url)
            for each in row[PASSAGES]
        ),
    )
