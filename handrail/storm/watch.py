"""Ask each service every second whether it is well, and note when it was not."""

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

EVERY_SECONDS = 1.0
PATIENCE_SECONDS = 10.0
NO_ANSWER = 0

COUNTED = (
    "handrail_producers_replaced_total",
    "handrail_batches_reread_total",
    "handrail_dead_letters_total",
)
"""What a service counts of its own troubles, for the report."""


@dataclass
class Health:
    """The answers of one service's `/healthz`."""

    asked: int = 0
    unwell: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    """Other statuses than 200, by count; 0 is no answer within 10 s."""
    longest_seconds: float = 0.0
    """The longest time from the first bad answer to the next good one."""
    last: int = NO_ANSWER
    _since: float | None = None

    def note(self, status: int, now: float) -> None:
        """Take in one answer, given at *now* (seconds)."""
        self.asked += 1
        self.last = status
        if status == httpx.codes.OK:
            self._since = None
            return
        self.unwell += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self._since = now if self._since is None else self._since
        self.longest_seconds = max(self.longest_seconds, now - self._since)

    def report(self) -> dict[str, object]:
        """Return it for the result."""
        return {
            "asked": self.asked,
            "unwell": self.unwell,
            "statuses": {str(status): n for status, n in self.statuses.items()},
            "longest_seconds": round(self.longest_seconds, 1),
            "last": self.last,
        }


@dataclass
class Watch:
    """Watches the services at *urls*, by name."""

    urls: Mapping[str, str]
    health: dict[str, Health] = field(default_factory=dict)

    async def watch(self) -> None:
        """Ask until cancelled."""
        self.health = {name: Health() for name in self.urls}
        async with (
            httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client,
            asyncio.TaskGroup() as asking,
        ):
            for name in self.urls:
                asking.create_task(self._ask(client, name))

    async def _ask(self, client: httpx.AsyncClient, name: str) -> None:
        while True:
            self.health[name].note(
                await _status(client, self.urls[name]), time.monotonic()
            )
            await asyncio.sleep(EVERY_SECONDS)


async def _status(client: httpx.AsyncClient, url: str) -> int:
    try:
        return (await client.get(f"{url}/healthz")).status_code
    except httpx.TransportError:
        return NO_ANSWER


async def troubles(urls: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Return what each service counts of its troubles, zeros left out."""
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client:
        return {
            name: counted((await client.get(f"{url}/metrics")).text)
            for name, url in urls.items()
        }


def counted(text: str) -> dict[str, float]:
    """Return the sums of `COUNTED` in a page of metrics, zeros left out."""
    sums = {
        name: sum(
            float(value)
            for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.MULTILINE)
        )
        for name in COUNTED
    }
    return {name: value for name, value in sums.items() if value}
