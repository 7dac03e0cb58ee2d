"""The whole resolver on a real broker and a real database."""

import asyncio
import contextlib
import uuid
from datetime import UTC, datetime

import httpx
import orjson
import pytest
import uvicorn
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from services.resolver.app import build_app
from services.resolver.settings import Settings
from shared.events import AppKey, AppSettings, Scope
from shared.kafka.provision import provision
from shared.web.auth import new_key
from tests.support.consuming import kafka_settings
from tests.support.factories import STORY, message

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

DOCUMENT = {
    "title": "Invoices",
    "text": "# Invoices\nInvoices are sent on the first of each month.",
    "questions": ["When are invoices sent?"],
}
OUT = ("conversation.replies", "conversation.unresolved", "conversation.resolved")


def now():
    return datetime.now(UTC)


class Outside:
    """A platform that knows the contract, and one app of its own."""

    def __init__(self, kafka, mongo_url):
        self.app_id = f"app-{uuid.uuid4().hex[:8]}"
        self.key = new_key()
        self.settings = Settings(
            kafka=kafka_settings(kafka),
            mongo_url=mongo_url,
            mongo_database=f"resolver_{uuid.uuid4().hex[:8]}",
            admin_key="operator-key",
            heartbeat_seconds=0.5,
        )
        self.producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers)
        self.servers = kafka.bootstrap_servers

    async def register(self):
        app = AppSettings(
            app_id=self.app_id,
            updated_at=now(),
            keys=[
                AppKey(
                    key_id=self.key.key_id,
                    hash=self.key.hash,
                    scopes=list(Scope),
                    created_at=now(),
                )
            ],
        )
        await self.producer.send_and_wait(
            "app.settings", app.model_dump_json().encode(), key=self.app_id.encode()
        )

    async def publish(self, event, topic="conversation.events"):
        # As `kcat` does it: no headers, and here no key either.
        value = orjson.dumps({**event, "app_id": self.app_id})
        await self.producer.send_and_wait(topic, value)

    async def published(self, count):
        """Return all that was published for this app, once it is *count* records."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.servers)
        await consumer.start()
        try:
            for topic in OUT:
                await consumer._client.add_topic(topic)
            places = [
                TopicPartition(topic, part)
                for topic in OUT
                for part in consumer.partitions_for_topic(topic)
            ]
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            found = []
            async with asyncio.timeout(30):
                while len(found) < count:
                    batch = await consumer.getmany(timeout_ms=200)
                    found += self._mine(batch)
            # Anything past the count would be one too many.
            found += self._mine(await consumer.getmany(timeout_ms=1500))
        finally:
            await consumer.stop()
        return found

    def _mine(self, batch):
        records = [each for part in batch.values() for each in part]
        bodies = [(each.topic, orjson.loads(each.value)) for each in records]
        return [
            (topic, body) for topic, body in bodies if body["app_id"] == self.app_id
        ]


@contextlib.asynccontextmanager
async def serving(settings):
    """Run the resolver as its process does, and give its address."""
    server = uvicorn.Server(
        uvicorn.Config(
            build_app(settings),
            port=0,
            log_level="error",
            timeout_graceful_shutdown=1,
        )
    )
    server.install_signal_handlers = lambda: None
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(60):
        while not server.started:
            assert not task.done(), task.exception()
            await asyncio.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=address) as client:
            while (await client.get("/readyz")).status_code != 200:
                await asyncio.sleep(0.1)
    try:
        yield address
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def outside(kafka, mongo_url):
    found = Outside(kafka, mongo_url)
    await provision(found.settings.kafka)
    await found.producer.start()
    try:
        await found.register()
        yield found
    finally:
        await found.producer.stop()


async def read_stream(client, count, **more):
    """Return the ids and bodies of *count* streamed replies."""
    found, last = [], {}
    async with (
        asyncio.timeout(30),
        client.stream("GET", "/v1/conversations/c-1/replies", **more) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            last[name] = value
            if not line and "data" in last:
                found.append((last["id"], last["event"], orjson.loads(last["data"])))
                last = {}
            if len(found) == count:
                return found
    return found


async def test_the_minimal_event_without_key_or_headers_reaches_people(outside):
    async with serving(outside.settings):
        await outside.publish(message(occurred_at=now().isoformat()))

        (told,) = await outside.published(1)

    topic, body = told
    assert topic == "conversation.unresolved"
    assert body["reason"] == "no_match"
    assert body["text"] == STORY
    assert body["user"]["email"] == "ana@example.com"
    assert body["app_state"]["last_request"] == {"status": 500}


async def test_a_document_answers_over_http_and_the_stream_resumes(outside):
    async with (
        serving(outside.settings) as address,
        httpx.AsyncClient(
            base_url=address,
            headers={"Authorization": f"Bearer {outside.key.key}"},
        ) as client,
    ):
        stored = await client.put("/v1/documents/invoices", json=DOCUMENT)
        assert stored.status_code == 201
        made = (await client.post("/v1/tokens", json={"endUserId": "u-1"})).json()
        user = {"Authorization": f"Bearer {made['token']}"}
        question = {
            "type": "message",
            "conversation_id": "c-1",
            "message": {"role": "user", "text": "When are invoices sent?"},
        }
        sent = await client.post("/v1/events", json=question, headers=user)
        assert sent.status_code == 202
        ((first, kind, body),) = await read_stream(client, 1, headers=user)
        waiting = asyncio.create_task(
            read_stream(client, 1, headers={**user, "Last-Event-ID": first})
        )
        await asyncio.sleep(0.3)
        await outside.publish(
            {
                "reply_id": "r-team",
                "type": "teammate_reply",
                "conversation_id": "c-1",
                "in_reply_to": "e-1",
                "occurred_at": now().isoformat(),
                "text": "Hello, it is Bo.",
                "escalation_id": "esc-1",
                "author": {"name": "Bo"},
            },
            topic="conversation.replies",
        )
        # Only what Handrail publishes has a key; this one waits for the store.
        ((second, _, _),) = await waiting
        other = (await client.post("/v1/tokens", json={})).json()
        refused = await client.get(
            "/v1/conversations/c-1/replies",
            headers={"Authorization": f"Bearer {other['token']}"},
        )
        listed = await client.get(
            "/v1/conversations/c-1/replies", headers={"Accept": "application/json"}
        )

    assert kind == "answer"
    assert body["citations"][0]["document_id"] == "invoices"
    assert second == "r-team"
    assert refused.status_code == 404
    assert {each["reply_id"] for each in listed.json()["items"]} == {first, "r-team"}


async def test_who_was_handed_back_is_answered_and_handed_off_afresh(outside):
    asked = {"type": "message", "conversation_id": "c-42", "user": {"id": "u-1"}}
    common = {"conversation_id": "c-42", "occurred_at": now().isoformat()}
    update = {
        **common,
        "update_id": "esc-1-1",
        "escalation_id": "esc-1",
        "revision": 1,
        "change": "handed_back",
        "from": "acknowledged",
        "to": "acknowledged",
        "actor": "bo",
        "at": now().isoformat(),
        "reason": "handed_back",
    }
    withdrawn = {**common, "event_id": "e-2", "type": "withdrawn", "text": "No more"}
    questions = ["When are invoices sent?", "My upload fails"]
    async with (
        serving(outside.settings) as address,
        httpx.AsyncClient(
            base_url=address,
            headers={"Authorization": f"Bearer {outside.key.key}"},
        ) as client,
    ):
        await client.put("/v1/documents/invoices", json=DOCUMENT)
        await outside.publish(message(occurred_at=now().isoformat()))
        ((_, first),) = await outside.published(1)
        # Over both doors: nothing is said to it.
        await outside.publish(withdrawn)
        await client.post("/v1/events", json={**withdrawn, "event_id": "e-3"})
        await outside.publish(update, topic="escalation.updated")
        async with asyncio.timeout(30):
            while '"handed_back"' not in (await client.get("/metrics")).text:
                await asyncio.sleep(0.1)
        for text in questions:
            said = {"role": "user", "text": text}
            await client.post("/v1/events", json={**asked, "message": said})
        told = await outside.published(4)

    answers = [body for topic, body in told if topic == "conversation.replies"]
    unsolved = [body for topic, body in told if topic == "conversation.unresolved"]
    assert [(each["type"], each["meanwhile"]) for each in answers] == [
        ("answer", False)
    ]
    assert [each["text"] for each in unsolved] == [first["text"], questions[1]]
    assert unsolved[0]["request_id"] != unsolved[1]["request_id"]
    assert unsolved[1]["language"] == "en"


async def test_a_restart_and_the_same_events_again_change_nothing(outside):
    said = message(occurred_at=now().isoformat())
    async with serving(outside.settings):
        await outside.publish(said)
        await outside.published(1)
    async with serving(outside.settings):
        for _ in range(3):
            await outside.publish(said)
        await outside.publish({**said, "event_id": "e-2", "conversation_id": "c-2"})

        told = await outside.published(2)

    assert [body["event_id"] for _, body in told] == ["e-1", "e-2"]


async def test_a_catalogue_is_versioned_in_the_database(outside):
    async with (
        serving(outside.settings) as address,
        httpx.AsyncClient(
            base_url=address,
            headers={"Authorization": f"Bearer {outside.key.key}"},
        ) as client,
    ):
        schema = {"$schema": "x", "type": "object", "properties": {"a.b": {}}}
        action = {"description": "Do it", "parameters": schema, "examples": ["do it"]}
        first = await client.put("/v1/actions/act", json=action)
        same = await client.put("/v1/actions/act", json=action)
        other = await client.put("/v1/actions/act", json={**action, "examples": []})
        listed = await client.get("/v1/actions")
        tried = await client.post("/v1/try", json={"text": "do it act"})
        gone = await client.delete("/v1/actions/act")
        missing = await client.get("/v1/actions/act")

    assert (first.status_code, same.status_code, other.status_code) == (201, 200, 200)
    assert first.json()["parameters"] == schema
    assert [each.json()["version"] for each in (first, same, other)] == [1, 1, 2]
    assert [each["name"] for each in listed.json()["items"]] == ["act"]
    assert tried.json()["attempts"][0]["name"] == "act"
    assert (gone.status_code, missing.status_code) == (204, 404)
