"""Whatever a stranger sends over HTTP: a reply, an escalation or a 4xx; never silence.

`HANDRAIL_FUZZ_EVENTS=5000` asks for more of them.
"""

import asyncio
import json
import os
from collections import Counter
from typing import Any

import httpx
import orjson
import pytest

from handrail.stack.local import LocalStack
from tests.support.strangers import draw_events
from tests.support.system import Tenant, read_all, until

COUNT = int(os.environ.get("HANDRAIL_FUZZ_EVENTS", "200"))
pytestmark = [pytest.mark.integration, pytest.mark.timeout(300 + COUNT)]
AT_ONCE = 16
QUIET_SECONDS = 60.0
"""After the last event: as long as a stack on two busy cores may take for the rest."""


async def test_no_event_of_a_user_ends_in_silence(
    stack: LocalStack, tenant: Tenant
) -> None:
    generated = draw_events(COUNT)

    statuses = await send_all(tenant, generated)

    print(Counter(statuses))
    broken = [
        n for n, status in enumerate(statuses) if status not in {202, 400, 413, 422}
    ]
    assert [generated[n] for n in broken[:3]] == []
    taken = {n for n, status in enumerate(statuses) if status == 202}
    assert len(taken) > COUNT / 2

    async def unheard() -> set[int]:
        return taken - await heard(stack, tenant)

    silent = await until(unheard, enough=lambda left: not left, seconds=QUIET_SECONDS)
    assert [generated[n] for n in sorted(silent)[:3]] == []
    assert given_up(tenant) == []


async def send_all(tenant: Tenant, generated: list[dict[str, Any]]) -> list[int]:
    """Send each event in a conversation of its own; return what was answered."""
    room = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(
        base_url=tenant.stack.origin,
        headers={"Authorization": f"Bearer {tenant.key}"},
        timeout=60,
        trust_env=False,
    ) as client:

        async def send(n: int, event: dict[str, Any]) -> int:
            # As JavaScript and Python write JSON: halves of characters, NaN.
            body = {**event, "event_id": f"e-{n}", "conversation_id": f"c-{n}"}
            body.pop("app_id", None)
            async with room:
                answer = await client.post(
                    "/resolver/v1/events",
                    content=json.dumps(body).encode(),
                    headers={"Content-Type": "application/json"},
                )
            if answer.status_code != 202:
                assert answer.json()["detail"]
            return answer.status_code

        return await asyncio.gather(
            *(send(n, each) for n, each in enumerate(generated))
        )


async def heard(stack: LocalStack, tenant: Tenant) -> set[int]:
    """Return which conversations got a reply or an escalation."""
    found = set()
    for topic in ("conversation.replies", "escalation.opened"):
        for record in await read_all(stack.kafka, topic):
            said = orjson.loads(record.value)
            if said["app_id"] == tenant.app_id:
                found.add(int(said["conversation_id"].removeprefix("c-")))
    return found


def given_up(tenant: Tenant) -> list[Any]:
    """Return the deliveries that no mail could be made of."""
    with tenant.http() as client:
        items: list[Any] = client.get("/notifier/v1/dead-letters").json()["items"]
        return items
