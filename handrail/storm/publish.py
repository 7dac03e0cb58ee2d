"""Publish a plan over Kafka and HTTP, each event again until it is taken."""

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

import httpx
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from handrail.storm.plan import Json, Talk

EVENTS = "conversation.events"
EVENTS_PATH = "/resolver/v1/events"
REQUEST_SECONDS = 10.0
HTTP_SECONDS = 60.0
AGAIN_SECONDS = 1.0
"""Between two tries of one event."""
CLIENT_ERRORS = range(400, 500)
LATER = {408, 429}
PAUSES = (0.1, 1.5)
"""Seconds between two messages of one user: the least and the most."""


@dataclass
class Publisher:
    """Publishes conversations side by side; each one's messages in order."""

    servers: str
    origin: str
    app_id: str
    key: str
    published: int = 0
    """Events that Kafka or the HTTP door has taken, repeats left out."""
    repeated: int = 0
    tries_again: int = 0
    """How often an event was not taken and was published again."""
    refused: list[str] = field(default_factory=list)
    """Answers of the HTTP door that say an event is wrong: there must be none."""

    async def __aenter__(self) -> Self:
        """Connect."""
        # Not idempotent: after a failed batch such a producer refuses the next ones
        # too, and the same event twice is one event here.
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self.servers,
            acks="all",
            request_timeout_ms=int(REQUEST_SECONDS * 1000),
            linger_ms=5,
        )
        await self._producer.start()
        self._door = httpx.AsyncClient(
            base_url=self.origin,
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=HTTP_SECONDS,
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Disconnect."""
        await self._door.aclose()
        await self._producer.stop()

    async def all(
        self,
        talks: Sequence[Talk],
        *,
        seconds: float,
        seed: int,
        has_handoff: Callable[[str], bool],
    ) -> None:
        """Begin *talks* evenly over *seconds*; return once all is taken.

        A user whose request goes to people writes on only after being told so.
        """
        draw = random.Random(seed)  # noqa: S311 - a load, no secret
        gap = seconds / max(1, len(talks))
        async with asyncio.TaskGroup() as running:
            for talk in talks:
                pauses = [draw.uniform(*PAUSES) for _ in talk.said]
                running.create_task(self._talk(talk, pauses, has_handoff))
                await asyncio.sleep(gap)

    async def _talk(
        self, talk: Talk, pauses: Sequence[float], has_handoff: Callable[[str], bool]
    ) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        for number, (said, event) in enumerate(talk.events(self.app_id, now)):
            if number and talk.is_escalated:
                await _until(lambda: has_handoff(talk.conversation_id))
            for _ in range(said.times):
                await self._one(event, over_http=talk.is_over_http)
            self.published += 1
            self.repeated += said.times - 1
            await asyncio.sleep(pauses[number])

    async def _one(self, event: Json, *, over_http: bool) -> None:
        send = self._over_http if over_http else self._over_kafka
        while not await send(event):
            self.tries_again += 1
            await asyncio.sleep(AGAIN_SECONDS)

    async def _over_kafka(self, event: Json) -> bool:
        key = f"{event['app_id']}:{event['conversation_id']}".encode()
        try:
            await self._producer.send_and_wait(
                EVENTS, json.dumps(event).encode(), key=key
            )
        except KafkaError:
            return False
        return True

    async def _over_http(self, event: Json) -> bool:
        try:
            answer = await self._door.post(EVENTS_PATH, json=event)
        except httpx.TransportError:
            return False
        status = answer.status_code
        if status in CLIENT_ERRORS and status not in LATER:
            self.refused.append(f"{status} {answer.text[:200]}")
            return True
        return status == httpx.codes.ACCEPTED


async def _until(check: Callable[[], bool]) -> None:
    while not check():  # noqa: ASYNC110 - thousands wait; what is read tells nobody
        await asyncio.sleep(0.3)
