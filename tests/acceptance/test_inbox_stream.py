"""A page that is open sees what happens to its app's escalations, and lists them."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest

from tests.support.system import Tenant, publish, until

pytestmark = [pytest.mark.integration]

NEXT_STREAM_SECONDS = 30


async def read(tenant: Tenant, heard: list[dict[str, Any]]) -> None:
    """Collect the changes that the stream tells of."""
    origin = tenant.stack.origin
    headers = {"Authorization": f"Bearer {tenant.key}"}
    async with (
        httpx.AsyncClient(base_url=origin, timeout=NEXT_STREAM_SECONDS) as client,
        client.stream(
            "GET", "/escalator/v1/escalations/stream", headers=headers
        ) as answer,
    ):
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            if line.startswith(": listening"):
                heard.append({"to": "listening"})
            if line.startswith("data: "):
                heard.append(orjson.loads(line.removeprefix("data: ")))


async def test_an_escalation_is_seen_from_its_opening_to_its_end(tenant: Tenant):
    heard: list[dict[str, Any]] = []
    reading = asyncio.create_task(read(tenant, heard))

    async def seen() -> list[str]:
        assert not reading.done(), reading.result()
        return [each["to"] for each in heard]

    await until(seen, enough=lambda states: "listening" in states)
    said = tenant.said("e-1", "c", message={"role": "user", "text": "Qzx blorp 17?"})
    await publish(tenant.stack.kafka, [(tenant.lane("c"), orjson.dumps(said), [])])
    await until(seen, enough=lambda states: "open" in states)
    with tenant.http() as client:
        found = client.get("/escalator/v1/escalations", params={"q": "blorp"}).json()
        (item,) = found["items"]
        path = f"/escalator/v1/escalations/{item['number']}/resolve"
        client.post(path, json={"actor": "Bo"}).raise_for_status()

    states = await until(seen, enough=lambda states: "resolved" in states)

    reading.cancel()
    assert {each["number"] for each in heard if "number" in each} == {item["number"]}
    assert states.index("open") < states.index("resolved")
