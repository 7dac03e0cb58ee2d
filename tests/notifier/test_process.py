"""The notifier as its own process, on a real broker, database and mail relay."""

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from handrail.stack.broker import Broker
from handrail.stack.processes import ROOT, free_port
from shared import topics
from shared.events import (
    AppKey,
    AppSettings,
    NotificationDelivered,
    NotificationRequested,
    Scope,
)
from shared.kafka.provision import provision
from shared.kafka.publisher import KafkaPublisher
from shared.kafka.records import outgoing
from shared.web.auth import new_key
from tests.notifier.letters import AT, make_packet, make_request
from tests.notifier.smtp_server import SmtpServer, smtp_server
from tests.support.consuming import kafka_settings

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(420)]
MAIL = {"kind": "email", "to": ["team@acme.test"]}


@dataclass
class Town:
    """One app, one notifier process, one relay."""

    app_id: str
    key: str
    environment: dict[str, str]
    publisher: KafkaPublisher
    relay: SmtpServer
    log: Path
    url: str
    kafka: str
    process: subprocess.Popen[bytes] | None = None
    told: list[NotificationDelivered] = field(default_factory=list)

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services.notifier"],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
            )
        async with httpx.AsyncClient() as client:
            for _ in range(900):
                await asyncio.sleep(0.1)
                try:
                    answer = await client.get(f"{self.url}/readyz")
                except httpx.TransportError:
                    continue
                if answer.status_code == 200:
                    return
        raise AssertionError(self.log.read_text()[-3000:])

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return await asyncio.to_thread(self.process.wait, 40)

    async def ask(self, count: int, *, first: int = 0) -> list[NotificationRequested]:
        requests = []
        for n in range(first, first + count):
            packet = make_packet(app_id=self.app_id, conversation_id=f"c-{n}")
            delivery_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.app_id}|{n}"))
            requests.append(
                make_request(packet=packet, delivery_id=delivery_id, requested_at=AT)
            )
        await self.publisher.publish(
            [
                outgoing(topics.NOTIFICATION_REQUESTED, each, source="escalator")
                for each in requests
            ]
        )
        return requests

    async def http(self, method: str, path: str, **more: object) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.url, timeout=10) as client:
            return await client.request(
                method,
                path,
                headers={"Authorization": f"Bearer {self.key}"},
                **more,  # type: ignore[arg-type]
            )

    def mails(self) -> Counter[str]:
        """Return how often each Message-ID was accepted."""
        return Counter(
            str(message_from_bytes(each)["Message-ID"]) for each in self.relay.accepted
        )

    async def until(self, done: Callable[[], bool], *, seconds: float = 90) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not done():
                    await asyncio.sleep(0.1)
        except TimeoutError:
            log = self.log.read_text()[-3000:]
            raise AssertionError(
                f"{len(self.mails())} mails, {len(self.told)} told\n{log}"
            ) from None


@asynccontextmanager
async def following(town: Town) -> AsyncIterator[None]:
    """Keep what the process announces of the town's app."""
    consumer = AIOKafkaConsumer(
        topics.NOTIFICATION_DELIVERED.name,
        bootstrap_servers=town.kafka,
        auto_offset_reset="earliest",
    )
    await consumer.start()

    async def follow() -> None:
        async for record in consumer:
            event = NotificationDelivered.model_validate_json(record.value)
            if event.app_id == town.app_id:
                town.told.append(event)

    task = asyncio.create_task(follow())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await consumer.stop()


@pytest.fixture
async def town(kafka: Broker, mongo_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    settings = kafka_settings(kafka, partitions=6)
    await provision(settings)
    publisher = KafkaPublisher(settings, client_id="test")
    await publisher.start()
    made, app_id, port = new_key(), f"acme-{uuid.uuid4().hex[:8]}", free_port()
    key = AppKey(key_id=made.key_id, hash=made.hash, scopes=list(Scope), created_at=AT)
    app = AppSettings(app_id=app_id, name="Acme Files", updated_at=AT, keys=[key])
    await publisher.publish([outgoing(topics.APP_SETTINGS, app, source="escalator")])
    async with smtp_server() as relay:
        environment = {
            "HANDRAIL_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
            "HANDRAIL_KAFKA_IDEMPOTENT": str(kafka.idempotent).lower(),
            "HANDRAIL_KAFKA_SESSION_SECONDS": str(kafka.session_seconds),
            "HANDRAIL_MONGO_URL": mongo_url,
            "HANDRAIL_MONGO_DATABASE": f"test_{uuid.uuid4().hex}",
            "HANDRAIL_ADMIN_KEY": "operator",
            "NOTIFIER_HTTP_PORT": str(port),
            "NOTIFIER_SMTP_HOST": "127.0.0.1",
            "NOTIFIER_SMTP_PORT": str(relay.port),
            "NOTIFIER_LEASE_SECONDS": "3",
            "NOTIFIER_MAIL_DOMAIN": "mail.test",
        }
        found = Town(
            app_id, made.key, environment, publisher, relay, tmp_path / "notifier.log",
            f"http://127.0.0.1:{port}", kafka.bootstrap_servers,
        )  # fmt: skip
        async with following(found):
            yield found
            if found.process is not None and found.process.poll() is None:
                # In peace: a dead member would hold the group for its session's time.
                await found.stop()
    await publisher.stop()


async def test_what_is_asked_for_waits_for_its_destination_and_is_proved(
    town: Town,
) -> None:
    await town.start()
    (request,) = await town.ask(1)
    path = f"/v1/deliveries/{request.delivery_id}"
    async with asyncio.timeout(60):
        while (await town.http("GET", path)).json().get("status") != "waiting":
            await asyncio.sleep(0.1)
    assert town.relay.accepted == []

    put = await town.http("PUT", "/v1/destinations/team-mail", json=MAIL)
    assert put.status_code == 200
    await town.until(lambda: bool(town.told), seconds=30)

    (told,) = town.told
    assert told.delivery_id == request.delivery_id
    assert told.proof == "250 2.0.0 Ok: queued"
    assert town.mails() == {told.message_id: 1}
    shown = (await town.http("GET", path)).json()
    assert (shown["status"], shown["recipients"][0]["status"]) == (
        "delivered",
        "accepted",
    )
    sample = await town.http("POST", "/v1/destinations/team-mail/test")
    assert sample.json()["proof"] == "250 2.0.0 Ok: queued"
    assert await town.stop() == 0


async def test_kill_nine_in_the_middle_loses_nothing_and_repeats_only_what_was_in_flight(
    town: Town,
) -> None:
    await town.start()
    await town.http("PUT", "/v1/destinations/team-mail", json=MAIL)
    requests = await town.ask(300)
    await town.until(lambda: len(town.relay.accepted) >= 60)
    await town.stop(signal.SIGKILL)
    await town.start()
    await town.until(lambda: len({each.delivery_id for each in town.told}) == 300)

    mails = town.mails()
    assert len(mails) == 300
    repeated = sum(mails.values()) - 300
    assert repeated <= 8, "one for each connection that was in use"
    assert {each.delivery_id for each in town.told} == {
        each.delivery_id for each in requests
    }


async def test_the_same_requests_again_send_nothing(town: Town) -> None:
    await town.start()
    await town.http("PUT", "/v1/destinations/team-mail", json=MAIL)
    await town.ask(20)
    await town.until(lambda: len(town.told) == 20)

    await town.ask(20)
    await town.ask(1, first=20)
    await town.until(lambda: len(town.told) == 21)

    assert town.mails().total() == 21
