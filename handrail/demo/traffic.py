"""Conversations over Kafka: publish, read the replies, answer what is asked back."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from handrail.demo import cast
from handrail.demo.cast import Json
from handrail.demo.door import DemoError, Door

EVENTS, REPLIES = "conversation.events", "conversation.replies"
FINAL = frozenset({"answer", "handoff"})
PATIENCE = 45.0
"""Seconds for one conversation: far more than it takes, also on a busy machine."""
AT_ONCE = 40
"""Conversations under way: enough to keep four services busy on two cores."""
OVER_HTTP = 8
"""Every so many-th conversation comes through the HTTP door."""


@dataclass
class Talk:
    """One conversation, and what came of it."""

    app_id: str
    conversation_id: str
    asked_at: float = field(default_factory=time.time)
    replies: list[Json] = field(default_factory=list)
    told_at: float | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, reply: Json, at: float) -> None:
        """Note a reply."""
        self.replies.append(reply)
        if reply["type"] in FINAL and self.told_at is None:
            self.told_at = at
            self.done.set()

    def ask(self) -> None:
        """Begin (again) to wait for an outcome: a new message is sent."""
        self.asked_at, self.told_at = time.time(), None
        self.done.clear()


class Traffic:
    """A chat platform on Kafka, for the length of an `async with` block."""

    def __init__(self, servers: str) -> None:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=servers, client_id="demo", linger_ms=2
        )
        self._consumer = AIOKafkaConsumer(
            REPLIES, bootstrap_servers=servers, client_id="demo"
        )
        self._reading: asyncio.Task[None] | None = None
        self.talks: dict[str, Talk] = {}

    async def __aenter__(self) -> Self:
        try:
            await self._producer.start()
            await self._consumer.start()
            await self._skip_the_past()
        except BaseException:
            await self.__aexit__()
            raise
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
        await self._consumer.stop()
        await self._producer.stop()

    async def _skip_the_past(self) -> None:
        """Place every partition now: "latest" means the moment of the first fetch."""
        places = list(self._consumer.assignment())
        if not places:
            raise DemoError(f"the topic {REPLIES} does not exist")
        for place, end in (await self._consumer.end_offsets(places)).items():
            self._consumer.seek(place, end)

    def expect(self, app_id: str, conversation_id: str) -> Talk:
        """Watch a conversation from now on."""
        talk = self.talks[conversation_id] = Talk(app_id, conversation_id)
        return talk

    async def publish(self, event: Json) -> None:
        """Publish as anybody would: the key, the JSON, no header."""
        key = f"{event['app_id']}:{event['conversation_id']}".encode()
        await self._producer.send_and_wait(EVENTS, json.dumps(event).encode(), key=key)

    async def play(
        self, queries: list[Json], run: str, door: Door, told: Callable[[], None]
    ) -> None:
        """Have a conversation for every query; *told* is called after each."""
        free = asyncio.Semaphore(AT_ONCE)

        async def one(number: int, text: str) -> None:
            conversation_id = f"bank-{run}-{number:03d}"
            async with free:
                event = cast.question(number, text, conversation_id)
                talk = self.expect(event["app_id"], conversation_id)
                over_http = number % OVER_HTTP == 0
                await (door.publish([event]) if over_http else self.publish(event))
                # Whoever is not told in time is counted as lost at the end.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(talk.done.wait(), PATIENCE)
            told()

        async with asyncio.TaskGroup() as group:
            for number, query in enumerate(queries, 1):
                group.create_task(one(number, query["text"]))

    async def _read(self) -> None:
        async for record in self._consumer:
            await self._hear(record)

    async def _hear(self, record: Any) -> None:  # noqa: ANN401 - aiokafka's
        reply = json.loads(record.value)
        talk = self.talks.get(reply["conversation_id"])
        if talk is None:
            return
        talk.hear(reply, time.time())
        if reply["type"] == "action_call":
            await self.publish(cast.action_result(reply))
        elif reply["type"] == "question":
            await self.publish(cast.person_please(reply))
