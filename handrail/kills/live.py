"""Lives in a running system: two requests that people merge, answer and close."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

import httpx
from aiokafka import AIOKafkaProducer

from handrail.kills.account import Account, Json, Life

STORY = "I'm getting error 500 when I try to upload files larger than 10MB"
EVENTS = "conversation.events"
SETTINGS = {"targets": [{"match": {}, "first_response": "2h"}]}
"""Every user is promised a time."""
DESTINATION = {"kind": "email", "to": ["team@acme.test"]}
PATIENCE_SECONDS = 1200.0
"""For one step: a process may be killed many times within it."""
AGAIN_SECONDS = 0.3
SNOOZE = timedelta(seconds=10)
"""A request may wait longer than that for a process that is being started: then it is
refused, and sent again."""
LATER = {404, 408, 422, 429}
"""Answers that a later try may change: the inbox follows the topics."""
SERVER_ERRORS = 500


class StalledError(Exception):
    """A step did not happen in time."""


@dataclass
class Lives:
    """Begins lives and drives each to its end, through whatever happens."""

    servers: str
    origin: str
    app_id: str
    key: str
    account: Account
    begun: list[Life] = field(default_factory=list)
    stalled: list[str] = field(default_factory=list)
    """Steps that did not happen, in words: there must be none."""

    async def __aenter__(self) -> Self:
        """Connect."""
        self._producer = AIOKafkaProducer(bootstrap_servers=self.servers, acks="all")
        await self._producer.start()
        self._http = httpx.AsyncClient(
            base_url=self.origin,
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=10.0,
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Disconnect."""
        await self._http.aclose()
        await self._producer.stop()

    async def set_up(self) -> None:
        """Give the app a team."""
        path = "/notifier/v1/destinations/default"
        await self._ask("PUT", path, DESTINATION, key="destination")
        await self._ask("PUT", "/escalator/v1/settings", SETTINGS, key="settings")

    async def open_promises(self) -> list[str]:
        """Return the promises that nobody kept, broke or moved."""
        wanted = {"state": "open", "limit": "100"}
        answer = await self._http.get("/escalator/v1/promises", params=wanted)
        answer.raise_for_status()
        return [f"{each['number']}: still open" for each in answer.json()["items"]]

    async def live(self) -> None:
        """Drive one life to its end; what does not happen in time is noted."""
        number = len(self.begun)
        life = Life(f"k-{number}-a", f"k-{number}-b")
        self.begun.append(life)
        try:
            await self._live(life)
        except StalledError as stalled:
            self.stalled.append(str(stalled))

    async def _live(self, life: Life) -> None:
        first, second = life.conversations
        for conversation_id in life.conversations:
            await self._say(conversation_id)
        for conversation_id in life.conversations:
            await self._until_changed(conversation_id, "accepted")
        await self._order(second, "snooze")
        await self._order(first, "acknowledge")
        await self._until_changed(second, "snooze_ended")
        into = self.account.escalation_of(first)
        await self._order(second, "merge", into=into)
        await self._until_changed(first, "absorbed")
        await self._order(first, "reply", text="We have raised the limit.")
        await self._until_changed(second, "merged_answered")
        await self._order(first, "resolve")
        await self._until_changed(second, "merged_resolved")

    async def _say(self, conversation_id: str) -> None:
        event = {
            "event_id": f"e-{conversation_id}",
            "type": "message",
            "app_id": self.app_id,
            "conversation_id": conversation_id,
            "occurred_at": datetime.now(UTC).isoformat(),
            "message": {"role": "user", "text": STORY},
            "user": {"id": f"u-{conversation_id}", "name": "Ana"},
        }
        key = f"{self.app_id}:{conversation_id}".encode()
        await self._producer.send_and_wait(EVENTS, json.dumps(event).encode(), key)

    async def _order(self, conversation_id: str, verb: str, **body: object) -> None:
        name = self.account.escalation_of(conversation_id)
        path = f"/escalator/v1/escalations/{name}/{verb}"
        key = f"{conversation_id}-{verb}"
        await self._ask("POST", path, {"actor": "Ben", **body}, key=key)

    async def _ask(self, method: str, path: str, body: Json, *, key: str) -> None:
        """Ask until there is an answer; the key makes all tries one order."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        answer = "none"
        while time.monotonic() < deadline:
            try:
                got = await self._http.request(
                    method,
                    path,
                    json=_in_time(path, body),
                    headers={"Idempotency-Key": key},
                )
            except httpx.HTTPError as error:
                answer = repr(error)
            else:
                if got.is_success:
                    return
                answer = f"{got.status_code} {got.text[:200]}"
                if got.status_code < SERVER_ERRORS and got.status_code not in LATER:
                    break
            await asyncio.sleep(AGAIN_SECONDS)
        raise StalledError(f"{path}: {answer}")

    async def _until_changed(self, conversation_id: str, reason: str) -> None:
        await until(
            lambda: self.account.has_changed(conversation_id, reason),
            what=f"{conversation_id}: no {reason}",
        )


def _in_time(path: str, body: Json) -> Json:
    """Return *body*; a rest ends in the future at every try."""
    if not path.endswith("/snooze"):
        return body
    return {**body, "until": (datetime.now(UTC) + SNOOZE).isoformat()}


async def until(
    is_so: Callable[[], bool], *, what: str, seconds: float = PATIENCE_SECONDS
) -> None:
    """Return once *is_so*; raises StalledError, which says *what*, where it is late."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise StalledError(what)
        await asyncio.sleep(0.05)
