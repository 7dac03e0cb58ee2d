"""Send what is due, a bounded number at once, under leases that are kept alive."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from services.notifier import metrics
from services.notifier.deliver.deliverer import LeaseLostError
from services.notifier.domain.delivery import Delivery
from services.notifier.domain.outcomes import CONFIGURATION
from shared.errors import Transient

log = structlog.get_logger()

IDLE_SECONDS = 1.0
"""How long a due delivery may wait for somebody to look."""
DRAIN_SECONDS = 15.0
"""Below the 20 s that a stopping service has; what remains is resent by its lease."""

Place = tuple[str, str]


class Claims(Protocol):
    """Who may send what."""

    async def claim(
        self, limit: int, *, busy: Sequence[Place] = ()
    ) -> list[Delivery]: ...
    async def renew(self, ids: Sequence[str]) -> None: ...


class Verb(Protocol):
    """Delivers one claimed delivery."""

    async def deliver(self, delivery: Delivery) -> Delivery: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is sent at once."""

    total: int = 32
    per_destination: int = 8


class Sender:
    """Keeps up to `limits.total` deliveries going, some room left for every place."""

    def __init__(self, verb: Verb, claims: Claims, limits: Limits) -> None:
        self._verb = verb
        self._claims = claims
        self._limits = limits
        self._places: Counter[Place] = Counter()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._more = False
        self._stopping = False

    def reserve(self, delivery: Delivery) -> bool:
        """Return whether there is room for *delivery*, and keep it."""
        place = (delivery.app_id, delivery.destination_id)
        if (
            self._stopping
            or self._places.total() >= self._limits.total
            or self._places[place] >= self._limits.per_destination
        ):
            self._more = True
            return False
        self._places[place] += 1
        return True

    def release(self, delivery: Delivery) -> None:
        """Give back the room of *delivery*."""
        place = (delivery.app_id, delivery.destination_id)
        self._places[place] -= 1
        if self._places[place] <= 0:
            del self._places[place]

    def begin(self, delivery: Delivery) -> None:
        """Send *delivery*, which is ours and has its room, beside everything else."""
        task = asyncio.create_task(self._send(delivery))
        self._running[delivery.delivery_id] = task

    def wake(self) -> None:
        """Look for due deliveries now."""
        self._wake.set()

    async def run(self) -> None:
        """Claim and send, until cancelled."""
        while True:
            try:
                await self._fill()
            except Transient as error:
                log.warning("claims wait", reason=error.reason)
            except Exception:
                log.exception("claims failed")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._wake.wait()
            self._wake.clear()

    async def _fill(self) -> None:
        while (room := self._limits.total - self._places.total()) > 0:
            limit = min(room, self._limits.per_destination)
            busy = self._busy()
            claimed = await self._claims.claim(limit, busy=busy)
            for delivery in claimed:
                # A claim may bring more for one place than its share; it is ours now.
                self._places[delivery.app_id, delivery.destination_id] += 1
                self.begin(delivery)
            # What a busy place has waiting was not looked at.
            self._more = bool(busy) or len(claimed) == limit
            if len(claimed) < limit:
                return
        self._more = True

    def _busy(self) -> list[Place]:
        share = self._limits.per_destination
        return [place for place, count in self._places.items() if count >= share]

    async def _send(self, delivery: Delivery) -> None:
        try:
            count(delivery, await self._verb.deliver(delivery))
        except LeaseLostError:
            metrics.LEASES_LOST.inc()
            log.warning("lease lost", delivery=delivery.delivery_id)
        except Transient as error:
            # The lease runs out, and whoever claims it next tries again.
            log.warning(
                "delivery waits", delivery=delivery.delivery_id, reason=error.reason
            )
        except Exception:
            log.exception("delivery failed", delivery=delivery.delivery_id)
        finally:
            self._running.pop(delivery.delivery_id, None)
            self.release(delivery)
            if self._more:
                self._wake.set()

    async def keep_leases(self) -> None:
        """Renew the leases of what is being sent; call it often within a lease."""
        metrics.SENDING.set(len(self._running))
        if self._running:
            await self._claims.renew(list(self._running))

    async def stop(self) -> None:
        """Begin nothing more; wait for what runs, then leave it to its lease."""
        self._stopping = True
        running = list(self._running.values())
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=DRAIN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def count(before: Delivery, after: Delivery) -> None:
    """Count what one pass brought."""
    channel = after.channel or "none"
    metrics.DELIVERIES.labels(channel, after.status, after.reason).inc()
    if before.accepted_at is None and after.accepted_at is not None:
        seconds = (after.accepted_at - after.occurred_at).total_seconds()
        metrics.DELIVERY_SECONDS.labels(channel).observe(max(0.0, seconds))
    for attempt in after.attempts:
        if attempt.number <= before.tries:
            continue
        metrics.SEND_SECONDS.labels(channel).observe(attempt.seconds)
        if attempt.reason in CONFIGURATION:
            metrics.CONFIGURATION_ERRORS.labels(channel, attempt.reason).inc()
            log.error(
                "settings need a look",
                channel=channel,
                reason=attempt.reason,
                detail=attempt.detail,
            )
