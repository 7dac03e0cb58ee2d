"""Announce results: what to publish of a delivery, and publishing it surely.

A result is stored together with its news. Publishing follows, then the news is taken
off the document. Whoever dies in between leaves it there, and any instance finds it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from services.notifier.domain.delivery import Delivery, Status
from shared.clock import Clock
from shared.errors import Transient
from shared.events import (
    NotificationDelivered,
    NotificationFailed,
    NotificationRequested,
)
from shared.failpoints import ARMED, FailPoint, reach
from shared.kafka.records import Outgoing, Record, outgoing
from shared.topics import NOTIFICATION_DELIVERED, NOTIFICATION_FAILED

log = structlog.get_logger()

OVERDUE = timedelta(seconds=2)
"""Older news was left behind by a crash, or Kafka is away."""
AT_ONCE = 200
SOURCE = "notifier"


def decide_news(delivery: Delivery) -> tuple[Outgoing, ...]:
    """Return what *delivery* has to tell and did not tell yet."""
    told = delivery.announced
    if delivery.accepted and NOTIFICATION_DELIVERED.name not in told:
        return (_delivered(delivery),)
    if delivery.status is Status.DEAD and NOTIFICATION_FAILED.name not in told:
        return (_failed(delivery),)
    return ()


def repeat_news(delivery: Delivery) -> tuple[Outgoing, ...]:
    """Return again what *delivery* told at its end; nothing before that.

    Of one whose request was erased nothing can be said again.
    """
    if not delivery.request:
        return ()
    if delivery.status is Status.DELIVERED:
        return (_delivered(delivery),)
    return (_failed(delivery),) if delivery.status is Status.DEAD else ()


def _delivered(delivery: Delivery) -> Outgoing:
    request = NotificationRequested.model_validate_json(delivery.request)
    first = delivery.accepted[0]
    event = NotificationDelivered(
        **_common(delivery, request),
        delivered_at=delivery.accepted_at or request.requested_at,
        proof=first.detail,
        message_id=first.message_id,
        recipients=[each.address for each in delivery.accepted],
        refused=[each.address for each in delivery.refused],
    )
    return outgoing(
        NOTIFICATION_DELIVERED, event, source=SOURCE, cause=cause_of(delivery)
    )


def _failed(delivery: Delivery) -> Outgoing:
    request = NotificationRequested.model_validate_json(delivery.request)
    event = NotificationFailed(
        **_common(delivery, request),
        failed_at=delivery.closed_at or request.requested_at,
        reason=delivery.reason,
        error=delivery.last_error,
    )
    return outgoing(NOTIFICATION_FAILED, event, source=SOURCE, cause=cause_of(delivery))


def _common(delivery: Delivery, request: NotificationRequested) -> dict[str, Any]:
    return {
        "app_id": delivery.app_id,
        "conversation_id": delivery.conversation_id,
        "occurred_at": request.occurred_at,
        "causation_id": delivery.delivery_id,
        "delivery_id": delivery.delivery_id,
        "escalation_id": delivery.escalation_id,
        "number": delivery.number,
        "destination_id": delivery.destination_id,
        "channel": delivery.channel,
        "attempts": delivery.tries,
    }


def cause_of(delivery: Delivery) -> Record:
    """Return the request as the cause whose trace the news carries on."""
    return Record(
        topic="",
        partition=0,
        offset=0,
        value=b"",
        event=None,
        lane=delivery.lane,
        source_id=delivery.delivery_id,
        traceparent=delivery.traceparent,
    )


@dataclass(frozen=True, slots=True)
class Unpublished:
    """News that is stored and perhaps not published."""

    delivery_id: str
    news: tuple[Outgoing, ...]


class Outbox(Protocol):
    """The news kept with the deliveries."""

    async def unpublished(
        self, *, before: datetime, limit: int
    ) -> Sequence[Unpublished]: ...
    async def published(self, told: Sequence[Unpublished]) -> None: ...


class Publisher(Protocol):
    """The broker."""

    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...


class Announcer:
    """Publishes news in the order it comes, as many at once as have come."""

    def __init__(self, outbox: Outbox, publisher: Publisher, clock: Clock) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self._clock = clock
        self._queue: asyncio.Queue[Unpublished] = asyncio.Queue()

    def announce(self, delivery_id: str, news: Sequence[Outgoing]) -> None:
        """Take stored *news* to be published; returns at once."""
        self._queue.put_nowait(Unpublished(delivery_id, tuple(news)))

    async def run(self) -> None:
        """Publish what comes, for ever."""
        while True:
            try:
                await self.drain_once()
            except Exception:
                # The news is stored: the relay will find what this left behind.
                log.exception("news not published yet")

    async def drain_once(self) -> None:
        """Wait for news and publish all there is; Kafka away, the relay does it."""
        taken = [await self._queue.get()]
        while not self._queue.empty() and len(taken) < AT_ONCE:
            taken.append(self._queue.get_nowait())
        try:
            await self._publish(taken)
        except Transient as error:
            log.warning("news not published yet", reason=error.reason, news=len(taken))
        finally:
            for _ in taken:
                self._queue.task_done()

    async def relay(self) -> int:
        """Publish what was left behind; return how much it was. Raises Transient."""
        before = self._clock.now() - OVERDUE
        left = await self._outbox.unpublished(before=before, limit=AT_ONCE)
        if left:
            await self._publish(left)
            log.info("news published late", news=len(left))
        return len(left)

    async def flush(self) -> None:
        """Return once everything taken was published or left to the relay."""
        await self._queue.join()

    async def _publish(self, unpublished: Sequence[Unpublished]) -> None:
        await self._publisher.publish(
            [each for entry in unpublished for each in entry.news]
        )
        if ARMED:
            reach(FailPoint.DELIVERY_ANNOUNCED)
        await self._outbox.published(unpublished)
