"""The app of a run, made and set up over HTTP as any customer's."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from handrail.stack.processes import StartError
from handrail.storm.plan import DOCUMENTS, STORY

SECONDS = 20.0
CATALOGUE_SECONDS = 60.0
DESTINATION = {"kind": "email", "to": ["team@acme.test"]}


class Tenant:
    """Asks one app's part of the system at *origin*."""

    def __init__(self, origin: str, key: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=origin,
            headers={"Authorization": f"Bearer {key}"},
            timeout=SECONDS,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def set_up(self) -> None:
        """Give the app a team and its documents; wait until they answer.

        Raises StartError where they do not.
        """
        await self._ask("PUT", "/notifier/v1/destinations/default", DESTINATION)
        for name, (question, text) in DOCUMENTS.items():
            document = {
                "title": name.replace("-", " ").capitalize(),
                "text": f"# {name}\n\n{text}\n",
                "format": "markdown",
                "questions": [question],
            }
            await self._ask("PUT", f"/resolver/v1/documents/{name}", document)
        wanted = {question: "resolved" for question, _text in DOCUMENTS.values()}
        deadline = time.monotonic() + CATALOGUE_SECONDS
        for text, outcome in {**wanted, STORY: "unresolved"}.items():
            while (found := await self._outcome(text)) != outcome:
                if time.monotonic() > deadline:
                    raise StartError(f"{text!r} is {found}, not {outcome}")
                await asyncio.sleep(0.5)

    async def opened(self) -> int:
        """Return how many escalations the trend store has of today."""
        now = datetime.now(UTC)
        bounds = {
            "from": (now - timedelta(hours=12)).isoformat(),
            "to": (now + timedelta(hours=1)).isoformat(),
        }
        path = str(httpx.URL("/analytics/v1/summary", params=bounds))
        summary = await self._ask("GET", path)
        return int(summary["escalations"]["opened"])

    async def _outcome(self, text: str) -> str:
        tried = await self._ask("POST", "/resolver/v1/try", {"text": text})
        return str(tried["outcome"])

    async def _ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        answer = await self._client.request(method, path, json=body)
        if not answer.is_success:
            raise StartError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None
