"""Deliver one notification: route, guard, render, send, record."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from services.notifier.deliver.announce import decide_news
from services.notifier.deliver.attempt import attempt
from services.notifier.deliver.gates import Gates
from services.notifier.deliver.ports import (
    Announcer,
    Channel,
    Deliveries,
    Destinations,
    Letter,
)
from services.notifier.domain.circuit import Circuits
from services.notifier.domain.delivery import (
    Delivery,
    decide_next,
    note_outcome,
    plan_recipients,
)
from services.notifier.domain.destination import Destination
from services.notifier.domain.holds import (
    Earlier,
    decide_hold,
    give_up_waiting,
    hold_behind,
    hold_for_circuit,
    hold_for_destination,
)
from services.notifier.domain.outcomes import (
    WHOLE_SIDE,
    Accepted,
    Deferred,
    Outcome,
)
from services.notifier.domain.schedule import schedule_of
from shared import ids
from shared.clock import Clock
from shared.events import NotificationRequested
from shared.failpoints import ARMED, FailPoint, reach

log = structlog.get_logger()

GRACE = timedelta(seconds=1)
"""How long the news of the first acceptance waits for the other recipients, so that
it can name them; no longer, because a user waits for it."""


class LeaseLostError(Exception):
    """Another owner has this delivery now; nothing of ours may be written."""


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Delivers claimed deliveries; many may run side by side."""

    deliveries: Deliveries
    destinations: Destinations
    channels: Mapping[str, Channel]
    announcer: Announcer
    app_name: Callable[[str], str]
    circuits: Circuits
    clock: Clock
    chance: Callable[[], float]
    gates: Gates = field(default_factory=Gates)
    time_scale: float = 1.0
    waiting_limit: timedelta = timedelta(days=90)
    """How long a delivery waits for a destination that does not exist."""

    async def deliver(self, delivery: Delivery) -> Delivery:
        """Return *delivery* after one pass, durably recorded.

        Raises LeaseLostError where somebody else owns it by now.
        """
        destination, earlier = await asyncio.gather(
            self.destinations.get(delivery.app_id, delivery.destination_id),
            self.deliveries.earlier(delivery),
        )
        if destination is None:
            return await self._wait_for_destination(delivery)
        now = self.clock.now()
        held = decide_hold(earlier, now=now)
        if held.until is not None:
            return await self.record(hold_behind(delivery, held.until))
        channel = self.channels[destination.kind]
        delivery = replace(delivery, channel=channel.name)
        closed = self.circuits.closed_until(circuit_key(destination), now=now)
        if closed is not None:
            # Spread out: what was put back together should not come back at once.
            until = closed + timedelta(seconds=self.chance())
            return await self.record(hold_for_circuit(delivery, until))
        letter = self._letter(delivery, earlier)
        delivery = replace(
            plan_recipients(delivery, channel.addresses(destination)),
            tries=delivery.tries + 1,
        )
        return await _Pass(self, channel, destination, letter).run(
            delivery, held.addresses
        )

    def _letter(self, delivery: Delivery, earlier: Sequence[Earlier]) -> Letter:
        return Letter(
            delivery_id=delivery.delivery_id,
            request=NotificationRequested.model_validate_json(delivery.request),
            app_name=self.app_name(delivery.app_id),
            earlier=tuple(each.delivery_id for each in earlier),
        )

    async def _wait_for_destination(self, delivery: Delivery) -> Delivery:
        now = self.clock.now()
        if now - delivery.created_at > self.waiting_limit and not delivery.redriven:
            return await self.record(give_up_waiting(delivery, now))
        waiting = await self.record(hold_for_destination(delivery))
        # Whoever puts the destination wakes what waits then. This second look is for
        # one put between our first look and our write: one of us sees the other.
        key = (delivery.app_id, delivery.destination_id)
        if await self.destinations.get(*key) is not None:
            await self.deliveries.wake_waiting(*key)
        return waiting

    async def record(self, delivery: Delivery, *, final: bool = True) -> Delivery:
        """Write *delivery* with the news of it in one document, then announce them."""
        news = decide_news(delivery) if final else ()
        told = replace(
            delivery, announced=(*delivery.announced, *(each.topic for each in news))
        )
        if not await self.deliveries.save(told, news):
            raise LeaseLostError(delivery.delivery_id)
        if news:
            if ARMED:
                reach(FailPoint.DELIVERY_RECORDED)
            self.announcer.announce(delivery.delivery_id, news)
        return told

    async def note_reached(self, destination: Destination, outcome: Outcome) -> None:
        """Keep in mind whether the far side as a whole could be reached."""
        reached = not (isinstance(outcome, Deferred) and outcome.reason in WHOLE_SIDE)
        back = self.circuits.note(
            circuit_key(destination), reached=reached, now=self.clock.now()
        )
        if back and destination.kind == "email":
            woken = await self.deliveries.wake_unreached(destination.kind)
            log.info("mail relay is back", woken=woken)


@dataclass(slots=True)
class _Pass:
    """One pass over a delivery's pending recipients, one message each."""

    verb: Deliverer
    channel: Channel
    destination: Destination
    letter: Letter

    async def run(self, delivery: Delivery, held: frozenset[str]) -> Delivery:
        """Return *delivery* after the pass; each acceptance is written at once."""
        deferred: list[Deferred] = []
        turn = [each.address for each in delivery.pending if each.address not in held]
        for place, address in enumerate(turn, start=1):
            async with self.verb.gates.of(self.destination):
                delivery, outcome = await self._one(delivery, address)
            if isinstance(outcome, Deferred):
                deferred.append(outcome)
                if outcome.reason in WHOLE_SIDE:
                    break
            if place < len(turn):
                delivery = await self.verb.record(delivery, final=False)
        verb = self.verb
        return await verb.record(
            decide_next(
                delivery,
                deferred,
                now=verb.clock.now(),
                schedule=schedule_of(self.channel.name, scale=verb.time_scale),
                chance=verb.chance(),
            )
        )

    async def _one(self, delivery: Delivery, address: str) -> tuple[Delivery, Outcome]:
        clock = self.verb.clock
        began = clock.now()
        sending = asyncio.ensure_future(
            attempt(self.channel, self.destination, self.letter, address)
        )
        try:
            if delivery.accepted_at is not None:
                patience = delivery.accepted_at + GRACE - began
                await asyncio.wait({sending}, timeout=max(0, patience.total_seconds()))
                if not sending.done():
                    delivery = await self.verb.record(delivery)
            outcome = await sending
        finally:
            sending.cancel()
        await self.verb.note_reached(self.destination, outcome)
        if ARMED and isinstance(outcome, Accepted):
            reach(FailPoint.DELIVERY_ACCEPTED)
        now = clock.now()
        seconds = (now - began).total_seconds()
        return (
            note_outcome(delivery, address, outcome, now=now, seconds=seconds),
            outcome,
        )


def circuit_key(destination: Destination) -> str:
    """Return what fails together: all mail goes through one relay."""
    if destination.kind == "email":
        return destination.kind
    return ids.composite(destination.app_id, destination.destination_id, separator="|")
