"""notification.requested in: make the delivery durable, hand it to the sender."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from services.notifier.deliver.announce import repeat_news
from services.notifier.domain.delivery import Delivery, Stored
from shared.clock import Clock
from shared.errors import Transient
from shared.events import NotificationRequested
from shared.events.base import RESERVED
from shared.failpoints import ARMED, FailPoint, reach
from shared.ids import conversation_key
from shared.kafka.records import Done, Failed, LaneResult, Outgoing, Record

ASKED_AGAIN = timedelta(minutes=1)
"""After a delivery's end: a request that comes again so late asks what became of it."""


class Inbox(Protocol):
    """Where requests become durable."""

    async def accept(
        self, deliveries: Sequence[Delivery], *, take: frozenset[str]
    ) -> Stored: ...
    async def ended(self, ids: Sequence[str], *, before: datetime) -> list[Delivery]:
        """Return those of *ids* that were delivered or given up before then."""


class Sending(Protocol):
    """Where deliveries are sent, beside the batch."""

    def reserve(self, delivery: Delivery) -> bool: ...
    def release(self, delivery: Delivery) -> None: ...
    def begin(self, delivery: Delivery) -> None: ...
    def wake(self) -> None: ...


class NotificationWorker:
    """Inserts each request once. Nobody waits here for a far side."""

    def __init__(self, inbox: Inbox, sending: Sending, clock: Clock) -> None:
        self._inbox = inbox
        self._sending = sending
        self._clock = clock

    async def work(self, lanes: Sequence[Sequence[Record]]) -> list[LaneResult]:
        """Return once every record of *lanes* is stored, now or before."""
        now = self._clock.now()
        deliveries = [
            on_notification_requested(record, now) for lane in lanes for record in lane
        ]
        try:
            stored = await self._store(deliveries)
            again = await self._news_again(lanes, stored, now)
        except Transient as error:
            return [LaneResult(failed=Failed(error)) for _ in lanes]
        return [
            LaneResult([_done(record, stored, again) for record in lane])
            for lane in lanes
        ]

    async def _news_again(
        self, lanes: Sequence[Sequence[Record]], stored: Stored, now: datetime
    ) -> dict[str, tuple[Outgoing, ...]]:
        """Return what became of deliveries that are asked for long after their end.

        Whoever asks so late has not heard of it. A batch that is read again after a
        crash comes sooner.
        """
        asked = {
            record.event.delivery_id: _asked_at(record, now)
            for lane in lanes
            for record in lane
            if record.event.delivery_id not in stored.new and not record.replayed
        }
        if not asked:
            return {}
        ended = await self._inbox.ended(sorted(asked), before=now - ASKED_AGAIN)
        return {
            each.delivery_id: repeat_news(each)
            for each in ended
            # The request itself, read again, is older than its delivery's end.
            if each.closed_at and asked[each.delivery_id] - each.closed_at > ASKED_AGAIN
        }

    async def _store(self, deliveries: Sequence[Delivery]) -> Stored:
        """Store them; what there is room for is ours from its first write on."""
        reserved = {
            each.delivery_id: each
            for each in {each.delivery_id: each for each in deliveries}.values()
            if self._sending.reserve(each)
        }
        try:
            stored = await self._inbox.accept(deliveries, take=frozenset(reserved))
            if ARMED and stored.new:
                reach(FailPoint.DELIVERY_KEPT)
            for delivery in stored.taken:
                del reserved[delivery.delivery_id]
                self._sending.begin(delivery)
        finally:
            for unused in reserved.values():
                self._sending.release(unused)
        self._sending.wake()
        return stored


def on_notification_requested(record: Record, now: datetime) -> Delivery:
    """Return the delivery that a request asks for."""
    request: NotificationRequested = record.event
    packet = request.packet
    return Delivery(
        delivery_id=request.delivery_id,
        app_id=request.app_id,
        lane=_lane_of(record.lane, request),
        conversation_id=request.conversation_id,
        destination_id=request.destination_id,
        escalation_id=request.escalation_id,
        number=request.number,
        kind=request.exact,
        revision=request.revision,
        order=order_of(request.packet.opened_at, request.revision),
        request=record.value or request.model_dump_json(by_alias=True).encode(),
        occurred_at=request.packet.occurred_at,
        created_at=now,
        due_at=now,
        traceparent=record.traceparent,
        user_id=packet.user.id if packet.user else "",
        personal=bool(
            packet.user or packet.conversation or request.digest or request.report
        ),
        lists=_listed(request),
    )


def _lane_of(lane: str, request: NotificationRequested) -> str:
    """Return what its news are sent in order with: of a digest, those of its group."""
    if request.digest is None:
        return lane
    return conversation_key(request.app_id, f"{RESERVED}{request.digest.thread}")


def _listed(request: NotificationRequested) -> tuple[str, ...]:
    """Return the conversations that a digest tells of, or that a report may quote."""
    told = request.digest or request.report
    listed = told.conversation_ids if told else ()
    return tuple(conversation_key(request.app_id, each) for each in listed if each)


def order_of(opened_at: datetime, revision: int) -> str:
    """Return what sorts news of one conversation: its escalation, then the revision."""
    return f"{opened_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}|{revision:010d}"


def _done(
    record: Record, stored: Stored, again: Mapping[str, tuple[Outgoing, ...]]
) -> Done:
    if news := again.get(record.event.delivery_id):
        return Done("told_again", news)
    known = record.event.delivery_id not in stored.new
    return Done("duplicate" if known else "queued")


def _asked_at(record: Record, now: datetime) -> datetime:
    """Return when *record* came to the log; now where the log does not say."""
    if record.timestamp is None:
        return now
    return datetime.fromtimestamp(record.timestamp / 1000, UTC)
