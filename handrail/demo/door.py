"""The demo's HTTP side: exactly what any customer would do."""

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import httpx

from handrail.demo.cast import Json
from handrail.demo.mailbox import Mailbox
from handrail.stack.processes import StartError

SCOPES = ("ingest", "read", "manage")
TIMEOUT = 60.0
"""A dry run itself waits 20 s for what was registered, and then searches."""
CATALOGUE_SECONDS = 180.0
"""For a first catalogue on a busy machine."""
MAIL_SECONDS = 20.0
"""For a link that signs a member in."""
MEMBER = "sam@acme.test"
READS = {
    "resolver": "/v1/actions",
    "escalator": "/v1/escalations",
    "notifier": "/v1/deliveries",
    "analytics": "/v1/summary",
}
"""What each service is asked in a member's session."""
FIRST_RESPONSE = "4h"
"""What the demo's teams mean to keep: so their users are told a time."""


class DemoError(StartError):
    """The demo cannot go on; the message says why, for people."""


class Door:
    """One origin, asked with one key."""

    def __init__(self, origin: str, key: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=origin,
            headers={"Authorization": f"Bearer {key}"},
            timeout=TIMEOUT,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        """Return the answer's JSON; raise DemoError for a refusal."""
        try:
            answer = await self._client.request(method, path, json=body)
        except httpx.TransportError as error:
            why = str(error) or type(error).__name__
            raise DemoError(f"{method} {path} got no answer: {why}") from error
        if not answer.is_success:
            said = f"{answer.status_code}: {answer.text[:500]}"
            raise DemoError(f"{method} {path} was refused with {said}")
        return answer.json() if answer.content else None

    async def publish(self, events: Sequence[Json]) -> None:
        """Send events through the HTTP door."""
        await self.ask("POST", "/resolver/v1/events", events)

    async def items(self, path: str) -> list[Json]:
        """Return every item of a list, page after page."""
        found: list[Json] = []
        cursor = ""
        while True:
            query = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
            page = await self.ask("GET", str(httpx.URL(path, params=query)))
            found += page["items"]
            cursor = page.get("next_cursor") or ""
            if not cursor:
                return found

    async def replies(self, conversation_id: str) -> AsyncGenerator[Json, None]:
        """Yield what the user is shown, as it comes (server-sent events)."""
        path = f"/resolver/v1/conversations/{conversation_id}/replies"
        headers = {"Accept": "text/event-stream"}
        # An event stream may say nothing for long; the caller bounds the wait.
        timeout = httpx.Timeout(TIMEOUT, read=None)
        async with self._client.stream(
            "GET", path, headers=headers, timeout=timeout
        ) as answer:
            if not answer.is_success:
                raise DemoError(f"GET {path} was refused with {answer.status_code}")
            async for line in answer.aiter_lines():
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))


async def sign_in_by_mail(door: Door, origin: str, mailbox: Mailbox) -> Json:
    """Add a member, sign in by the link that is mailed, and ask all four services.

    Return who is signed in (`session`) and each service's status (`services`).
    """
    path, member = f"/escalator/v1/members/{MEMBER}", {"name": "Sam", "role": "agent"}
    await door.ask("PUT", path, member)
    async with httpx.AsyncClient(
        base_url=origin,
        headers={"X-Handrail": "1"},
        timeout=TIMEOUT,
        trust_env=False,
    ) as browser:
        await browser.post("/escalator/v1/sessions", json={"email": MEMBER})
        token = await _mailed_token(mailbox)
        await browser.post("/escalator/v1/sessions/redeem", json={"token": token})
        session = await browser.get("/escalator/v1/sessions/me")
        services = {
            name: (await browser.get(f"/{name}{path}")).status_code
            for name, path in READS.items()
        }
    return {"session": session.json(), "services": services}


async def _mailed_token(mailbox: Mailbox) -> str:
    deadline = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < deadline:
        for letter in reversed(mailbox.collect()):
            found = re.search(r"/escalator/sign-in#(\S+)", letter.text)
            if MEMBER in letter.recipients and found:
                return found[1]
        await asyncio.sleep(0.2)
    return ""


async def create_app(operator: Door, app: Json) -> str:
    """Make an app and a key for it; return the key."""
    await operator.ask("POST", "/escalator/v1/apps", app)
    path = f"/escalator/v1/apps/{app['app_id']}/keys"
    wanted = {"scopes": SCOPES, "label": "demo"}
    return str((await operator.ask("POST", path, wanted))["key"])


async def until_matched(door: Door) -> None:
    """Try a question until what was registered is matched by its meaning."""
    question = {"text": "What can I do here?"}
    deadline = time.monotonic() + CATALOGUE_SECONDS
    while True:
        found = await door.ask("POST", "/resolver/v1/try", question)
        if not found["waiting_for"]:
            return
        if time.monotonic() > deadline:
            said = f"{found['waiting_for']} texts of the catalogue still have no vector"
            raise DemoError(said)
        await asyncio.sleep(0.5)


async def prepare(door: Door, *, actions: list[Json], documents: list[Json]) -> None:
    """Give an app its catalogue and the team's address."""
    for action in actions:
        body = {k: v for k, v in action.items() if k != "name"}
        await door.ask("PUT", f"/resolver/v1/actions/{action['name']}", body)
    items = [{"format": "markdown", **each} for each in documents]
    await door.ask("POST", "/resolver/v1/documents/import", {"items": items})
    await until_matched(door)
    targets = [{"match": {}, "first_response": FIRST_RESPONSE}]
    await door.ask("PUT", "/escalator/v1/settings", {"targets": targets})
    team = {"kind": "email", "to": ["team@acme.test"]}
    await door.ask("PUT", "/notifier/v1/destinations/default", team)
