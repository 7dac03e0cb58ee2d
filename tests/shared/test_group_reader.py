"""A topic of its own group: committed after the work, in order, poison put aside."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from shared.errors import Permanent, Transient
from shared.events import GapVerificationRequested
from shared.kafka.following.group import GroupReader
from shared.settings import KafkaSettings
from shared.topics import GAP_VERIFICATION_REQUESTED
from tests.support.fakes import FakeClock, FakePublisher, RawRecord


def request(name: str) -> bytes:
    event = GapVerificationRequested(
        verification_id=name, gap_id="g-1", app_id="acme", questions=["How big?"]
    )
    return event.model_dump_json().encode()


@dataclass
class Log:
    """A partition, and up to where the group committed it."""

    values: list[bytes]
    committed: int = 0
    readers: int = 0

    def consumer(self) -> "FakeConsumer":
        self.readers += 1
        return FakeConsumer(self, self.committed)


@dataclass
class FakeConsumer:
    log: Log
    at: int

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[Any, Any]:
        await asyncio.sleep(0)
        taken = self.log.values[self.at : self.at + max_records]
        first, self.at = self.at, self.at + len(taken)
        records = [
            RawRecord(GAP_VERIFICATION_REQUESTED.name, 0, first + n, b"acme", value)
            for n, value in enumerate(taken)
        ]
        return {"place": records} if records else {}

    async def commit(self, offsets: dict[Any, int]) -> None:
        self.log.committed = offsets["place"]


@dataclass
class World:
    log: Log
    failing: list[Exception] = field(default_factory=list)
    """Raised, one a call, instead of taking."""
    taken: list[str] = field(default_factory=list)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    slept: list[float] = field(default_factory=list)

    async def take(self, event: GapVerificationRequested) -> None:
        if self.failing:
            raise self.failing.pop(0)
        self.taken.append(event.verification_id)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    async def read_until(self, done: Callable[[], bool]) -> None:
        reader = GroupReader(
            GAP_VERIFICATION_REQUESTED,
            self.take,
            service="resolver",
            settings=KafkaSettings(),
            publisher=self.publisher,
            clock=FakeClock(),
            make=self.log.consumer,
        )
        reader.sleep = self.sleep
        await reader.start()
        async with asyncio.timeout(5):
            while not done():
                await asyncio.sleep(0)
        await reader.stop()


def world(*names: str) -> World:
    return World(Log([request(name) for name in names]))


async def test_every_event_is_taken_in_order_and_committed_afterwards():
    made = world("a", "b", "c")

    await made.read_until(lambda: made.log.committed == 3)

    assert made.taken == ["a", "b", "c"]


async def test_what_cannot_be_taken_now_is_tried_until_it_can():
    made = world("a", "b")
    made.failing = [Transient("mongo_unavailable")] * 3

    await made.read_until(lambda: made.log.committed == 2)

    assert made.taken == ["a", "b"]
    assert made.slept[:3] == [1.0, 2.0, 4.0]
    assert made.publisher.published == []


@pytest.mark.parametrize("value", [b"", b"{", b'{"gap_id": 1}'])
async def test_poison_becomes_a_dead_letter_and_the_rest_goes_on(value):
    made = world("a", "b")
    made.log.values.insert(1, value)

    await made.read_until(lambda: made.log.committed == 3)

    assert made.taken == ["a", "b"]
    (letter,) = made.publisher.on("gap.verification-requested.dead-letter")
    assert letter.value == value


async def test_what_is_refused_for_good_becomes_a_dead_letter():
    made = world("a")
    made.failing = [Permanent("never_works")]

    await made.read_until(lambda: made.log.committed == 1)

    (letter,) = made.publisher.published
    assert dict(letter.headers)["reason"] == b"never_works"


async def test_a_bug_costs_its_own_record_alone():
    made = world("a", "b")
    made.failing = [ValueError("a bug")] * 3

    await made.read_until(lambda: made.log.committed == 2)

    assert made.taken == ["b"]
    (letter,) = made.publisher.published
    assert dict(letter.headers)["reason"] == b"unexpected_error"


async def test_a_reader_that_dies_before_the_commit_takes_the_record_again():
    made = world("a", "b")

    async def commit(_: Any, __: Any) -> None:
        FakeConsumer.commit = original  # type: ignore[method-assign]
        raise ConnectionError("the broker went away")

    original = FakeConsumer.commit
    FakeConsumer.commit = commit  # type: ignore[method-assign,assignment]
    await made.read_until(lambda: made.log.committed == 2)

    assert made.taken == ["a", "a", "b"]
    assert made.log.readers == 2
