"""Fakes, written once: a clock, a ledger, a publisher, the apps, raw records."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import bson

from shared.errors import Transient
from shared.events import AppKey, AppSettings
from shared.kafka.deciding.decisions import (
    ConflictError,
    Document,
    Entry,
    Loaded,
    RefusedError,
    Stored,
    Timer,
)
from shared.kafka.records import Outgoing
from shared.kafka.working.parked import HeldLane, Parked, Place

MONGO_BYTES = 16 * 1024 * 1024
"""Of one document."""
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """Stands still until told to move."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class FakeLedger:
    """The ledger in memory, with the same two uniqueness rules as MongoDB's."""

    entries: dict[str, Entry] = field(default_factory=dict)
    failing: list[Exception] = field(default_factory=list)
    """Raised, one a call, instead of appending."""

    @property
    def documents(self) -> dict[tuple[str, Any], dict[str, Any]]:
        latest: dict[tuple[str, Any], Document] = {}
        fixed: dict[tuple[str, Any], dict[str, Any]] = {}
        for entry in self.entries.values():
            for each in entry.documents:
                place = (each.collection, each.document["_id"])
                latest[place] = each
                fixed.setdefault(place, each.fixed)
        return {
            place: each.document | fixed[place]
            for place, each in latest.items()
            if not each.gone
        }

    @property
    def timers(self) -> list[Timer]:
        entries = self.entries.values()
        cancelled = {timer_id for entry in entries for timer_id in entry.cancels}
        set_ = [timer for entry in entries for timer in entry.timers]
        return [timer for timer in set_ if timer.timer_id not in cancelled]

    async def load(self, source_ids: Sequence[str], lanes: Sequence[str]) -> Loaded:
        states: dict[str, tuple[int, bytes]] = {}
        for entry in self.entries.values():
            if entry.lane in lanes and entry.number > states.get(entry.lane, (0,))[0]:
                states[entry.lane] = (entry.number, entry.state)
        decided = {
            source_id: Stored(entry.position, entry.outputs)
            for source_id in source_ids
            if (entry := self.entries.get(source_id))
        }
        return Loaded(decided, states)

    async def append(self, entries: Sequence[Entry]) -> None:
        if self.failing:
            raise self.failing.pop(0)
        numbers = {(each.lane, each.number) for each in self.entries.values()}
        for entry in entries:
            _check_storable(entry)
            taken = (entry.lane, entry.number) in numbers
            if entry.source_id in self.entries or taken:
                raise ConflictError
        for entry in entries:
            self.entries[entry.source_id] = entry

    async def facts(self, lane: str) -> list[dict[str, Any]]:
        mine = sorted(
            (each for each in self.entries.values() if each.lane == lane),
            key=lambda each: each.number,
        )
        return [each.fact for each in mine if each.fact is not None]

    async def facts_of(self, lanes: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        return {lane: await self.facts(lane) for lane in lanes}

    async def has(self, source_id: str) -> bool:
        return source_id in self.entries


def _check_storable(entry: Entry) -> None:
    """Raise RefusedError for what MongoDB refuses."""
    size = len(entry.state or b"") + sum(len(each.value) for each in entry.outputs)
    try:
        size += len(bson.encode({"fact": entry.fact}))
        parts = [timer.payload for timer in entry.timers]
        parts += [each.document | each.fixed for each in entry.documents]
        size = max([size, *(len(bson.encode(part)) for part in parts)])
    except (bson.errors.BSONError, OverflowError, UnicodeEncodeError) as error:
        raise RefusedError("document_invalid", repr(error)) from error
    if size > MONGO_BYTES:
        raise RefusedError("document_too_large", f"{size} bytes")


@dataclass
class FakePublisher:
    """Keeps what was published; *failing* calls fail first."""

    published: list[Outgoing] = field(default_factory=list)
    failing: int = 0

    async def publish(self, outputs: Sequence[Outgoing]) -> None:
        if outputs and self.failing:
            self.failing -= 1
            raise Transient("kafka_unavailable")
        self.published += outputs

    def on(self, topic: str) -> list[Outgoing]:
        return [each for each in self.published if each.topic == topic]


@dataclass
class FakeApps:
    """The apps a service knows; those in *late* only after a refresh."""

    known: dict[str, AppSettings] = field(default_factory=dict)
    late: dict[str, AppSettings] = field(default_factory=dict)
    refreshed: int = 0
    made_again: dict[str, datetime] = field(default_factory=dict)

    def get(self, app_id: str) -> AppSettings | None:
        return self.known.get(app_id)

    def made_again_at(self, app_id: str) -> datetime | None:
        return self.made_again.get(app_id)

    def find_key(self, key_id: str) -> tuple[str, AppKey] | None:
        for app in self.known.values():
            for key in app.keys:
                if key.key_id == key_id:
                    return app.app_id, key
        return None

    def active(self) -> list[AppSettings]:
        return [app for app in self.known.values() if app.status == "active"]

    def active_count(self) -> int:
        return sum(each.status == "active" for each in self.known.values())

    async def refresh(self) -> None:
        self.refreshed += 1
        self.known |= self.late


def app(app_id: str = "acme", **facts: Any) -> AppSettings:
    return AppSettings(app_id=app_id, updated_at=NOON, **facts)


@dataclass
class FakeWatermarks:
    """Watermarks in memory."""

    marks: dict[Place, int] = field(default_factory=dict)
    failing: list[Exception] = field(default_factory=list)
    """Raised, one a call, instead of loading."""

    async def load(self, places: Iterable[Place]) -> dict[Place, int]:
        if self.failing:
            raise self.failing.pop(0)
        return {place: self.marks.get(place, 0) for place in places}

    async def advance(self, marks: dict[Place, int]) -> None:
        for place, offset in marks.items():
            self.marks[place] = max(offset, self.marks.get(place, 0))


@dataclass
class FakeParkedStore:
    """Parked records in memory; *failing* calls fail first, one exception each."""

    records: dict[tuple[str, str, int, int], Parked] = field(default_factory=dict)
    """By cluster, topic, partition and offset."""
    cluster: str = ""
    failing: list[Exception] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    async def lanes(self, places: Iterable[Place]) -> list[HeldLane]:
        self._called("lanes")
        chosen = set(places)
        lanes: dict[tuple[str, str], HeldLane] = {}
        for each in self._ours():
            if (each.topic, each.partition) in chosen:
                lane = HeldLane(each.topic, each.partition, each.lane, each.due_at)
                lanes.setdefault(lane.key, lane)
        return list(lanes.values())

    async def read(
        self, lane: HeldLane, *, max_bytes: int
    ) -> tuple[list[Parked], bool]:
        self._called("read")
        found: list[Parked] = []
        room = max_bytes
        for each in self._ours():
            if (each.topic, each.partition, each.lane) != (*lane.place, lane.lane):
                continue
            room -= each.size_bytes
            if found and room < 0:
                return found, False
            found.append(each)
        return found, True

    async def present(self, records: Sequence[Parked]) -> list[Parked]:
        self._called("present")
        return [each for each in records if self._id(each) in self.records]

    async def add(self, records: Sequence[Parked]) -> list[Parked]:
        self._called("add")
        new = [each for each in records if self._id(each) not in self.records]
        self.records |= {self._id(each): each for each in new}
        return new

    async def postpone(self, parked: Parked) -> None:
        self._called("postpone")
        self.records[self._id(parked)] = parked

    async def remove(self, records: Sequence[Parked]) -> None:
        self._called("remove")
        for each in records:
            self.records.pop(self._id(each), None)

    async def count(self) -> dict[Place, int]:
        self._called("count")
        return dict(Counter((each.topic, each.partition) for each in self._ours()))

    def _ours(self) -> list[Parked]:
        ours = [each for at, each in self.records.items() if at[0] == self.cluster]
        return sorted(ours, key=lambda each: each.offset)

    def _id(self, each: Parked) -> tuple[str, str, int, int]:
        return self.cluster, each.topic, each.partition, each.offset

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.failing:
            raise self.failing.pop(0)


@dataclass
class RawRecord:
    """What aiokafka hands over."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    timestamp: int | None = None


@dataclass
class FakeBatch:
    """A FastStream batch that counts its acknowledgements."""

    raw_message: Sequence[Any]
    acks: int = 0
    nacks: int = 0

    async def ack(self) -> None:
        self.acks += 1

    async def nack(self) -> None:
        self.nacks += 1
