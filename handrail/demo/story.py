"""The page's story, told to a running system: from a message to the team's mail.

``python -m handrail.demo.story --origin URL --kafka SERVERS --mail-dir FOLDER`` tells
it to a system that runs anywhere, with the operator's key from ``HANDRAIL_ADMIN_KEY``,
and ends with 0 once the mail is complete.
"""

import argparse
import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from aiokafka.errors import KafkaError
from httpx import HTTPError

from handrail.demo import cast, proof
from handrail.demo.cast import Json, Story
from handrail.demo.door import DemoError, Door, create_app, prepare
from handrail.demo.mailbox import Letter, Mailbox
from handrail.demo.traffic import Talk, Traffic

PATIENCE = 30.0
"""Seconds until the last reply, and again until the mail."""

RETRY = 1.0
"""Seconds before a request that failed is made again, as a chat platform would."""

_log = logging.getLogger(__name__)

Act = Callable[[str, int, int], None]
"""Told how far a part is: its name, what is done, and of how much."""


@dataclass
class Told:
    """The story as its user saw it, and the mail that came of it."""

    lines: list[tuple[str, str]]
    """Who, and what they read or wrote."""
    handoff: Json
    letter: Letter
    occurred_at: datetime


@dataclass
class Telling:
    """One telling of the story, in a conversation of its own."""

    story: Story
    door: Door
    traffic: Traffic
    mailbox: Mailbox
    conversation_id: str
    act: Act
    patience: float = PATIENCE
    _events: list[Json] = field(default_factory=list, init=False)

    async def tell(self) -> Told:
        """Tell it; return it with its mail. Raises `DemoError` with what is missing."""
        talk = self.traffic.expect(self.story.app["app_id"], self.conversation_id)
        steps = len(self.story.lines) + 1
        try:
            async with asyncio.timeout(self.patience):
                lines, reply = await self._lines(talk, steps)
                await talk.done.wait()
        except TimeoutError:
            raise DemoError(_silence(talk, self.patience)) from None
        if reply["type"] != "handoff":
            said = f"{reply['type']}: {reply['text']}"
            raise DemoError(f"The story's request did not reach people, but got {said}")
        letter = await self._letter(reply["escalation_id"])
        self.act("the story", steps, steps)
        occurred_at = datetime.fromisoformat(self._events[-1]["occurred_at"])
        return Told(lines, reply, letter, occurred_at)

    async def _lines(
        self, talk: Talk, steps: int
    ) -> tuple[list[tuple[str, str]], Json]:
        lines: list[tuple[str, str]] = []
        reply: Json = {}
        shown = self.door.replies(self.conversation_id)
        for number, line in enumerate(self.story.lines):
            self.act("the story", number, steps)
            self._events.append(self.story.event(number, self.conversation_id))
            talk.ask()
            await self._publish(self._events[-1])
            lines.append((line["role"], line["text"]))
            if line["role"] == "user":
                reply = await anext(shown)
                lines.append(("assistant", reply["text"]))
        await shown.aclose()
        return lines, reply

    async def _publish(self, event: Json) -> None:
        while True:
            try:
                return await self.door.publish([event])
            except DemoError as error:
                # A leader or a service changes; the same event twice is one.
                _log.warning("%s; again", error)
                await asyncio.sleep(RETRY)

    async def _letter(self, escalation_id: str) -> Letter:
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            self.mailbox.collect()
            if found := self.mailbox.of(escalation_id):
                return found[0]
            await asyncio.sleep(0.05)
        raise DemoError(
            f"The story's mail did not arrive within {self.patience:.0f} s "
            f"(escalation {escalation_id})."
        )


def _silence(talk: Talk, patience: float) -> str:
    heard = ", ".join(reply["type"] for reply in talk.replies) or "nothing"
    return (
        f"The story's user waited {patience:.0f} s for a reply; "
        f"on Kafka there was {heard}."
    )


async def tell_once(place: argparse.Namespace, admin_key: str) -> Told:
    """Make an app for this telling alone, and tell the story to it."""
    async with AsyncExitStack() as closing:
        operator = Door(place.origin, admin_key)
        closing.push_async_callback(operator.close)
        traffic = await closing.enter_async_context(Traffic(place.kafka))
        story, key = await _prepared(operator, place)
        door = Door(place.origin, key)
        closing.push_async_callback(door.close)
        telling = Telling(
            story=story,
            door=door,
            traffic=traffic,
            mailbox=Mailbox(place.mail_dir),
            conversation_id=f"c-{story.app['app_id']}",
            act=lambda _name, _done, _total: None,
            patience=place.patience,
        )
        return await telling.tell()


async def _prepared(operator: Door, place: argparse.Namespace) -> tuple[Story, str]:
    """Make an app with the story's catalogue; another one where that breaks off."""
    deadline = time.monotonic() + place.patience
    while True:
        story = cast.story()
        story.app["app_id"] = f"story-{time.time_ns():x}"
        try:
            key = await create_app(operator, story.app)
            door = Door(place.origin, key)
            try:
                await prepare(door, actions=[], documents=story.documents)
            finally:
                await door.close()
        except DemoError as error:
            if time.monotonic() > deadline:
                raise
            _log.warning("%s; again", error)
            await asyncio.sleep(RETRY)
        else:
            return story, key


def main() -> int:
    """Tell the story and say how long it took; the status is 1 where it did not end."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    parser = argparse.ArgumentParser(prog="handrail.demo.story")
    parser.add_argument("--origin", required=True)
    parser.add_argument("--kafka", required=True, help="bootstrap servers")
    parser.add_argument("--mail-dir", type=Path, required=True)
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds")
    place = parser.parse_args()
    begun = time.monotonic()
    try:
        told = asyncio.run(tell_once(place, os.environ["HANDRAIL_ADMIN_KEY"]))
    except (DemoError, HTTPError, KafkaError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    story = cast.story()
    lacks = proof.missing(proof.mail_has(told.letter, story, told.occurred_at))
    subject = told.letter.message["Subject"]
    print(f'  "{told.handoff["text"]}"\n  mail: {subject}')
    print(f"  {time.monotonic() - begun:.1f} s, making an app for it included")
    if lacks:
        print(f"the story's mail lacks: {', '.join(lacks)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
