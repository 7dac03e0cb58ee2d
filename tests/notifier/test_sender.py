"""The sender: bounded, fair to every destination, and gone when told to go."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from services.notifier.deliver.deliverer import LeaseLostError
from services.notifier.domain.delivery import Delivery, Status
from services.notifier.sending.sender import Limits, Place, Sender
from shared.errors import Transient
from tests.notifier.letters import make_delivery


@dataclass
class FakeClaims:
    """Hands out what is due, never to the busy."""

    due: list[Delivery] = field(default_factory=list)
    asked: list[tuple[int, list[Place]]] = field(default_factory=list)
    renewed: list[list[str]] = field(default_factory=list)

    async def claim(self, limit: int, *, busy: Sequence[Place] = ()) -> list[Delivery]:
        self.asked.append((limit, list(busy)))
        found = [
            each for each in self.due if (each.app_id, each.destination_id) not in busy
        ][:limit]
        self.due = [each for each in self.due if each not in found]
        return found

    async def renew(self, ids: Sequence[str]) -> None:
        self.renewed.append(list(ids))


@dataclass
class FakeVerb:
    """Takes its time, as long as *gate* is closed."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    delivered: list[str] = field(default_factory=list)
    running: int = 0
    most: int = 0
    failing: list[Exception] = field(default_factory=list)

    async def deliver(self, delivery: Delivery) -> Delivery:
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.gate.wait()
            if self.failing:
                raise self.failing.pop()
        finally:
            self.running -= 1
        self.delivered.append(delivery.delivery_id)
        return replace(delivery, status=Status.DELIVERED)


def some(count: int, *, destination: str = "team-mail") -> list[Delivery]:
    return [
        make_delivery(delivery_id=f"{destination}-{n}", destination_id=destination)
        for n in range(count)
    ]


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0.005)


async def test_everything_due_is_sent_no_more_at_once_than_allowed() -> None:
    places = ("mail", "hook", "pager", "inbox")
    verb = FakeVerb()
    claims = FakeClaims(
        [each for place in places for each in some(5, destination=place)]
    )
    sender = Sender(verb, claims, Limits(total=6, per_destination=4))
    running = asyncio.create_task(sender.run())
    await settle()
    assert verb.most == 6

    verb.gate.set()
    await settle()
    running.cancel()

    assert len(verb.delivered) == 20
    assert verb.most == 6


async def test_a_slow_destination_leaves_room_for_the_others() -> None:
    sender = Sender(FakeVerb(), FakeClaims(), Limits(total=6, per_destination=4))

    reserved = [sender.reserve(each) for each in some(9, destination="tarpit")]
    other = [sender.reserve(each) for each in some(9, destination="hook")]

    assert sum(reserved) == 4
    assert sum(other) == 2


async def test_a_backlog_for_one_destination_is_sent_without_a_pause() -> None:
    """Each time that it looks around only once a second, this takes ten seconds."""
    verb = FakeVerb()
    verb.gate.set()
    sender = Sender(verb, FakeClaims(some(80)), Limits(total=32, per_destination=8))
    running = asyncio.create_task(sender.run())
    async with asyncio.timeout(3):
        while len(verb.delivered) < 80:
            await asyncio.sleep(0.01)
    running.cancel()


async def test_a_claim_never_fills_every_place_with_one_destination() -> None:
    verb, claims = FakeVerb(), FakeClaims(some(80, destination="tarpit"))
    sender = Sender(verb, claims, Limits(total=32, per_destination=8))
    running = asyncio.create_task(sender.run())
    await settle()
    running.cancel()

    assert verb.running < 16
    assert sum(sender.reserve(each) for each in some(8, destination="hook")) == 8
    verb.gate.set()
    await sender.stop()


async def test_room_is_given_back_whatever_the_verb_ends_with() -> None:
    verb = FakeVerb(
        failing=[Transient("mongo_unavailable"), LeaseLostError("d"), ValueError("bug")]
    )
    verb.gate.set()
    sender = Sender(verb, FakeClaims(), Limits(total=3, per_destination=3))
    for each in some(3):
        assert sender.reserve(each)
        sender.begin(each)
    await settle()

    assert all(sender.reserve(each) for each in some(3))
    assert verb.delivered == []


async def test_leases_of_what_is_being_sent_are_renewed() -> None:
    verb, claims = FakeVerb(), FakeClaims()
    sender = Sender(verb, claims, Limits())
    await sender.keep_leases()
    for each in some(2):
        sender.reserve(each)
        sender.begin(each)
    await sender.keep_leases()
    verb.gate.set()
    await sender.stop()
    await sender.keep_leases()

    assert claims.renewed == [["team-mail-0", "team-mail-1"]]


async def test_stopping_begins_nothing_and_waits_for_what_runs() -> None:
    verb = FakeVerb()
    sender = Sender(verb, FakeClaims(), Limits())
    (one,) = some(1)
    sender.reserve(one)
    sender.begin(one)
    stopping = asyncio.create_task(sender.stop())
    await settle()
    assert not stopping.done()

    verb.gate.set()
    await stopping

    assert verb.delivered == [one.delivery_id]
    assert sender.reserve(one) is False
