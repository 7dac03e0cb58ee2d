"""Twice is once: repeated events, and whole topics read again from their start."""

import asyncio

import httpx
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from prometheus_client.parser import text_string_to_metric_families

from handrail.stack.local import LocalStack
from shared.topics import (
    CATALOGUE,
    GAP_VERIFICATION_REQUESTED,
    GAP_VERIFIED,
    RESPONSE_ESTIMATES,
)
from tests.support.consuming import numbers_of, rewind
from tests.support.system import Tenant, ends, publish, replies_of, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(420)]
SERVICES = ("resolver", "escalator", "notifier", "analytics")
APART = {GAP_VERIFICATION_REQUESTED, GAP_VERIFIED}
"""Read by groups of their own, beside the services'."""
ALL = [name for topic in CATALOGUE for name in (topic.name, topic.dead_letter)]


async def test_the_same_event_sent_five_times_is_one_event(
    stack: LocalStack, tenant: Tenant
) -> None:
    value = orjson.dumps(tenant.said("once", "c-1"))

    await publish(stack.kafka, [(tenant.lane("c-1"), value, [])] * 5)

    async def handoffs() -> list[dict[str, object]]:
        return [
            each
            for each in await replies_of(stack, tenant)
            if each["type"] == "handoff"
        ]

    assert len(await until(handoffs, enough=bool)) == 1
    await asyncio.sleep(2)
    assert len(await handoffs()) == 1
    assert len(tenant.mails()) == 1
    with tenant.http() as client:
        found = client.get("/escalator/v1/escalations").json()
        summary = client.get("/analytics/v1/summary").json()
    assert len(found["items"]) == 1
    assert summary["requests"] == 1


async def test_replaying_every_topic_from_its_start_changes_nothing(
    stack: LocalStack, tenant: Tenant
) -> None:
    records = [
        (tenant.lane(f"r-{n}"), orjson.dumps(tenant.said(f"r-{n}", f"r-{n}")), [])
        for n in range(20)
    ]
    await publish(stack.kafka, [*records, (None, b"poison", [])])

    async def mails() -> int:
        return len(tenant.mails())

    assert await until(mails, enough=lambda found: found == 20) == 20
    await _quiet(stack)
    with tenant.http() as client:
        summary = client.get("/analytics/v1/summary").json()
    before = await ends(stack.kafka, ALL)

    await asyncio.gather(*(_rewind(stack, service) for service in SERVICES))
    await asyncio.to_thread(stack.supervisor.wait_ready)
    await _quiet(stack)

    for service in SERVICES:
        # What is poison was refused the first time and is passed over now.
        good = [before[name] - before[f"{name}.dead-letter"] for name in _read(service)]
        assert _worked(stack, service) >= sum(good)
    after = await ends(stack.kafka, ALL)
    for each in (before, after):
        each.pop(RESPONSE_ESTIMATES.name)  # published by the clock and at a start
    assert after == before
    assert await mails() == 20
    with tenant.http() as client:
        again = client.get("/analytics/v1/summary").json()
    assert {**again, "to": "", "from": ""} == {**summary, "to": "", "from": ""}


async def _rewind(stack: LocalStack, service: str) -> None:
    """Stop *service*, reset its group to the beginning, start it again."""
    await asyncio.to_thread(stack.supervisor.hold, service)
    try:
        await rewind(stack.broker, service, _read(service))
    finally:
        stack.supervisor.release(service)


def _read(service: str) -> list[str]:
    """Return the topics that the group of *service* reads."""
    return [
        topic.name
        for topic in CATALOGUE
        if service in topic.read_by and topic.partitions != 1 and topic not in APART
    ]


def _worked(stack: LocalStack, service: str) -> int:
    """Return how many records this process of *service* has worked."""
    text = httpx.get(f"{stack.url(service)}/metrics", trust_env=False).text
    samples = [
        sample
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]
    worked = (each for each in samples if each.name == "handrail_records_total")
    return int(sum(each.value for each in worked))


async def _quiet(stack: LocalStack) -> None:
    """Wait until no topic grows any more, and every group has read to the end."""
    before: dict[str, int] = {}
    for _ in range(30):
        now = await ends(stack.kafka, [topic.name for topic in CATALOGUE])
        if now == before and _is_grouped(stack) and await _caught_up(stack):
            return
        before = now
        await asyncio.sleep(2)
    pytest.fail("the system does not come to rest")


def _is_grouped(stack: LocalStack) -> bool:
    """Return whether no escalation waits for its pattern."""
    text = httpx.get(f"{stack.url('analytics')}/metrics", trust_env=False).text
    (lag,) = (
        family.samples[0].value
        for family in text_string_to_metric_families(text)
        if family.name == "handrail_analytics_grouping_lag_seconds"
    )
    return bool(lag == 0)


async def _caught_up(stack: LocalStack) -> bool:
    for service in SERVICES:
        consumer = AIOKafkaConsumer(bootstrap_servers=stack.kafka, group_id=service)
        await consumer.start()
        try:
            for topic in _read(service):
                numbers = await numbers_of(consumer, topic)
                places = [TopicPartition(topic, each) for each in numbers]
                last = await consumer.end_offsets(places)
                for place in places:
                    committed = await consumer.committed(place) or 0
                    if committed < last[place]:
                        return False
        finally:
            await consumer.stop()
    return True
