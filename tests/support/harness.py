"""A runtime on fakes, as one process after another has it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared import topics
from shared.kafka.deciding.worker import DecisionWorker
from shared.kafka.working.intake import Decoder
from shared.kafka.working.parked import Place
from shared.kafka.working.parking import ParkingLot
from shared.kafka.working.runtime import Runtime
from tests.support.counting import Counting, Counts
from tests.support.factories import message, raw
from tests.support.fakes import (
    FakeApps,
    FakeBatch,
    FakeClock,
    FakeLedger,
    FakeParkedStore,
    FakePublisher,
    FakeWatermarks,
    RawRecord,
    app,
)

REPLIES = topics.CONVERSATION_REPLIES.name
DEAD = topics.CONVERSATION_EVENTS.dead_letter
EVENTS = topics.CONVERSATION_EVENTS.name
HERE = ((EVENTS, 0),)


@dataclass
class Harness:
    """A runtime and everything it touches, as one process after another sees it."""

    verb: Counting = field(default_factory=Counting)
    clock: FakeClock = field(default_factory=FakeClock)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    apps: FakeApps = field(default_factory=lambda: FakeApps({"acme": app()}))
    parked: FakeParkedStore = field(default_factory=FakeParkedStore)
    marks: FakeWatermarks = field(default_factory=FakeWatermarks)
    memory_bytes: int = 1_000_000
    """For parked records."""

    def start(self, *, places: Iterable[Place] = HERE) -> Runtime:
        """Return the runtime of a new process that *places* were assigned to."""
        worker = DecisionWorker(
            self.verb,
            states=Counts(),
            ledger=self.ledger,
            clock=self.clock,
            on_unexpected=lambda *_: None,
        )
        runtime = Runtime(
            service="test",
            decoder=Decoder(
                [topics.CONVERSATION_EVENTS],
                apps=self.apps,
                max_event_bytes=1_000_000,
                now=self.clock.now,
            ),
            worker=worker,
            publisher=self.publisher,
            apps=self.apps,
            lot=ParkingLot(self.parked, scale=1, max_bytes=self.memory_bytes),
            watermarks=self.marks,
            clock=self.clock,
            order={},
        )
        runtime.assigned(places)
        return runtime

    @property
    def answers(self) -> list[bytes]:
        return [each.value for each in self.publisher.on(REPLIES)]

    @property
    def dead_reasons(self) -> list[str]:
        return [
            dict(each.headers)["reason"].decode() for each in self.publisher.on(DEAD)
        ]


def said(
    event_id: str,
    text: str = "hi",
    *,
    offset: int,
    lane: str = "c-42",
    app_id: str = "acme",
    partition: int = 0,
) -> RawRecord:
    """Return a record; the words "later", "never" and "bug" make it fail."""
    words = {"role": "user", "text": text}
    event = message(event_id, app_id=app_id, conversation_id=lane, message=words)
    return raw(event, offset=offset, partition=partition)


async def run(runtime: Runtime, *raws: RawRecord) -> FakeBatch:
    """Have *runtime* work *raws* as one batch, and return the batch."""
    batch = FakeBatch(raws)
    await runtime.on_batch(batch)
    return batch


async def park(harness: Harness, *lanes: str, followers: int = 0) -> None:
    """Have the first record of each of *lanes* fail, in a process that then ends."""
    records = [
        said(f"{lane}{n}", "hi" if n else "later", offset=100 * place + n, lane=lane)
        for place, lane in enumerate(lanes)
        for n in range(1 + followers)
    ]
    await run(harness.start(), *records)
    assert len(harness.parked.records) == len(records)
