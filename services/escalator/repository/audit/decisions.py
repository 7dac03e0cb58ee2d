"""The ledger, and what the other collections hold of the same conversations."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.escalator.audit.expected import near_timers
from services.escalator.audit.finding import Listed
from services.escalator.audit.ports import Decided, Mark, Standing
from services.escalator.domain.conversation import Conversation
from services.escalator.domain.grouping.lanes import State
from services.escalator.escalate.drafting.documents import ESCALATIONS
from shared.clock import Clock
from shared.kafka.deciding.decisions import Loaded, Timer
from shared.kafka.records import Outgoing
from shared.kafka.working.parked import Place
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.ledger import read_output
from shared.topics import NOTIFICATION_REQUESTED

Row = dict[str, Any]
KEYS_OF_LANES = 10_000
"""Keys of the ledger looked at to find the next conversations: an index alone."""
AT_WORK = timedelta(hours=2)
"""Longer than that no record is tried: then it is not the runtime's to publish."""
HEADERS = {
    "$map": {
        "input": "$o",
        "in": [
            {"$arrayElemAt": ["$$this", 0]},
            {"$arrayElemAt": ["$$this", 3]},
        ],
    }
}
"""Topic and headers of each output, without what it says."""


class Ledger(Protocol):
    """The decisions of the past."""

    async def load(self, source_ids: Sequence[str], lanes: Sequence[str]) -> Loaded: ...


class States(Protocol):
    """How a lane's state is read back."""

    def load(self, raw: bytes) -> State: ...


class Watermarks(Protocol):
    """Up to where each partition was worked and published."""

    async def load(self, places: Iterable[Place]) -> dict[Place, int]: ...


