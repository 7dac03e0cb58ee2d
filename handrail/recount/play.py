"""One run: records published, analytics killed under them, replayed, recounted."""

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from handrail.recount import log
from handrail.recount.differences import compare_outcomes, find_differences
from handrail.recount.stored import Store, Stored
from handrail.recount.story import APPS, Said, tell
from handrail.stack.processes import StartError
from handrail.stack.supervisor import Supervisor
from shared.failpoints import VARIABLE, FailPoint

SERVICE = "analytics"
SETTINGS_TOPIC = "app.settings"
POINTS = (
    FailPoint.IN_TRANSACTION,
    FailPoint.AFTER_STORE,
    FailPoint.AFTER_PUBLISH,
    FailPoint.AFTER_ACKNOWLEDGE,
)
"""Where it is killed beside moments at random: each crash leaves something else."""
LONGEST_WORK_SECONDS = 1.0
"""At most so long after it began to work, it is killed."""
PATIENCE_SECONDS = 180.0
"""Without any progress for so long, what is missing counts as stuck."""
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Options:
    """How much is published, and how often the service is killed under it."""

    events: int = 100_000
    kills: int = 20
    seed: int = 1


@dataclass
class Deaths:
    """Counts how often a process was started again."""

    starts: int = 0

    def note(self, _name: str, _pid: int) -> None:
        """Count one start."""
        self.starts += 1

    @property
    def count(self) -> int:
        """Return how often it ended."""
        return max(0, self.starts - 1)


@dataclass
class Run:
    """A run against servers that stand; the service is in *supervisor*."""

    servers: str
    mongo_url: str
    supervisor: Supervisor
    deaths: Deaths
    options: Options
    say: Callable[[str], None]
    _draw: random.Random = field(init=False)
    _progress: log.Progress = field(init=False)

    def __post_init__(self) -> None:
        """Make what is drawn from the seed."""
        self._draw = random.Random(self.options.seed)  # noqa: S311 - a seed repeats

    async def perform(self) -> dict[str, Any]:
        """Do it all; return the result (build/recount.json)."""
        told = tell(self.options.events, self.options.seed)
        store = Store(self.mongo_url)
        try:
            await log.publish(self.servers, _settings())
            async with log.Progress(self.servers) as self._progress:
                await self._publish_and_kill(told)
                await self._drain(store)
                crashes, before = await self._recount(store)
                self.say(f"after {self.deaths.count} kills: {_in_words(crashes)}")
                kills = self.deaths.count
                self.supervisor.hold(SERVICE)
                await log.rewind(self.servers)
                self.supervisor.release(SERVICE)
                await self._drain(store)
                replay, after = await self._recount(store)
                replay["differences"] += compare_outcomes(before, after)
                self.say(f"after a replay: {_in_words(replay)}")
        finally:
            store.close()
        return {
            "events": self.options.events,
            "seed": self.options.seed,
            "kills": kills,
            "after_kills": crashes,
            "after_replay": replay,
        }

    async def _publish_and_kill(self, told: Sequence[Said]) -> None:
        """Publish a part for each kill, so that there is work while it happens."""
        parts = self.options.kills + 1
        for number in range(parts):
            begin, end = (len(told) * each // parts for each in (number, number + 1))
            await log.publish(self.servers, told[begin:end])
            if self.deaths.count < self.options.kills:
                await self._kill(number)
                self.say(f"{end} records, {self.deaths.count} kills")
        while self.deaths.count < self.options.kills:
            await self._kill(self.deaths.count)

    async def _kill(self, number: int) -> None:
        """Kill it at work; every second time it dies once more, at a named point."""
        await self._until_at_work()
        await asyncio.sleep(self._draw.random() * LONGEST_WORK_SECONDS)
        before = self.deaths.count
        is_planned = number % 2 == 0 and before + 1 < self.options.kills
        if is_planned:
            point = POINTS[number // 2 % len(POINTS)]
            passes = self._draw.randint(1, 3)
            self.supervisor.change(SERVICE, {VARIABLE: f"{point}:{passes}"})
        self.supervisor.kill(SERVICE)
        await self._until(lambda: self.deaths.count > before)
        if is_planned:
            # Where it has nothing to do until the next part, it dies then.
            await self._until(lambda: self.deaths.count > before + 1, seconds=15.0)
            self.supervisor.change(SERVICE, {VARIABLE: ""})

    async def _until_at_work(self) -> None:
        before = await self._progress.committed()
        total = await log.count_records(self.servers)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            now = await self._progress.committed()
            if now > before or now >= total:
                return
            await asyncio.sleep(POLL_SECONDS)
        raise StartError(f"{SERVICE} does nothing: {before} of {total} records")

    async def _until(self, check: Callable[[], bool], seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        # Another thread counts the starts, and tells nobody.
        while not check() and time.monotonic() < deadline:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.02)

    async def _drain(self, store: Store) -> None:
        """Wait until every record is done and every escalation grouped."""
        total = await log.count_records(self.servers)
        last: tuple[object, ...] = ()
        changed = time.monotonic()
        while True:
            done = await self._progress.committed()
            waiting = await asyncio.to_thread(store.waiting)
            if done >= total and waiting.nothing:
                return
            if (now := (done, waiting)) != last:
                last, changed = now, time.monotonic()
            if time.monotonic() - changed > PATIENCE_SECONDS:
                raise StartError(f"stuck at {done} of {total} records, {waiting}")
            await asyncio.sleep(0.5)

    async def _recount(self, store: Store) -> tuple[dict[str, Any], Stored]:
        account = await log.account_of(self.servers)
        stored = await asyncio.to_thread(store.read)
        found = {
            "records": account.records,
            "repeats": account.repeats,
            "facts": sum(account.facts.values()),
            "counters": len(stored.counters)
            + len(stored.pattern_counters)
            + len(stored.outcome_counters),
            "outcomes": len(stored.outcomes),
            "patterns": len(stored.sizes),
            "members": len(stored.members),
            "dead_letters": await log.count_dead_letters(self.servers),
            "differences": find_differences(account, stored),
        }
        return found, stored


def _settings() -> list[Said]:
    """Return the records that make the apps."""
    now = datetime.now(UTC).isoformat()
    return [
        Said(
            SETTINGS_TOPIC,
            app.encode(),
            json.dumps({"app_id": app, "updated_at": now}).encode(),
        )
        for app in APPS
    ]


def _in_words(found: dict[str, Any]) -> str:
    return (
        f"{found['records']} records, {found['facts']} facts, {found['counters']} "
        f"counters, {found['members']} members of {found['patterns']} patterns, "
        f"{found['outcomes']} outcomes, "
        f"{len(found['differences'])} differences"
    )


def judge(result: dict[str, Any], options: Options) -> list[str]:
    """Return what is wrong with a run, in words."""
    wrong: list[str] = []
    if result["kills"] < options.kills:
        wrong.append(f"killed {result['kills']} times, not {options.kills}")
    for when in ("after_kills", "after_replay"):
        found = result[when]
        wrong += [f"{when}: {each}" for each in found["differences"][:20]]
        if found["records"] != options.events:
            wrong.append(f"{when}: the log has {found['records']} records")
        if found["dead_letters"]:
            wrong.append(f"{when}: {found['dead_letters']} dead letters")
        if not (found["members"] and found["patterns"] and found["outcomes"]):
            wrong.append(f"{when}: nothing was grouped, or nothing judged")
    return wrong
