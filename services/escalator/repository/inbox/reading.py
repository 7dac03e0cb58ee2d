"""The inbox as it is read: escalations with their packets and changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import orjson
from pymongo import ASCENDING, DESCENDING, IndexModel

from services.escalator.domain.inbox.filters import (
    PHASES,
    Filter,
    Found,
    Position,
    Row,
    Sort,
)
from services.escalator.escalate.drafting.documents import ESCALATIONS, UPDATES
from services.escalator.repository.inbox.queries import (
    in_phase,
    query_of,
    with_beginning,
)
from shared.ids import conversation_key
from shared.kafka.deciding.decisions import Loaded, Stored
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.stored import Subject, by_user_or_conversation
from shared.topics import ESCALATION_OPENED

MAX_UPDATES = 500
"""The newest changes that one answer shows."""
FEW = 500
"""Escalations that are looked at one by one."""
QUERY_MS = 10_000
"""What takes longer is refused: a question must not hold up the openings."""


_APP = ("app_id", ASCENDING)
_NEWEST = [("opened_at", DESCENDING), ("_id", DESCENDING)]


def _index(field: str, *, only: Row | None = None) -> IndexModel:
    options = {"partialFilterExpression": only} if only else {}
    return IndexModel([_APP, (field, ASCENDING), *_NEWEST], **options)


INDEXES = [
    IndexModel([_APP, *_NEWEST]),
    _index("status"),
    _index("conversation_id"),
    _index("assignee", only={"assignee": {"$type": "string"}}),
    _index("words"),
    _index("priority", only={"priority": {"$in": ["low", "high", "urgent"]}}),
    _index("tags", only={"tags.0": {"$exists": True}}),
    _index("pattern.id", only={"pattern.id": {"$type": "string"}}),
    IndexModel(
        [_APP, ("due_at", ASCENDING), ("_id", ASCENDING)],
        partialFilterExpression={"due_at": {"$type": "date"}},
    ),
    IndexModel([_APP, ("number", ASCENDING)]),
    IndexModel(
        [("closed_at", ASCENDING)],
        partialFilterExpression={"closed_at": {"$type": "date"}},
    ),
]


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
        """Create the indexes; an opening pays for each, so there is none to spare.

        Those that few escalations have an entry in cost nearly nothing.
        """
        with translated():
            await self._escalations.create_indexes(INDEXES)
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
        sort: Sort = Sort.NEWEST,
        after: Position | None = None,
        limit: int,
    ) -> list[tuple[Position, Row]]:
        """Return how the escalations past *after* stand, each with its position."""
        query = query_of(app_id, wanted)
        if len(wanted.words) > 1:
            query |= await self._of_rarest(app_id, wanted.words)
        found = await self._in_order(query, sort, after, limit)
        if not found and after is None and (begun := with_beginning(query)):
            found = await self._in_order(begun, sort, after, limit)
        return found

    async def _of_rarest(self, app_id: str, words: Sequence[str]) -> Row:
        """Return what narrows a question to the few that have its rarest word.

        Read in the inbox's order, a frequent word's index would be gone through for it.
        """
        for word in words:
            query = {"app_id": app_id, "words": word}
            with translated():
                rows = await (
                    self._escalations.find(query, {"_id": 1})
                    .limit(FEW + 1)
                    .to_list(None)
                )
            if 0 < len(rows) <= FEW:
                return {"_id": {"$in": [row["_id"] for row in rows]}}
        return {}

    async def _in_order(
        self, query: Row, sort: Sort, after: Position | None, limit: int
    ) -> list[tuple[Position, Row]]:
        found: list[tuple[Position, Row]] = []
        phases = PHASES[sort]
        for number in range(after.phase if after else 0, len(phases)):
            phase = phases[number]
            place = after if after and after.phase == number else None
            order = DESCENDING if phase.descending else ASCENDING
            with translated():
                rows = await (
                    self._escalations.find(in_phase(query, phase, place))
                    .sort([(phase.field, order), ("_id", order)])
                    .limit(limit - len(found))
                    .max_time_ms(QUERY_MS)
                    .to_list(None)
                )
            found += [
                (Position(number, row[phase.field], row["_id"]), row) for row in rows
            ]
            if len(found) >= limit:
                break
        return found


def packet_of(row: Row, decided: Mapping[str, Stored]) -> Row:
    """Return the packet that the opening published; empty once the ledger forgot it."""
    opening = decided.get(row["opened_by"])
    for output in opening.outputs if opening else ():
        if output.topic == ESCALATION_OPENED.name:
            packet: Row = orjson.loads(output.value)
            if packet["escalation_id"] == row["_id"]:
                return packet
    return {}
