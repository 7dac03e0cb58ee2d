"""One run: a process killed at each point, many times, under escalations at work."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from handrail.kills.account import READ, Account, reckon
from handrail.kills.live import Lives, StalledError, until
from handrail.kills.plant import Planter
from handrail.kills.points import SERVICE, passes
from handrail.stack.local import LocalStack
from shared.failpoints import VARIABLE, FailPoint

AT_ONCE = 10
"""Lives at work side by side; the machine is shared with the services."""
PACE_SECONDS = 0.4
SETTLE_SECONDS = 180.0
REPAIR_SECONDS = 60.0
AUDITS = {FailPoint.AUDIT_FOUND, FailPoint.AUDIT_REPAIRED}
"""Points that are passed where something was lost."""


@dataclass(frozen=True)
class Wish:
    """How often a process is killed at which points."""

    times: int = 20
    points: Sequence[FailPoint] = tuple(FailPoint)


@dataclass
class Play:
    """A run on *stack*, whose app is *app_id*."""

    stack: LocalStack
    wish: Wish
    app_id: str
    key: str
    say: Callable[[str], None]

    async def perform(self, results: list[dict[str, Any]]) -> None:
        """Play it; what each point brought is put into *results* at once."""
        self.stack.supervisor.longest_delay = 0.2
        account = Account()
        lives = Lives(
            self.stack.kafka, self.stack.origin, self.app_id, self.key, account
        )
        planter = Planter(self.stack.mongo_url)
        following = _followed(self.stack.kafka, self.app_id, account)
        async with lives, planter, following:
            await lives.set_up()
            for point in self.wish.points:
                begun = time.monotonic()
                result = await self._at(point, lives, planter)
                result["seconds"] = round(time.monotonic() - begun, 1)
                results.append(result)
                self.say(_in_words(result))

    async def _at(
        self, point: FailPoint, lives: Lives, planter: Planter
    ) -> dict[str, Any]:
        first, stalled = len(lives.begun), len(lives.stalled)
        async with asyncio.TaskGroup() as group:
            planting = group.create_task(planter.plant()) if point in AUDITS else None
            killing = group.create_task(self._kill(point))
            working: set[asyncio.Task[None]] = set()
            while not killing.done():
                working = {each for each in working if not each.done()}
                if len(working) < AT_ONCE:
                    working.add(group.create_task(lives.live()))
                await asyncio.sleep(PACE_SECONDS)
            if planting is not None:
                planting.cancel()
        mine = lives.begun[first:]
        with suppress(StalledError):
            # The last words of a life may still be on their way to us.
            await until(
                lambda: reckon(mine, lives.account).is_whole,
                what="not whole",
                seconds=10,
            )
        found = asdict(reckon(mine, lives.account))
        found["lost"] += await self._until_none(planter.left)
        return {
            "point": point.value,
            "service": SERVICE[point],
            "kills": killing.result(),
            **found,
            "forgotten": await self._until_none(lives.open_promises),
            "stalled": lives.stalled[stalled:],
        }

    async def _until_none(self, look: Callable[[], Awaitable[list[str]]]) -> list[str]:
        """Look until there is nothing left; return what is left after a while."""
        deadline = time.monotonic() + REPAIR_SECONDS
        left = await look()
        while left and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
            left = await look()
        return left

    async def _kill(self, point: FailPoint) -> int:
        """Have the process die at *point*; return how often it did."""
        name, supervisor = SERVICE[point], self.stack.supervisor
        before = self._deaths(point)
        supervisor.change(name, {VARIABLE: f"{point}:{passes(point, 0)}"})
        supervisor.kill(name)
        done, deadline = 0, time.monotonic() + SETTLE_SECONDS
        while done < self.wish.times and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
            now = self._deaths(point) - before
            if now > done:
                done, deadline = now, time.monotonic() + SETTLE_SECONDS
                wanted = f"{point}:{passes(point, done)}"
                supervisor.change(name, {VARIABLE: wanted})
        supervisor.change(name, {VARIABLE: ""})
        if done < self.wish.times:
            supervisor.kill(name)  # it is armed, and never got there
        return done

    def _deaths(self, point: FailPoint) -> int:
        """Return how often a process died at *point*, by its own last words."""
        log = self.stack.log_dir / f"{SERVICE[point]}.log"
        text = log.read_text(errors="replace") if log.exists() else ""
        return text.count(f"fail point {point}: killed")


@asynccontextmanager
async def _followed(servers: str, app_id: str, account: Account) -> AsyncIterator[None]:
    """Note the app's records as they come, for the length of the block."""
    following = asyncio.create_task(_follow(servers, app_id, account))
    try:
        yield
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def _follow(servers: str, app_id: str, account: Account) -> None:
    consumer = AIOKafkaConsumer(
        *READ, bootstrap_servers=servers, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        while True:
            try:
                batches = await consumer.getmany(timeout_ms=100)
            except KafkaError:
                await asyncio.sleep(0.5)
                continue
            for place, records in batches.items():
                for record in records:
                    value = json.loads(record.value)
                    if value["app_id"] == app_id:
                        account.note(place.topic, value)
    finally:
        await consumer.stop()


def judge(result: dict[str, Any], times: int) -> list[str]:
    """Return what was broken at one point, in words."""
    name = result["point"]
    wrong = [
        f"{name}: {len(result[what])} {what}: {', '.join(result[what][:5])}"
        for what in ("lost", "doubled", "forgotten", "stalled")
        if result[what]
    ]
    if result["kills"] < times:
        wrong.append(f"{name}: killed {result['kills']} of {times} times")
    return wrong


def _in_words(result: dict[str, Any]) -> str:
    return (
        f"{result['point']:20} {result['kills']:3} kills, {result['lives']:4} lives, "
        f"{len(result['lost'])} lost, {len(result['doubled'])} doubled, "
        f"{len(result['forgotten'])} forgotten, {len(result['stalled'])} stalled, "
        f"{result['seconds']} s"
        f"{' '.join(('', *result['stalled'][:2], *result['lost'][:2]))}"
    )
