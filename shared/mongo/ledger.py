"""The ledger of decisions in MongoDB: insert-once, numbered per lane."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorCollection
from pymongo import (
    ASCENDING,
    DESCENDING,
    DeleteOne,
    IndexModel,
    ReplaceOne,
    UpdateOne,
)
from pymongo.errors import BulkWriteError

from shared.failpoints import ARMED, FailPoint, reach
from shared.kafka.deciding.decisions import (
    ConflictError,
    Document,
    Entry,
    Loaded,
    RefusedError,
    Stored,
)
from shared.kafka.records import Outgoing
from shared.mongo.connect import Database
from shared.mongo.errors import is_conflict, names, refusal_of, translated, written
from shared.mongo.lanes import user_key
from shared.mongo.superseded import Superseded
from shared.mongo.timers import timer_document

_HEADER = b"\x00"
"""Separates header names and values; neither may hold it."""


class MongoLedger:
    """Collection `<service>_ledger`.

    Fields: `_id` source id, `k` lane, `n` number in the lane, `s` state after it (of
    those that were written together, only in a lane's last), `p` where the record
    stood, `r` reason, `o` outputs, `f` fact, `at` when; `u` app and user where the
    decision learned whose conversation it is.
    """

    def __init__(self, database: Database, *, service: str) -> None:
        self._database = database
        self._entries = database[f"{service}_ledger"]
        self._timers = database[f"{service}_timers"]
        self.superseded = Superseded(self._entries)
        self.on_timer: Callable[[datetime], None] = lambda _: None
        """Hears when a timer that was stored is due."""

    async def prepare(self) -> None:
        """Create the indexes."""
        with translated():
            await self._entries.create_indexes(
                [
                    IndexModel([("k", ASCENDING), ("n", DESCENDING)], unique=True),
                    IndexModel("u", sparse=True),
                ]
            )

    async def load(self, source_ids: Sequence[str], lanes: Sequence[str]) -> Loaded:
        """Return the decisions of *source_ids* and the latest states of *lanes*."""
        with translated():
            decided, states = await asyncio.gather(
                self._decided(source_ids), self._states(lanes)
            )
        return Loaded(decided, states)

    async def _decided(self, source_ids: Sequence[str]) -> dict[str, Stored]:
        if not source_ids:
            return {}
        found = await self._entries.find(
            {"_id": {"$in": list(source_ids)}}, {"p": 1, "o": 1}
        ).to_list(None)
        return {
            entry["_id"]: Stored(entry["p"], tuple(map(read_output, entry["o"])))
            for entry in found
        }

    async def _states(self, lanes: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        if not lanes:
            return {}
        # The index (k, n descending) serves both: the first of a lane is its latest.
        found = await self._entries.aggregate(
            [
                {"$match": {"k": {"$in": list(lanes)}}},
                {"$sort": {"k": 1, "n": -1}},
                {"$group": {"_id": "$k", "n": {"$first": "$n"}, "s": {"$first": "$s"}}},
            ]
        ).to_list(None)
        return {entry["_id"]: (entry["n"], bytes(entry["s"])) for entry in found}

    async def append(self, entries: Sequence[Entry]) -> None:
        """Write all of *entries* with their timers and documents, or nothing.

        Raises ConflictError when a source id or a lane's number is taken, RefusedError
        where the database will never take one of them.
        """
        if not entries:
            return
        rows = [_entry_document(entry) for entry in entries]
        # A lane's last entry holds the state of those before it: all of them or none.
        alone = not any(
            entry.timers or entry.cancels or entry.documents or entry.state is None
            for entry in entries
        )
        try:
            with translated():
                if alone:
                    await self._entries.insert_many(rows, ordered=False)
                else:
                    await self._append_together(rows, entries)
        except Exception as error:
            cause = error.__cause__ or error
            if is_conflict(cause):
                raise ConflictError(written(cause, rows) if alone else ()) from error
            if (refusal := refusal_of(cause)) is not None:
                raise RefusedError(*refusal) from error
            raise
        self.superseded.note(entries)
        for entry in entries:
            for timer in entry.timers:
                self.on_timer(timer.due_at)

    async def _append_together(
        self, rows: list[dict[str, Any]], entries: Sequence[Entry]
    ) -> None:
        try:
            await self._transact(rows, entries, known=False)
        except BulkWriteError as error:
            if not is_conflict(error) or names(error, self._entries.name):
                raise
            # A timer or document that outlived its decision (a restore, say): then
            # look before writing, which costs eight times an insert.
            await self._transact(rows, entries, known=True)

    async def _transact(
        self, rows: list[dict[str, Any]], entries: Sequence[Entry], *, known: bool
    ) -> None:
        timers = [timer_document(timer) for entry in entries for timer in entry.timers]
        cancels = [timer_id for entry in entries for timer_id in entry.cancels]
        async with (
            await self._database.client.start_session() as session,
            session.start_transaction(),
        ):
            await self._entries.insert_many(rows, session=session)
            if ARMED:
                reach(FailPoint.IN_TRANSACTION)
            if timers and not known:
                await self._timers.insert_many(timers, ordered=False, session=session)
            elif timers:
                await self._timers.bulk_write(
                    list(map(_set, timers)), ordered=False, session=session
                )
            if cancels:
                await self._timers.delete_many(
                    {"_id": {"$in": cancels}}, session=session
                )
            for name, documents in _documents(entries).items():
                collection = self._database[name]
                await self._put(collection, documents, session, known=known)

    async def _put(
        self,
        collection: AsyncIOMotorCollection[dict[str, Any]],
        documents: Sequence[Document],
        session: AsyncIOMotorClientSession,
        *,
        known: bool,
    ) -> None:
        made = [
            each.document | each.fixed for each in documents if each.new and not known
        ]
        if made:
            await collection.insert_many(made, ordered=False, session=session)
        changed = [_replace(each) for each in documents if known or not each.new]
        if changed:
            await collection.bulk_write(changed, ordered=False, session=session)

    async def facts(self, lane: str) -> list[dict[str, Any]]:
        """Return the lane's facts in the order of decision."""
        return (await self.facts_of([lane]))[lane]

    async def facts_of(self, lanes: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Return the facts of each of *lanes*, in one round trip."""
        with translated():
            found = await self._entries.find(
                {"k": {"$in": list(lanes)}, "f": {"$exists": True}},
                {"k": 1, "n": 1, "f": 1},
            ).to_list(None)
        found.sort(key=lambda entry: int(entry["n"]))
        facts: dict[str, list[dict[str, Any]]] = {lane: [] for lane in lanes}
        for entry in found:
            facts[entry["k"]].append(entry["f"])
        return facts

    async def has(self, source_id: str) -> bool:
        """Return whether *source_id* was decided."""
        with translated():
            found = await self._entries.find_one({"_id": source_id}, {"_id": 1})
        return found is not None


def _entry_document(entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {
        "_id": entry.source_id,
        "k": entry.lane,
        "n": entry.number,
        "p": entry.position,
        "r": entry.reason,
        "o": [_write_output(output) for output in entry.outputs],
        "at": entry.at,
    }
    if entry.state is not None:
        row["s"] = entry.state
    if entry.fact is not None:
        row["f"] = entry.fact
    if entry.user_id:
        row["u"] = user_key(entry.lane.partition(":")[0], entry.user_id)
    return row


def _write_output(output: Outgoing) -> list[Any]:
    parts: list[bytes] = []
    for name, value in output.headers:
        parts += (name.encode(), value)
    headers = _HEADER.join(parts)
    return [output.topic, output.key, output.value, headers, output.partition]


def read_output(stored: list[Any]) -> Outgoing:
    """Return an output as it was to be published, byte for byte."""
    topic, key, value, headers, partition = stored
    parts = bytes(headers).split(_HEADER) if headers else []
    pairs = [
        (name.decode(), value_)
        for name, value_ in zip(parts[::2], parts[1::2], strict=True)
    ]
    return Outgoing(topic, bytes(key), bytes(value), pairs, partition)


def _set(row: dict[str, Any]) -> UpdateOne:
    facts = {name: value for name, value in row.items() if name != "_id"}
    return UpdateOne({"_id": row["_id"]}, {"$setOnInsert": facts}, upsert=True)


def _documents(entries: Sequence[Entry]) -> dict[str, list[Document]]:
    """Return the last state of each document, by collection."""
    latest: dict[tuple[str, Any], Document] = {}
    for entry in entries:
        for document in entry.documents:
            place = (document.collection, document.document["_id"])
            made = place in latest and latest[place].new and not document.gone
            latest[place] = replace(document, new=True) if made else document
    grouped: dict[str, list[Document]] = defaultdict(list)
    for (collection, _), document in latest.items():
        grouped[collection].append(document)
    return grouped


def _replace(document: Document) -> ReplaceOne[dict[str, Any]] | UpdateOne | DeleteOne:
    # Within the transaction the lane's number already fences older owners, so the
    # newest of a batch simply replaces.
    chosen = {"_id": document.document["_id"]}
    if document.gone:
        return DeleteOne(chosen)
    if not document.fixed:
        return ReplaceOne(chosen, document.document, upsert=True)
    changes = {"$set": document.document, "$setOnInsert": document.fixed}
    return UpdateOne(chosen, changes, upsert=True)
