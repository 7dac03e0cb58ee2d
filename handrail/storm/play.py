"""One run: load, faults beside it, and the reckoning afterwards."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from handrail.stack.gateway import SERVICES
from handrail.stack.kafka import ApacheKafka
from handrail.stack.local import LocalStack
from handrail.stack.processes import StartError
from handrail.storm import plan, read, watch
from handrail.storm.account import OPENED, Account, Reckoning, reckon
from handrail.storm.faults import TOO_LARGE, Faults
from handrail.storm.publish import Publisher
from handrail.storm.tenant import Tenant
from shared.topics.catalogue import (
    BY_NAME,
)

LARGE_PACKETS = 3
LULL_SECONDS = 5.0
"""Of load before the first fault, and between two."""
STALL_SECONDS = 150.0
"""Without anything arriving for so long, what is missing counts as lost: parked records
and deliveries are tried again within it."""
SHOWN_SECONDS = 1.0


@dataclass(frozen=True)
class Wish:
    """How much is said in how many seconds, and what is done to the brokers."""

    events: int = 20_000
    seed: int = 1
    load_seconds: float = 240.0
    killed: tuple[int, ...] = (1, 2, 3)
    down_seconds: float = 10.0
    leaderless_seconds: float = 60.0

    @classmethod
    def quick(cls, events: int, seed: int) -> "Wish":
        """Return the short form: one broker killed, no leaderless minute."""
        return cls(
            events=events,
            seed=seed,
            load_seconds=15.0,
            killed=(2,),
            down_seconds=4.0,
            leaderless_seconds=0.0,
        )


Report = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done, and of how much."""


