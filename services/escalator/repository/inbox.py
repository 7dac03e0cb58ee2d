"""The inbox as it is read: escalations with their packets and changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

import orjson
from pymongo import ASCENDING, DESCENDING, IndexModel

from services.escalator.domain.inbox import Filter, Found, Row
from services.escalator.escalate.drafting.documents import ESCALATIONS, UPDATES
from shared.ids import conversation_key
from shared.kafka.deciding.decisions import Loaded, Stored
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.stored import Subject, by_user_or_conversation
from shared.topics import ESCALATION_OPENED

MAX_UPDATES = 500
"""The newest changes that one answer shows."""


class Ledger(Protocol):
    """The decisions of the past."""

    async def load(self, source_ids: Sequence[str], lanes: Sequence[str]) -> Loaded: ...


class MongoInbox:
    """Reads what the decisions wrote; every query is bound to one app."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._escalations = database[ESCALATIONS]
        self._updates = database[UPDATES]
        self._ledger = ledger

    async def prepare(self) -> None:
        """Create the indexes; an opening pays for each, so there is none to spare."""
        newest = ("opened_at", DESCENDING), ("_id", DESCENDING)
        app = ("app_id", ASCENDING)
        with translated():
            await self._escalations.create_indexes(
                [
                    IndexModel([app, *newest]),
                    IndexModel([app, ("status", ASCENDING), *newest]),
                    IndexModel([app, ("conversation_id", ASCENDING), *newest]),
                    IndexModel(
                        [app, ("assignee", ASCENDING), *newest],
                        partialFilterExpression={"assignee": {"$type": "string"}},
                    ),
                    IndexModel([app, ("number", ASCENDING)]),
                    IndexModel(
                        [("closed_at", ASCENDING)],
                        partialFilterExpression={"closed_at": {"$type": "date"}},
                    ),
                ]
            )
            await self._updates.create_index(
                [("escalation_id", ASCENDING), ("revision", DESCENDING)]
            )

    async def widen(self, subject: Subject) -> Subject:
        """Return *subject* with the escalations of this user, and their lanes."""
        query = by_user_or_conversation("user.id")(subject)
        with translated():
            rows = await self._escalations.find(query, {"conversation_id": 1}).to_list(
                None
            )
        lanes = [
            conversation_key(subject.app_id, row["conversation_id"]) for row in rows
        ]
        return replace(
            subject,
            lanes=tuple(sorted({*subject.lanes, *lanes})),
            escalation_ids=tuple(
                sorted({*subject.escalation_ids, *(row["_id"] for row in rows)})
            ),
        )

    async def find(self, app_id: str, name: str) -> Row | None:
        """Return how the escalation of that id or number stands."""
        either = [{"_id": name}, {"number": name.upper()}]
        with translated():
            return await self._escalations.find_one({"app_id": app_id, "$or": either})

    async def read(self, app_id: str, name: str) -> Found | None:
        """Return the escalation of that id or number with all there is of it."""
        row = await self.find(app_id, name)
        if row is None:
            return None
        decided = (await self._ledger.load([row["opened_by"]], [])).decided
        with translated():
            updates = await (
                self._updates.find({"escalation_id": row["_id"]})
                .sort("revision", DESCENDING)
                .limit(MAX_UPDATES)
                .to_list(None)
            )
        return Found(row, packet_of(row, decided), updates[::-1])

    async def page(
        self,
        app_id: str,
        wanted: Filter,
        *,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> list[Row]:
        """Return how the newest escalations below *after* stand."""
        query = _query(app_id, wanted)
        if after is not None:
            query["$or"] = [
                {"opened_at": {"$lt": after[0]}},
                {"opened_at": after[0], "_id": {"$lt": after[1]}},
            ]
        with translated():
            return await (
                self._escalations.find(query)
                .sort([("opened_at", DESCENDING), ("_id", DESCENDING)])
                .limit(limit)
                .to_list(None)
            )


def _query(app_id: str, wanted: Filter) -> dict[str, Any]:
    query: dict[str, Any] = {"app_id": app_id}
    if wanted.statuses:
        query["status"] = {"$in": list(wanted.statuses)}
    if wanted.reasons:
        query["reason"] = {"$in": list(wanted.reasons)}
    if wanted.conversation_id is not None:
        query["conversation_id"] = wanted.conversation_id
    if wanted.assignee is not None:
        query["assignee"] = wanted.assignee
    return query


def packet_of(row: Row, decided: Mapping[str, Stored]) -> Row:
    """Return the packet that the opening published; empty once the ledger forgot it."""
    opening = decided.get(row["opened_by"])
    for output in opening.outputs if opening else ():
        if output.topic == ESCALATION_OPENED.name:
            packet: Row = orjson.loads(output.value)
            if packet["escalation_id"] == row["_id"]:
                return packet
    return {}
