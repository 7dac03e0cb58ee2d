"""Requests that were read and about which nothing is stored, and those that are not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.escalator.repository.audit.requests import TOPIC, ReadRequests
from services.escalator.repository.conversations.states import ConversationStates
from shared.kafka.records import Done, Record
from shared.kafka.working.intake import Intake
from shared.kafka.working.parked import Parked
from tests.escalator.world import World
from tests.support.fakes import FakeWatermarks


@dataclass
class Log:
    """One partition of requests, and what is parked of it."""

    records: list[Record] = field(default_factory=list)
    parked: set[int] = field(default_factory=set)
    looks: int = 0

    async def partitions(self, topic: str) -> Sequence[int]:
        return [0]

    async def read(
        self, topic: str, offsets: Mapping[int, int], until: Mapping[int, int]
    ) -> list[Any]:
        self.looks += 1
        return [each for each in self.records if offsets[0] <= each.offset < until[0]]

    async def present(self, records: Sequence[Parked]) -> list[Parked]:
        return [each for each in records if each.offset in self.parked]


class Reader:
    async def read(self, raws: Iterable[Any]) -> Intake:
        return Intake(records=list(raws))


@dataclass
class Room:
    """A world whose requests are looked at again."""

    world: World = field(default_factory=World)
    log: Log = field(default_factory=Log)
    offsets: dict[str, int] = field(default_factory=lambda: {"0": 0})

    def __post_init__(self) -> None:
        self.marks = FakeWatermarks({(TOPIC, 0): 1000})
        self.requests = ReadRequests(
            topics=self.log,
            reader=Reader(),
            ledger=self.world.ledger,
            states=ConversationStates(),
            watermarks=self.marks,
            parking=self.log,
            work=self._work,
            clock=self.world.clock,
        )

    async def _work(self, record: Record) -> Done:
        return (await self.world.feed(record))[0]

    async def read_without_deciding(self, event_id: str) -> Record:
        await self.world.say(event_id, "Uploads fail")
        record = self.world.of_unresolved(event_id, text="Uploads fail")
        self.log.records.append(record)
        return record

    async def undecided(self) -> list[str]:
        return [each.source_id for each in await self.requests.undecided(self.offsets)]


async def test_a_request_that_was_read_and_not_decided_is_found_and_decided_once() -> (
    None
):
    room = Room()
    record = await room.read_without_deciding("e-1")

    (found,) = await room.requests.undecided(room.offsets)
    await found.decide()
    await found.decide()

    assert found.source_id == record.source_id
    assert [each["escalation_id"] for each in room.world.opened] == [
        found.escalation_id
    ]


async def test_what_was_decided_parked_or_opened_by_the_same_event_is_not_lost() -> (
    None
):
    room = Room()
    decided = await room.read_without_deciding("e-1")
    await room.world.feed(decided)
    other = room.world.of_unresolved("e-1", request_id="another", text="again")
    room.log.records.append(other)
    room.world.conversation_id = "c-parked"
    parked = await room.read_without_deciding("e-2")
    room.log.parked.add(parked.offset)

    assert await room.undecided() == []


async def test_records_above_the_mark_are_lag_and_looked_at_later() -> None:
    room = Room()
    record = await room.read_without_deciding("e-1")
    room.marks.marks[(TOPIC, 0)] = record.offset
    early = await room.undecided()
    room.marks.marks[(TOPIC, 0)] = record.offset + 1
    later = await room.undecided()

    assert early == []
    assert later == [record.source_id]


async def test_a_first_look_decides_nothing_of_the_past_again() -> None:
    room = Room(offsets={})
    await room.read_without_deciding("e-1")

    assert await room.undecided() == []
    assert room.offsets == {"0": 1000}
    assert room.log.looks == 0
