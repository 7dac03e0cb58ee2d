"""The verb's surroundings in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.notifier.deliver.announce import Announcer, Unpublished
from services.notifier.deliver.deliverer import Deliverer
from services.notifier.deliver.ports import Letter
from services.notifier.domain.circuit import Circuits
from services.notifier.domain.delivery import (
    Delivery,
    RecipientStatus,
    Status,
    Stored,
)
from services.notifier.domain.destination import Destination
from services.notifier.domain.holds import Earlier
from services.notifier.domain.outcomes import Accepted, Outcome
from shared.kafka.records import Outgoing
from tests.support.fakes import FakeClock, FakePublisher

OK = Accepted("250 2.0.0 Ok")
TEAM = Destination("acme", "team-mail", "email", to=("team@acme.test",))


class CrashError(BaseException):
    """The process dies here."""


@dataclass
class FakeDeliveries:
    """The collection in memory: the same rules of insertion, claim and token."""

    clock: FakeClock
    kept: dict[str, Delivery] = field(default_factory=dict)
    outbox: dict[str, list[Outgoing]] = field(default_factory=dict)
    crash_before_save: bool = False
    saves: list[Delivery] = field(default_factory=list)
    woken: list[tuple[str, ...]] = field(default_factory=list)

    async def accept(
        self, deliveries: Sequence[Delivery], *, take: frozenset[str]
    ) -> Stored:
        new = []
        for each in deliveries:
            if each.delivery_id not in self.kept:
                mine = each.delivery_id in take
                taken = replace(each, status=Status.SENDING, token=1) if mine else each
                self.kept[each.delivery_id] = taken
                new.append(taken)
        return Stored(
            frozenset(each.delivery_id for each in new),
            tuple(each for each in new if each.token),
        )

    async def ended(self, ids: Sequence[str], *, before: datetime) -> list[Delivery]:
        return [
            each
            for name in ids
            if (each := self.kept[name]).status in {Status.DELIVERED, Status.DEAD}
            and each.closed_at is not None
            and each.closed_at < before
        ]

    async def claim(
        self, limit: int, *, busy: Sequence[tuple[str, str]] = ()
    ) -> list[Delivery]:
        now = self.clock.now()
        due = [
            each
            for each in self.kept.values()
            if each.status in {Status.PENDING, Status.RETRY}
            and each.due_at <= now
            and (each.app_id, each.destination_id) not in busy
        ][:limit]
        return [self.take_over(each.delivery_id) for each in due]

    def take_over(self, delivery_id: str) -> Delivery:
        """Return it under a new owner, as when a lease ran out."""
        found = self.kept[delivery_id]
        mine = replace(found, status=Status.SENDING, token=found.token + 1)
        self.kept[delivery_id] = mine
        return mine

    async def renew(self, ids: Sequence[str]) -> None:
        """Nothing runs out here."""

    async def earlier(self, delivery: Delivery) -> list[Earlier]:
        return [
            Earlier(
                each.delivery_id,
                each.status,
                each.due_at,
                frozenset(
                    r.address
                    for r in each.recipients
                    if r.status is RecipientStatus.PENDING
                ),
                frozenset(r.address for r in each.accepted),
            )
            for each in sorted(self.kept.values(), key=lambda each: each.order)
            if each.lane == delivery.lane
            and each.destination_id == delivery.destination_id
            and each.order < delivery.order
        ]

    async def save(self, delivery: Delivery, news: Sequence[Outgoing]) -> bool:
        if self.crash_before_save:
            raise CrashError
        known = self.kept[delivery.delivery_id]
        if known.token != delivery.token or known.status is not Status.SENDING:
            return False
        self.kept[delivery.delivery_id] = delivery
        self.saves.append(delivery)
        if news:
            self.outbox.setdefault(delivery.delivery_id, []).extend(news)
        return True

    async def wake_unreached(self, channel: str) -> int:
        self.woken.append((channel,))
        return 0

    async def wake_waiting(self, app_id: str, destination_id: str) -> int:
        self.woken.append((app_id, destination_id))
        waiting = [
            each
            for each in self.kept.values()
            if each.status is Status.WAITING and each.destination_id == destination_id
        ]
        for each in waiting:
            self.kept[each.delivery_id] = replace(
                each, status=Status.PENDING, due_at=self.clock.now()
            )
        return len(waiting)

    async def unpublished(self, *, before: datetime, limit: int) -> list[Unpublished]:
        return [Unpublished(key, tuple(news)) for key, news in self.outbox.items()][
            :limit
        ]

    async def published(self, told: Sequence[Unpublished]) -> None:
        for each in told:
            self.outbox.pop(each.delivery_id, None)


@dataclass
class FakeDestinations:
    """Where teams receive, in memory."""

    known: dict[tuple[str, str], Destination] = field(default_factory=dict)

    async def get(self, app_id: str, destination_id: str) -> Destination | None:
        return self.known.get((app_id, destination_id))

    def put(self, destination: Destination) -> None:
        self.known[destination.app_id, destination.destination_id] = destination


Script = Outcome | BaseException | Callable[[], Any]


@dataclass
class FakeChannel:
    """A far side that follows a script per address, and accepts at its end."""

    name: str = "email"
    scripts: dict[str, list[Script]] = field(default_factory=dict)
    sent: list[tuple[str, str, Letter]] = field(default_factory=list)
    """Address, message id, letter: each that left us, accepted or not."""

    def addresses(self, destination: Destination) -> Sequence[str]:
        return destination.to

    def render(self, letter: Letter, address: str) -> tuple[str, Letter]:
        return f"<{letter.delivery_id}.{address}>", letter

    async def send(
        self, destination: Destination, address: str, message: tuple[str, Letter]
    ) -> Outcome:
        self.sent.append((address, *message))
        script = self.scripts.get(address) or [OK]
        step = script.pop(0) if len(script) > 1 or address in self.scripts else OK
        if callable(step):
            step = await step()
        if isinstance(step, BaseException):
            raise step
        if isinstance(step, Accepted):
            return Accepted(step.proof, message[0])
        return step

    def script(self, address: str, *steps: Script) -> None:
        self.scripts[address] = [*steps, OK]


@dataclass
class World:
    """A deliverer among fakes."""

    clock: FakeClock = field(default_factory=FakeClock)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    channel: FakeChannel = field(default_factory=FakeChannel)
    destinations: FakeDestinations = field(default_factory=FakeDestinations)
    deliveries: FakeDeliveries = field(init=False)
    announcer: Announcer = field(init=False)
    verb: Deliverer = field(init=False)

    def __post_init__(self) -> None:
        self.deliveries = FakeDeliveries(self.clock)
        self.announcer = Announcer(self.deliveries, self.publisher, self.clock)
        self.verb = Deliverer(
            deliveries=self.deliveries,
            destinations=self.destinations,
            channels={"email": self.channel, "webhook": self.channel},
            announcer=self.announcer,
            app_name=lambda app_id: app_id.title(),
            circuits=Circuits(pause=timedelta(seconds=10)),
            clock=self.clock,
            chance=lambda: 0.5,
        )

    async def ask(self, delivery: Delivery) -> Delivery:
        """Store *delivery* as ours."""
        stored = await self.deliveries.accept(
            [delivery], take=frozenset({delivery.delivery_id})
        )
        return stored.taken[0]

    async def run_due(self) -> list[Delivery]:
        """Deliver whatever is due now."""
        return [
            await self.verb.deliver(each) for each in await self.deliveries.claim(99)
        ]

    async def announce(self) -> None:
        """Publish what there is to tell."""
        while not self.announcer._queue.empty():
            await self.announcer.drain_once()

    def sent_to(self, address: str) -> list[str]:
        return [found for to, found, _ in self.channel.sent if to == address]