class MongoDecisions:
    """Reads `escalator_ledger`, `escalator_escalations` and `escalator_timers`."""

    def __init__(
        self,
        database: Database,
        *,
        ledger: Ledger,
        states: States,
        watermarks: Watermarks,
        clock: Clock,
    ) -> None:
        self._entries = database["escalator_ledger"]
        self._timers = database["escalator_timers"]
        self._escalations = database[ESCALATIONS]
        self._ledger = ledger
        self._states = states
        self._watermarks = watermarks
        self._clock = clock

    async def since(
        self, mark: Mark, *, until: datetime, limit: int
    ) -> tuple[list[Decided], Mark]:
        """Return what was decided after *mark*, before *until*, and the next mark.

        Only what published anything; the mark passes the rest too.
        """
        window = {"at": {"$gte": mark.at, "$lt": until}}
        with translated():
            rows = await self._entries.aggregate(
                [
                    {"$match": window},
                    {"$sort": {"at": 1}},
                    {"$skip": mark.entries},
                    {"$limit": limit},
                    {"$project": {"k": 1, "p": 1, "at": 1, "o": HEADERS}},
                ]
            ).to_list(None)
        decided = [_decided(row) for row in rows]
        return [each for each in decided if each.outputs], mark_after(mark, decided)

    async def lanes_after(self, lane: str, *, limit: int) -> tuple[list[str], str]:
        """Return the next conversations behind *lane*, in the order of their names.

        Beside them the one to go on behind; empty at the end.
        """
        with translated():
            rows = await (
                self._entries.find({"k": {"$gt": lane}}, {"_id": 0, "k": 1})
                .sort([("k", 1), ("n", -1)])
                .limit(KEYS_OF_LANES)
                .to_list(None)
            )
        lanes = list(dict.fromkeys(row["k"] for row in rows))
        more = len(lanes) > limit or len(rows) == KEYS_OF_LANES
        return lanes[:limit], lanes[:limit][-1] if more else ""

    async def numbers(self, lanes: Sequence[str]) -> Mapping[str, int]:
        """Return the number of the latest decision of each of *lanes*."""
        loaded = await self._ledger.load([], lanes)
        return {lane: number for lane, (number, _) in loaded.states.items()}

    async def standing(self, lanes: Sequence[str]) -> list[Standing]:
        """Return how the conversations among *lanes* stand that wait or escalated."""
        loaded = await self._ledger.load([], lanes)
        known: dict[str, tuple[int, Conversation]] = {}
        for lane, (number, raw) in loaded.states.items():
            state = self._read(raw)
            if state is not None and _waits(state):
                known[lane] = (number, state)
        # The states first: what the others hold is then as new, or newer.
        listed, timers, fired = await asyncio.gather(
            self._listed(known.values()), self._stored(known), self._fired(known)
        )
        return [
            Standing(
                lane=lane,
                number=number,
                conversation=state,
                listed=listed,
                timers=tuple(timers.get(lane, ())),
                fired=fired,
            )
            for lane, (number, state) in known.items()
        ]

    def _read(self, raw: bytes) -> Conversation | None:
        try:
            state = self._states.load(raw)
        except Exception:  # noqa: BLE001 - a later version's: it audits that one itself
            return None
        return state if isinstance(state, Conversation) else None

    async def _listed(
        self, known: Iterable[tuple[int, Conversation]]
    ) -> dict[str, Listed]:
        names = [each.escalation_id for _, state in known for each in state.escalations]
        shown = {"revision": 1, "status": 1, "told": 1}
        with translated():
            rows = await self._escalations.find({"_id": {"$in": names}}, shown).to_list(
                None
            )
        return {
            row["_id"]: Listed(
                row.get("revision", -1), row.get("status", ""), row.get("told", "")
            )
            for row in rows
        }

    async def _stored(self, lanes: Iterable[str]) -> dict[str, list[Timer]]:
        with translated():
            rows = await self._timers.find({"lane": {"$in": list(lanes)}}).to_list(None)
        found: dict[str, list[Timer]] = {}
        for row in rows:
            timer = Timer(
                row["_id"],
                row["lane"],
                row["due_at"],
                row.get("kind", ""),
                row.get("payload") or {},
            )
            found.setdefault(timer.lane, []).append(timer)
        return found

    async def _fired(
        self, known: Mapping[str, tuple[int, Conversation]]
    ) -> frozenset[str]:
        names = [name for _, state in known.values() for name in near_timers(state)]
        return await self._having(names)

    async def _having(self, source_ids: Sequence[str]) -> frozenset[str]:
        if not source_ids:
            return frozenset()
        with translated():
            rows = await self._entries.find(
                {"_id": {"$in": list(source_ids)}}, {"_id": 1}
            ).to_list(None)
        return frozenset(row["_id"] for row in rows)

    async def unpublished(self, decided: Sequence[Decided]) -> set[str]:
        """Return those of which the runtime itself knows that it has to publish.

        That is what lies above its partition's watermark, and what a timer or an order
        caused that is still stored.
        """
        lately = self._clock.now() - AT_WORK
        recent = [each for each in decided if each.at > lately]
        places = {each.source_id: _place(each.position) for each in recent}
        marks = await self._watermarks.load({place[:2] for place in places.values()})
        with translated():
            rows = await self._timers.find(
                {"_id": {"$in": list(places)}}, {"_id": 1}
            ).to_list(None)
        waiting = {str(row["_id"]) for row in rows}
        return waiting | {
            source_id
            for source_id, (topic, partition, offset) in places.items()
            if _is_topic(topic) and offset >= marks.get((topic, partition), 0)
        }

    async def outputs(self, source_id: str) -> Sequence[Outgoing]:
        """Return what a decision was to publish."""
        decided = (await self._ledger.load([source_id], [])).decided
        return decided[source_id].outputs if source_id in decided else ()

    async def requests(
        self, lane: str, delivery_ids: Sequence[str]
    ) -> Mapping[str, Outgoing]:
        """Return the requests of these deliveries, as they were published."""
        wanted = set(delivery_ids)
        found: dict[str, Outgoing] = {}
        published = {"k": lane, "o.0": {"$exists": True}}
        with translated():
            async for row in self._entries.find(published, {"o": 1}):
                found |= _requested(row, wanted)
        return found


def _waits(state: Conversation) -> bool:
    """Return whether there is anything to compare of *state*."""
    return bool(state.escalations or state.waiting or state.consultations)


def _requested(row: Row, wanted: set[str]) -> dict[str, Outgoing]:
    found: dict[str, Outgoing] = {}
    for stored in row["o"]:
        if stored[0] != NOTIFICATION_REQUESTED.name:
            continue
        output = read_output(stored)
        name = dict(output.headers).get("ce_id", b"").decode()
        if name in wanted:
            found[name] = output
    return found


def _decided(row: Row) -> Decided:
    outputs = tuple(_named(topic, headers) for topic, headers in row["o"] or ())
    return Decided(row["_id"], row["k"], row["p"], row["at"], outputs)


def _named(topic: str, headers: bytes) -> tuple[str, str]:
    output = read_output([topic, b"", b"", headers, None])
    return topic, dict(output.headers).get("ce_id", b"").decode()


def mark_after(mark: Mark, decided: Sequence[Decided]) -> Mark:
    """Return the mark behind *decided*, which were read from *mark* on."""
    if not decided:
        return mark
    last = decided[-1].at
    same = sum(each.at == last for each in decided)
    return Mark(last, same + (mark.entries if last == mark.at else 0))


def _place(position: str) -> tuple[str, int, int]:
    topic, partition, offset = position.rsplit("/", 2)
    return topic, int(partition), int(offset)


def _is_topic(name: str) -> bool:
    return "." in name
