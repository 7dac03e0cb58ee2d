"""Conversations over Kafka: publish, read the replies, answer what is asked back."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from handrail.demo import cast
from handrail.demo.cast import Json
from handrail.demo.door import DemoError, Door
from handrail.demo.mailbox import Mailbox

DIGEST_APP: Json = {"app_id": "calm", "name": "Calm"}
DIGEST_TEAM = "calm@acme.test"
REQUESTS = 5
GROUPING: Json = {"by": ["app"], "wait": "4s", "interval": "5m"}
WORDS = "The purple elephant on my screen sings at night"
DIGEST_PATIENCE = 60.0

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


@dataclass(frozen=True)
class Gathered:
    """What came of requests that were asked at the same time."""

    requests: int
    mails: int
    listed: int
    """Numbers that stand in these mails."""
    told: int
    """Users who heard that people have their request."""
    subject: str = ""


async def gather(door: Door, mailbox: Mailbox, run: str) -> Gathered:
    """Ask for people in several conversations; return what the team was sent."""
    team = {"kind": "email", "to": [DIGEST_TEAM]}
    await door.ask("PUT", "/notifier/v1/destinations/default", team)
    await door.ask("PUT", "/escalator/v1/settings", {"grouping": GROUPING})
    await door.publish([_event(run, number) for number in range(REQUESTS)])
    deadline = time.monotonic() + DIGEST_PATIENCE
    while True:
        found = await _look(door, mailbox, run)
        all_told = found.told == found.listed == REQUESTS
        if all_told or time.monotonic() > deadline:
            return found
        await asyncio.sleep(0.3)


async def _look(door: Door, mailbox: Mailbox, run: str) -> Gathered:
    items = [
        each
        for each in await door.items("/escalator/v1/escalations")
        if each["conversation_id"].startswith(f"calm-{run}-")
    ]
    numbers = [str(each["number"]) for each in items]
    letters = [each for each in mailbox.collect() if DIGEST_TEAM in each.recipients]
    mine = [each for each in letters if any(one in each.text for one in numbers)]
    return Gathered(
        requests=REQUESTS,
        mails=len(mine),
        listed=sum(any(one in each.text for each in mine) for one in numbers),
        told=sum(each["told"] == "delivered" for each in items),
        subject=str(mine[0].message["Subject"]) if mine else "",
    )


def _event(run: str, number: int) -> Json:
    return {
        "event_id": f"calm-{run}-{number}",
        "type": "message",
        "app_id": DIGEST_APP["app_id"],
        "conversation_id": f"calm-{run}-{number}",
        "occurred_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "message": {"role": "user", "text": WORDS},
        "user": {"id": f"u-{number}", "email": f"u{number}@example.com"},
    }
