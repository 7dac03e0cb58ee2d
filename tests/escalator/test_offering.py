"""What is handed off goes to a member who is there and has room, and to no other."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from services.escalator.domain.members.capacity import Offer, choose
from services.escalator.escalate.drafting.documents import ESCALATIONS
from services.escalator.escalate.lifecycle.offering import FORGOTTEN_AFTER, Capacity
from shared.events import Member, Role
from tests.escalator.world import APP, START, World
from tests.support.people import FakeMembers, member

ANA, BO, CY = (f"{name}@acme.test" for name in ("ana", "bo", "cy"))
BY_CAPACITY = {"assignment": {"by": "capacity"}}


def worker(email: str, capacity: int, *, available: bool = True) -> Member:
    return member(Role.AGENT, email=email, capacity=capacity, available=available)


@dataclass
class FakeOffers:
    """The store; each step gives way to the others, as a server does."""

    version: int = 0
    offers: Sequence[Offer] = ()
    inbox: dict[str, str] = field(default_factory=dict)
    """Who has each open escalation."""
    closed: set[str] = field(default_factory=set)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    async def load(self, app_id: str) -> tuple[int, Sequence[Offer]]:
        await self._wait()
        return self.version, self.offers

    async def save(self, app_id: str, offers: Sequence[Offer], *, over: int) -> bool:
        await self._wait()
        if self.version != over:
            return False
        self.version, self.offers = over + 1, tuple(offers)
        return True

    async def open_of(
        self, app_id: str, emails: Sequence[str]
    ) -> Sequence[tuple[str, str]]:
        await self._wait()
        return [(who, one) for one, who in self.inbox.items() if who in emails]

    async def stored(self, escalation_ids: Sequence[str]) -> set[str]:
        await self._wait()
        return {*escalation_ids} & {*self.inbox, *self.closed}

    async def _wait(self) -> None:
        for _ in range(self.chance.randrange(4)):
            await asyncio.sleep(0)


def capacity(store: FakeOffers, *members: Member) -> Capacity:
    known = FakeMembers()
    known.put(*members, app_id=APP)
    return Capacity(known, store)


def test_who_has_fewest_is_given_the_next_then_who_waited_longest():
    members = [worker(ANA, 5), worker(BO, 5), worker(CY, 1)]
    earlier = START - timedelta(hours=1)
    offers = [Offer("e-1", ANA, earlier), Offer("e-2", BO, START)]

    assert choose(members, {}, []) == ANA
    assert choose(members, {ANA: 1, CY: 1}, offers) == BO
    assert choose(members, {ANA: 2, BO: 2, CY: 1}, offers) == ANA
    assert choose(members, {ANA: 5, BO: 5, CY: 1}, offers) is None
    assert choose([], {}, []) is None


async def test_decided_again_it_is_the_same_member():
    store = FakeOffers()
    verb = capacity(store, worker(ANA, 9), worker(BO, 9))

    first = await verb.reserve(APP, "e-1", now=START)
    await verb.reserve(APP, "e-2", now=START)

    assert await verb.reserve(APP, "e-1", now=START) == first
    again = capacity(store, worker(ANA, 9), worker(BO, 9))
    assert await again.reserve(APP, "e-1", now=START) == first


async def test_an_offer_whose_escalation_never_came_is_forgotten():
    store = FakeOffers()
    verb = capacity(store, worker(ANA, 1))
    assert await verb.reserve(APP, "lost", now=START) == ANA
    assert await verb.reserve(APP, "e-1", now=START) is None

    later = START + FORGOTTEN_AFTER

    assert await verb.reserve(APP, "e-1", now=later) == ANA


async def test_nobody_is_given_anything_who_is_away_or_has_no_capacity():
    verb = capacity(FakeOffers(), worker(ANA, 5, available=False), worker(BO, 0))

    assert await verb.reserve(APP, "e-1", now=START) is None


@pytest.mark.parametrize("seed", range(8))
async def test_no_one_is_ever_over_capacity(seed: int) -> None:
    """Three instances hand off side by side, crash and repeat; people close theirs."""
    chance = random.Random(seed)
    store = FakeOffers(chance=chance)
    rooms = {ANA: 3, BO: 1, CY: 7}
    members = [worker(email, room) for email, room in rooms.items()]
    instances = [capacity(store, *members) for _ in range(3)]
    unassigned: set[str] = set()

    def check() -> None:
        for email, room in rooms.items():
            assert sum(who == email for who in store.inbox.values()) <= room

    async def hand_off(name: str) -> None:
        instance = chance.choice(instances)
        email = await instance.reserve(APP, name, now=START)
        if chance.random() < 0.3:  # killed before it was stored, and decided again
            await hand_off(name)
            return
        await asyncio.sleep(0)
        if email is None:
            unassigned.add(name)
            return
        store.inbox[name] = email
        check()

    async def close() -> None:
        await asyncio.sleep(0)
        if store.inbox and chance.random() < 0.5:
            name = chance.choice([*store.inbox])
            del store.inbox[name]
            store.closed.add(name)

    for burst in range(20):
        work = [hand_off(f"e-{burst}-{number}") for number in range(8)]
        await asyncio.gather(*work, *(close() for _ in range(8)))
        check()

    assert len(store.inbox) + len(store.closed) + len(unassigned) == 160
    assert len(store.closed) > sum(rooms.values())


def world_of(*members: Member, **preferences: Any) -> World:
    world = World()
    world.offers = capacity(FakeOffers(), *members)
    world.prefer(**preferences)
    world.restart()
    return world


async def opened(world: World) -> dict[str, Any]:
    await world.escalate()
    (row,) = world.documents(ESCALATIONS).values()
    return row


async def test_a_hand_off_is_assigned_and_says_so_with_a_real_actor() -> None:
    world = world_of(worker(ANA, 1), **BY_CAPACITY)

    row = await opened(world)

    assert row["assignee"] == ANA
    (update,) = world.updates
    assert update["change"] == "assigned"
    assert (update["actor"], update["reason"]) == ("handrail", "assigned_by_capacity")
    assert update["text"] == ANA


async def test_without_the_setting_nobody_is_assigned() -> None:
    row = await opened(world_of(worker(ANA, 1)))

    assert row["assignee"] is None


async def test_others_hear_of_it_as_long_as_its_assignee_has_not_acted() -> None:
    within = {"within": "30m", "levels": [{"destinations": ["lead-mail"]}]}
    world = world_of(worker(ANA, 1), **BY_CAPACITY, acknowledgement=within)
    await opened(world)

    await world.wait(30 * 60)

    sent = [each["destination_id"] for each in world.requests]
    assert sent == ["default", "lead-mail"]


async def test_who_acts_on_what_they_were_given_has_it() -> None:
    within = {"within": "30m", "levels": [{"destinations": ["lead-mail"]}]}
    world = world_of(worker(ANA, 1), **BY_CAPACITY, acknowledgement=within)
    row = await opened(world)

    await world.order(row["_id"], "acknowledge", actor=ANA)
    await world.wait(30 * 60)

    sent = [each["destination_id"] for each in world.requests]
    assert sent == ["default"]


async def test_what_its_assignee_leaves_alone_is_everybodys_again() -> None:
    world = world_of(worker(ANA, 1), **BY_CAPACITY, acknowledgement={"claim_for": "1h"})
    await opened(world)

    await world.wait(60 * 60)

    (row,) = world.documents(ESCALATIONS).values()
    assert row["assignee"] is None
    assert world.updates[-1]["reason"] == "released"
