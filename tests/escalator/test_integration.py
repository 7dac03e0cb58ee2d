"""The whole escalator on a real broker and a real database."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from services.escalator.app import build_app
from services.escalator.settings import Settings
from shared import ids, topics
from shared.kafka.provision import provision
from tests.support.consuming import kafka_settings

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

ADMIN_KEY = "operator-key"
OUT = (
    topics.ESCALATION_OPENED,
    topics.ESCALATION_UPDATED,
    topics.NOTIFICATION_REQUESTED,
    topics.CONVERSATION_REPLIES,
)


class Outside:
    """A chat platform, a resolver, a notifier and a team, knowing only the contract."""

    def __init__(
        self,
        *,
        app_id: str,
        http: httpx.AsyncClient,
        producer: AIOKafkaProducer,
        consumer: AIOKafkaConsumer,
    ) -> None:
        self.app_id = app_id
        self.http = http
        self.producer = producer
        self.consumer = consumer
        self.seen: list[tuple[str, dict[str, Any]]] = []

    async def send(self, topic: str, body: dict[str, Any]) -> None:
        body = {"app_id": self.app_id, "occurred_at": _now(), **body}
        key = f"{self.app_id}:{body['conversation_id']}".encode()
        await self.producer.send_and_wait(topic, orjson.dumps(body), key=key)

    async def say(self, conversation_id: str, event_id: str, text: str) -> None:
        await self.send(
            "conversation.events",
            {
                "event_id": event_id,
                "type": "message",
                "conversation_id": conversation_id,
                "message": {"role": "user", "text": text},
                "user": {"id": "u-7", "email": "ana@example.com"},
                "app_state": {"route": "/files"},
            },
        )

    async def leave_unresolved(self, conversation_id: str, event_id: str) -> None:
        await self.send(
            "conversation.unresolved",
            {
                "request_id": ids.derive("request", self.app_id, event_id),
                "event_id": event_id,
                "conversation_id": conversation_id,
                "reason": "no_match",
                "attempts": [],
            },
        )

    async def accept(self, request: dict[str, Any]) -> None:
        kept = ("delivery_id", "escalation_id", "destination_id", "conversation_id")
        await self.send(
            "notification.delivered",
            {
                **{key: request[key] for key in kept},
                "channel": "email",
                "delivered_at": _now(),
                "proof": "250 2.0.0 Ok",
                "attempts": 1,
            },
        )

    async def see(self, topic: topics.Topic, count: int) -> list[dict[str, Any]]:
        """Return the first *count* records of this app on *topic*, once they came."""
        async with asyncio.timeout(30):
            while len(self.on(topic)) < count:
                await self.look()
        return self.on(topic)

    async def look(self) -> None:
        for records in (await self.consumer.getmany(timeout_ms=200)).values():
            for record in records:
                body = orjson.loads(record.value)
                if body["app_id"] == self.app_id:
                    self.seen.append((record.topic, body))

    def on(self, topic: topics.Topic) -> list[dict[str, Any]]:
        return [body for name, body in self.seen if name == topic.name]


def _now() -> str:
    return datetime.now(UTC).isoformat()


async def _at_the_end(servers: str) -> AIOKafkaConsumer:
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, fetch_max_wait_ms=50)
    await consumer.start()
    partitions = [
        TopicPartition(topic.name, number)
        for topic in OUT
        for number in consumer.partitions_for_topic(topic.name)
        or await _partitions(consumer, topic.name)
    ]
    consumer.assign(partitions)
    await consumer.seek_to_end(*partitions)
    for partition in partitions:
        await consumer.position(partition)
    return consumer


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    consumer._client.add_topic(topic)
    await consumer._client.force_metadata_update()
    return consumer.partitions_for_topic(topic)


@asynccontextmanager
async def running(
    kafka, mongo_url: str, database: str, **more: Any
) -> AsyncIterator[Outside]:
    """Run the escalator as a process would, with an app of its own."""
    settings = Settings(
        kafka=kafka_settings(kafka),
        mongo_url=mongo_url,
        mongo_database=database,
        admin_key=ADMIN_KEY,
        **{"proof_wait_seconds": 1.0, "trigger_wait_seconds": 2.0, **more},
    )
    await provision(settings.kafka)
    application = build_app(settings)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            application.router.lifespan_context(application)
        )
        http = await stack.enter_async_context(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(application), base_url="http://escalator"
            )
        )
        producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers)
        await producer.start()
        stack.push_async_callback(producer.stop)
        consumer = await _at_the_end(kafka.bootstrap_servers)
        stack.push_async_callback(consumer.stop)
        outside = Outside(
            app_id=f"app-{database}", http=http, producer=producer, consumer=consumer
        )
        await _sign_in(outside)
        yield outside


async def _sign_in(outside: Outside) -> None:
    operator = {"Authorization": f"Bearer {ADMIN_KEY}"}
    app = await outside.http.post(
        "/v1/apps", json={"app_id": outside.app_id}, headers=operator
    )
    assert app.status_code in {200, 201}, app.text
    made = await outside.http.post(
        f"/v1/apps/{outside.app_id}/keys",
        json={"scopes": ["read", "manage"]},
        headers=operator,
    )
    outside.http.headers["Authorization"] = f"Bearer {made.json()['key']}"


@pytest.fixture
def database() -> str:
    return f"escalator_{uuid.uuid4().hex[:8]}"


async def test_a_request_becomes_one_escalation_and_comes_back_resolved(
    kafka, mongo_url, database
):
    async with running(kafka, mongo_url, database) as outside:
        settings = {"messages": {"handoff": "Ticket {number} for {app}"}}
        assert (
            await outside.http.put("/v1/settings", json=settings)
        ).status_code == 200

        await outside.leave_unresolved("c-1", "e-1")
        await outside.say("c-1", "e-1", "Uploads over 10 MB fail")
        (packet,) = await outside.see(topics.ESCALATION_OPENED, 1)
        assert packet["conversation"][0]["text"] == "Uploads over 10 MB fail"
        assert packet["app_state"] == {"route": "/files"}

        (request,) = await outside.see(topics.NOTIFICATION_REQUESTED, 1)
        assert request["destination_id"] == "default"
        assert request["packet"] == packet
        await outside.accept(request)
        (handoff,) = await outside.see(topics.CONVERSATION_REPLIES, 1)
        assert handoff["status"] == "delivered"
        assert handoff["text"] == f"Ticket {packet['number']} for {outside.app_id}"

        path = f"/v1/escalations/{packet['number']}"
        answer = await outside.http.post(
            f"{path}/resolve", json={"actor": "Bo", "text": "Raised your limit"}
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "resolved"
        replies = await outside.see(topics.CONVERSATION_REPLIES, 3)
        assert [each["type"] for each in replies] == [
            "handoff",
            "teammate_reply",
            "receipt",
        ]

        refused = await outside.http.post(f"{path}/acknowledge", json={"actor": "Bo"})
        assert refused.status_code == 409
        listed = (await outside.http.get("/v1/escalations?status=resolved")).json()
        assert [each["number"] for each in listed["items"]] == [packet["number"]]
        shown = (await outside.http.get(path)).json()
        assert shown["deliveries"]["default"]["proof"] == "250 2.0.0 Ok"
        assert [each["to"] for each in shown["updates"]] == ["open", "resolved"]


async def test_a_request_whose_message_and_delivery_never_come_is_told_as_saved(
    kafka, mongo_url, database
):
    async with running(kafka, mongo_url, database) as outside:
        await outside.leave_unresolved("c-1", "e-1")

        (handoff,) = await outside.see(topics.CONVERSATION_REPLIES, 1)

        assert handoff["status"] == "saved"
        assert len(outside.on(topics.ESCALATION_OPENED)) == 1


async def test_after_a_restart_everything_sent_again_changes_nothing(
    kafka, mongo_url, database
):
    async with running(kafka, mongo_url, database) as outside:
        await outside.say("c-1", "e-1", "Help")
        await outside.leave_unresolved("c-1", "e-1")
        (request,) = await outside.see(topics.NOTIFICATION_REQUESTED, 1)

    async with running(kafka, mongo_url, database) as outside:
        await outside.say("c-1", "e-1", "Help")
        await outside.leave_unresolved("c-1", "e-1")
        await outside.say("c-1", "e-2", "A later word")
        (update,) = await outside.see(topics.ESCALATION_UPDATED, 1)
        assert update["text"] == "A later word"
        await outside.accept(request)
        (follow_up,) = await outside.see(topics.NOTIFICATION_REQUESTED, 1)
        await outside.look()

        assert follow_up["text"] == "A later word"
        assert outside.on(topics.ESCALATION_OPENED) == []


async def test_lists_are_read_in_pages_and_numbers_do_not_repeat(
    kafka, mongo_url, database
):
    async with running(kafka, mongo_url, database) as outside:
        for number in range(25):
            await outside.say(f"c-{number}", f"e-{number}", "Help")
            await outside.leave_unresolved(f"c-{number}", f"e-{number}")
        opened = await outside.see(topics.ESCALATION_OPENED, 25)
        assert len({each["number"] for each in opened}) == 25

        found: list[str] = []
        url: str | None = "/v1/escalations?limit=10"
        while url is not None:
            page = (await outside.http.get(url)).json()
            found += [each["escalation_id"] for each in page["items"]]
            cursor = page["next_cursor"]
            url = cursor and f"/v1/escalations?limit=10&cursor={cursor}"

        assert len(found) == 25
        assert set(found) == {each["escalation_id"] for each in opened}
