"""Requests become durable deliveries, each once, without waiting for anybody."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from services.notifier.domain.delivery import (
    Delivery,
    Recipient,
    RecipientStatus,
    Status,
)
from services.notifier.handlers import NotificationWorker, order_of
from shared.errors import Transient
from shared.kafka.records import Record
from tests.notifier.letters import AT, make_record, make_request
from tests.notifier.world import FakeDeliveries
from tests.support.fakes import FakeClock


@dataclass
class FakeSending:
    """Has room for some, and notes what it was handed."""

    room: int = 99
    begun: list[Delivery] = field(default_factory=list)
    woken: int = 0

    def reserve(self, delivery: Delivery) -> bool:
        self.room -= 1
        return self.room >= 0

    def release(self, delivery: Delivery) -> None:
        self.room += 1

    def begin(self, delivery: Delivery) -> None:
        self.begun.append(delivery)

    def wake(self) -> None:
        self.woken += 1


def worker_of(
    *, room: int = 99
) -> tuple[NotificationWorker, FakeDeliveries, FakeSending]:
    clock = FakeClock()
    deliveries, sending = FakeDeliveries(clock), FakeSending(room)
    return NotificationWorker(deliveries, sending, clock), deliveries, sending


async def test_a_request_is_stored_ours_and_handed_over() -> None:
    worker, deliveries, sending = worker_of()
    request = make_request()

    (result,) = await worker.work([[make_record(request)]])

    assert [each.reason for each in result.done] == ["queued"]
    assert [each.delivery_id for each in sending.begun] == [request.delivery_id]
    stored = deliveries.kept[request.delivery_id]
    assert (stored.status, stored.token) == (Status.SENDING, 1)
    assert stored.lane == "acme:c-42"


async def test_the_same_request_five_times_is_one_delivery() -> None:
    worker, deliveries, sending = worker_of()
    record = make_record(make_request())

    first = await worker.work([[record, record]])
    again = [await worker.work([[record]]) for _ in range(3)]

    assert [each.reason for each in first[0].done] == ["queued", "queued"]
    assert [result[0].done[0].reason for result in again] == ["duplicate"] * 3
    assert len(deliveries.kept) == len(sending.begun) == 1
    assert sending.room == 98


async def test_what_there_is_no_room_for_is_stored_for_whoever_has_some() -> None:
    worker, deliveries, sending = worker_of(room=1)
    lanes = [
        [make_record(make_request(delivery_id=f"d-{n}", conversation_id=f"c-{n}"))]
        for n in range(3)
    ]

    await worker.work(lanes)

    assert len(sending.begun) == 1
    assert sorted(each.status for each in deliveries.kept.values()) == [
        Status.PENDING,
        Status.PENDING,
        Status.SENDING,
    ]
    assert sending.woken == 1


async def test_a_store_that_is_down_fails_every_lane_and_keeps_no_room() -> None:
    worker, deliveries, sending = worker_of()

    async def down(*_: object, **__: object) -> None:
        raise Transient("mongo_unavailable")

    deliveries.accept = down  # type: ignore[method-assign,assignment]
    results = await worker.work([[make_record(make_request())]])

    assert results[0].failed is not None
    assert sending.begun == []
    assert sending.room == 99


def test_news_of_one_conversation_sorts_by_escalation_then_revision() -> None:
    moments = [(AT, 0), (AT, 2), (AT, 10), (AT.replace(hour=11), 0)]

    assert [order_of(*each) for each in moments] == sorted(
        order_of(*each) for each in reversed(moments)
    )


async def ended_as(
    status: Status, *, minutes_ago: float
) -> tuple[NotificationWorker, Record]:
    """Return a worker whose one delivery ended then, and the request for it."""
    worker, deliveries, _ = worker_of()
    record = make_record(make_request())
    await worker.work([[record]])
    (name,) = deliveries.kept
    taken = Recipient("team@acme.test", RecipientStatus.ACCEPTED, detail="250 Ok")
    deliveries.kept[name] = replace(
        deliveries.kept[name],
        status=status,
        recipients=(taken,) if status is Status.DELIVERED else (),
        closed_at=deliveries.clock.now() - timedelta(minutes=minutes_ago),
        announced=("notification.delivered", "notification.failed"),
    )
    return worker, record


@pytest.mark.parametrize(
    ("status", "topic"),
    [
        (Status.DELIVERED, "notification.delivered"),
        (Status.DEAD, "notification.failed"),
    ],
)
async def test_who_asks_long_after_the_end_is_told_again_what_became_of_it(
    status: Status, topic: str
) -> None:
    worker, record = await ended_as(status, minutes_ago=10)

    (result,) = await worker.work([[record]])

    (done,) = result.done
    assert done.reason == "told_again"
    assert [each.topic for each in done.outputs] == [topic]


async def test_the_request_itself_read_again_asks_nothing() -> None:
    worker, record = await ended_as(Status.DELIVERED, minutes_ago=10)
    long_ago = replace(record, timestamp=1_000)

    (result,) = await worker.work([[long_ago]])

    assert [(each.reason, each.outputs) for each in result.done] == [("duplicate", ())]


async def test_the_news_told_again_has_the_id_that_it_had() -> None:
    worker, record = await ended_as(Status.DELIVERED, minutes_ago=10)

    first, second = [(await worker.work([[record]]))[0].done[0] for _ in range(2)]

    ids = {dict(each.outputs[0].headers)["ce_id"] for each in (first, second)}
    assert len(ids) == 1


@pytest.mark.parametrize("status", [Status.RETRY, Status.WAITING, Status.SENDING])
async def test_of_what_is_still_tried_nothing_is_said(status: Status) -> None:
    worker, record = await ended_as(status, minutes_ago=10)

    (result,) = await worker.work([[record]])

    assert [(each.reason, each.outputs) for each in result.done] == [("duplicate", ())]


async def test_a_batch_that_is_read_again_after_a_crash_tells_nothing_again() -> None:
    worker, record = await ended_as(Status.DELIVERED, minutes_ago=0.5)
    (soon,) = await worker.work([[record]])
    worker, record = await ended_as(Status.DELIVERED, minutes_ago=10)
    (replayed,) = await worker.work([[replace(record, replayed=True)]])

    assert [each.reason for each in soon.done] == ["duplicate"]
    assert [each.reason for each in replayed.done] == ["duplicate"]