@dataclass
class Play:
    """A run on *stack*, whose app is *app_id*."""

    stack: LocalStack
    wish: Wish
    app_id: str
    key: str
    say: Callable[[str], None]
    report: Report

    def __post_init__(self) -> None:
        """Refuse a broker that cannot be killed."""
        if not isinstance(self.stack.broker, ApacheKafka):
            raise StartError("brokers are killed: it takes three of Apache Kafka")
        self._urls = {name: self.stack.url(name) for name in SERVICES}
        self._account = Account()
        self._publisher = Publisher(
            self.stack.kafka, self.stack.origin, self.app_id, self.key
        )
        self._watch = watch.Watch(self._urls)
        self._faults = Faults(
            self.stack.broker, self.stack.service_environment(), self.say
        )
        self._talks = plan.plan(self.wish.events, self.wish.seed)
        self._large = plan.large(LARGE_PACKETS, self.wish.seed)

    async def perform(self) -> dict[str, Any]:
        """Play it; return the result (build/storm.json)."""
        tenant = Tenant(self.stack.origin, self.key)
        try:
            await tenant.set_up()
            before = self._pids()
            follow = read.follow(self.stack.kafka, self.app_id, self._account)
            async with _beside(follow, self._watch.watch()):
                await self._load()
                await self._settle()
            return await self._result(before, await tenant.opened())
        finally:
            await tenant.close()

    def _pids(self) -> dict[str, int]:
        return {name: each["pid"] for name, each in self.stack.services.items()}

    async def _load(self) -> None:
        async with self._publisher, _beside(self._show()):
            load = self._publisher.all(
                self._talks,
                seconds=self.wish.load_seconds,
                seed=self.wish.seed,
                has_handoff=self._account.has_handoff,
            )
            async with asyncio.TaskGroup() as running:
                running.create_task(load)
                running.create_task(self._do_faults())

    async def _do_faults(self) -> None:
        for node in self.wish.killed:
            await asyncio.sleep(LULL_SECONDS)
            await self._faults.kill(node, down_seconds=self.wish.down_seconds)
        await self._faults.refuse_large(self._say_large)
        if self.wish.leaderless_seconds:
            await asyncio.sleep(LULL_SECONDS)
            await self._faults.lose_leaders(seconds=self.wish.leaderless_seconds)

    async def _say_large(self) -> None:
        """Have large packets refused; return once they are in the dead letters."""
        await self._publisher.all(
            self._large,
            seconds=1.0,
            seed=self.wish.seed,
            has_handoff=self._account.has_handoff,
        )
        deadline = time.monotonic() + STALL_SECONDS
        while await self._refused() < LARGE_PACKETS:
            if time.monotonic() > deadline:
                raise StartError("no large packet came to the dead letters")
            await asyncio.sleep(0.5)

    async def _refused(self) -> int:
        letters = await read.dead_letters(self.stack.kafka, [OPENED])
        return letters.count((OPENED, TOO_LARGE))

    async def _show(self) -> None:
        while True:
            done = self._publisher.published
            self.report("published", done, self.wish.events + LARGE_PACKETS)
            self._show_accounted()
            await asyncio.sleep(SHOWN_SECONDS)

    def _show_accounted(self) -> Reckoning:
        found = reckon(self._said, self._account)
        self.report("replied to", found.events - len(found.lost), found.events)
        return found

    @property
    def _said(self) -> list[plan.Talk]:
        return [*self._talks, *self._large]

    async def _settle(self) -> None:
        """Wait until nothing is missing, or nothing has come for long."""
        missing, changed = -1, time.monotonic()
        while missing and time.monotonic() - changed < STALL_SECONDS:
            found = self._show_accounted()
            if found.missing != missing:
                missing, changed = found.missing, time.monotonic()
            await asyncio.sleep(SHOWN_SECONDS)

    async def _result(self, before: Mapping[str, int], opened: int) -> dict[str, Any]:
        # Read again as a whole: what was followed live may have gaps of its own.
        account = await read.account_of(self.stack.kafka, self.app_id)
        letters = await read.dead_letters(self.stack.kafka, list(BY_NAME))
        found = reckon(self._said, account)
        return {
            "wish": asdict(self.wish),
            "large_packets": LARGE_PACKETS,
            "broker": f"{self.stack.broker.kind} x {self.stack.broker.nodes}",
            "reckoning": asdict(found),
            "lost": len(found.lost),
            "is_whole": found.is_whole,
            "published_again": self._publisher.tries_again,
            "refused": self._publisher.refused,
            "records": dict(account.records),
            "deliveries_failed": dict(account.failed),
            "analytics_opened": opened,
            "dead_letters": _by_topic(letters),
            "redriven": self._faults.redriven,
            "faults": [asdict(each) for each in self._faults.done],
            "services": await self._services(before),
        }

    async def _services(self, before: Mapping[str, int]) -> dict[str, dict[str, Any]]:
        now = self._pids()
        troubles = await watch.troubles(self._urls)
        return {
            name: {
                "restarted": now[name] != before[name],
                "health": self._watch.health[name].report(),
                **troubles[name],
            }
            for name in SERVICES
        }


def _by_topic(letters: list[tuple[str, str]]) -> dict[str, int]:
    return dict(Counter(f"{topic}: {reason}" for topic, reason in letters))


def judge(result: Mapping[str, Any]) -> list[str]:
    """Return every promise that was broken, in words."""
    found = result["reckoning"]
    wrong = [
        f"{len(found[what])} {what}: {', '.join(found[what][:5])}"
        for what in ("lost", "doubled", "unopened", "undelivered", "untold")
        if found[what]
    ]
    wrong += [f"refused over HTTP: {each}" for each in result["refused"][:5]]
    if result["deliveries_failed"]:
        wrong.append(f"deliveries given up: {result['deliveries_failed']}")
    if result["analytics_opened"] != found["escalations"]:
        told = result["analytics_opened"]
        wrong.append(f"analytics has {told} of {found['escalations']} escalations")
    for name, service in result["services"].items():
        if service["restarted"]:
            wrong.append(f"{name} was restarted")
        if service["health"]["last"] != HTTPStatus.OK:
            wrong.append(f"{name} is not well: {service['health']}")
    return wrong


@asynccontextmanager
async def _beside(*endless: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run *endless* for the length of the block; what one raises ends the block."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in endless]
        yield
        for task in tasks:
            task.cancel()
