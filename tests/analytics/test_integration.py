"""The whole of analytics on a real broker and a real database."""

import asyncio
import uuid
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from services.analytics import handlers
from services.analytics.app import build_app
from services.analytics.settings import Settings
from shared import ids, topics
from shared.events import AppKey, AppSettings, Scope
from shared.kafka.provision import provision
from shared.mongo import connect, database_of
from shared.web.auth import new_key
from tests.analytics.factories import TOPIC_OF, fact_of, many_events
from tests.support.consuming import kafka_settings, rewind

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]


class Stand:
    """Where one test's service stands: its app, its key, its database."""

    def __init__(self, kafka, mongo_url):
        name = uuid.uuid4().hex[:8]
        self.kafka = kafka
        self.app_id = f"app-{name}"
        self.key = new_key()
        self.settings = Settings(
            kafka=kafka_settings(kafka),
            mongo_url=mongo_url,
            mongo_database=f"analytics_{name}",
        )

    def many_events(self, n):
        """Return events of the last two days."""
        start = datetime.now(UTC) - timedelta(days=2)
        return many_events(n, start=start, within=timedelta(days=1), app_id=self.app_id)

    async def publish(self, events):
        async with AIOKafkaProducer(
            bootstrap_servers=self.kafka.bootstrap_servers
        ) as producer:
            now = datetime.now(UTC)
            key = AppKey(
                key_id=self.key.key_id,
                hash=self.key.hash,
                scopes=[Scope.READ],
                created_at=now,
            )
            app = AppSettings(app_id=self.app_id, updated_at=now, keys=[key])
            await producer.send_and_wait(
                topics.APP_SETTINGS.name,
                app.model_dump_json().encode(),
                key=self.app_id.encode(),
            )
            for event in events:
                lane = ids.conversation_key(event.app_id, event.conversation_id)
                await producer.send(
                    TOPIC_OF[type(event)].name,
                    event.model_dump_json(by_alias=True).encode(),
                    key=lane.encode(),
                )
            await producer.flush()

    @asynccontextmanager
    async def running(self):
        await provision(self.settings.kafka)
        application = build_app(self.settings)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(
                application.router.lifespan_context(application)
            )
            yield await stack.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(application),
                    base_url="http://analytics",
                    headers={"Authorization": f"Bearer {self.key.key}"},
                )
            )

    async def rewind(self):
        """Make the group read every topic from its beginning again."""
        topic_names = [topic.name for topic in handlers.BUILDERS]
        await rewind(self.kafka, "analytics", topic_names)

    async def counters(self):
        client = connect(self.settings.mongo_url)
        database = database_of(client, self.settings.mongo_database)
        # Outcomes are judged and patterns found beside it, in their own time.
        query = {"dimension": {"$nin": ["came_of_it", "pattern", "cause"]}}
        rows = await database.analytics_counters.find(query).to_list(None)
        client.close()
        return {row["_id"]: (row["n"], row.get("ms")) for row in rows}


async def summary_of(http, *, requests):
    """Return the summary of the last four days once it counts that many requests."""
    start = (datetime.now(UTC) - timedelta(days=4)).isoformat()
    async with asyncio.timeout(60):
        while True:
            answer = await http.get("/v1/summary", params={"from": start})
            if answer.status_code == 200 and answer.json()["requests"] >= requests:
                return answer.json()
            await asyncio.sleep(0.2)


async def test_what_is_published_is_counted_once_even_when_replayed(kafka, mongo_url):
    stand = Stand(kafka, mongo_url)
    events = stand.many_events(300)
    facts = [fact_of(event) for event in events]
    requests = sum(fact.collection == "analytics_requests" for fact in facts)
    reasons = sum(
        dimension == "reason" for fact in facts for dimension, _ in fact.values
    )

    async with stand.running() as http:
        await stand.publish(events + events[:50] * 4)
        found = await summary_of(http, requests=requests)
        for _ in range(10):
            await asyncio.sleep(0.2)
            assert (await summary_of(http, requests=requests))["requests"] == requests
        assert sum(found["by_reason"].values()) == reasons
        recount = (await http.get("/v1/recount", params={"from": found["from"]})).json()
        assert recount["exact"]
    before = await stand.counters()

    await stand.rewind()
    last = stand.many_events(301)[300:]
    async with stand.running() as http:
        await stand.publish(last)
        ready = {"status": ""}
        async with asyncio.timeout(60):
            while ready["status"] != "ready":
                ready = (await http.get("/readyz")).json()
                await asyncio.sleep(0.2)
        async with asyncio.timeout(60):
            while len(await stand.counters()) == 0 or before == await stand.counters():
                await asyncio.sleep(0.2)
        await asyncio.sleep(2)

    after = await stand.counters()
    assert sum(n for n, _ in after.values()) - sum(n for n, _ in before.values()) == (
        2 * (len(fact_of(last[0]).values) + (fact_of(last[0]).timed is not None))
    )


async def test_the_page_and_the_documents_are_served(kafka, mongo_url):
    stand = Stand(kafka, mongo_url)

    async with stand.running() as http:
        page = await http.get("/")
        script = await http.get("/static/dashboard.js")
        metrics = await http.get("/metrics")
        document = (await http.get("/openapi.json")).json()

    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "javascript" in script.headers["content-type"]
    assert "handrail_analytics_facts_total" in metrics.text
    assert {"/v1/summary", "/v1/trends"} <= document["paths"].keys()
