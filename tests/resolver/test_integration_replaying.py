"""A replay on a real broker and a real database: answered, and without a trace."""

import asyncio
import contextlib

import httpx
import orjson
import pytest

from shared.events import GapCase, GapVerificationRequested, GapVerified
from shared.mongo import connect
from tests.resolver.far_side import far_side
from tests.resolver.test_integration import Outside, outside, serving
from tests.support.system import read_all

__all__ = ["outside"]

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

REFUND = "Please refund my last order"
TRACES = ("resolver_ledger", "resolver_calls", "resolver_replies", "resolver_timers")


async def verified(outside: Outside, verification_id: str) -> GapVerified:
    """Return the result of one replay, once it is published."""
    async with asyncio.timeout(60):
        while True:
            for record in await read_all(outside.servers, "gap.verified"):
                if orjson.loads(record.value)["verification_id"] == verification_id:
                    return GapVerified.model_validate_json(record.value)
            await asyncio.sleep(0.3)


async def ask(outside: Outside, verification_id: str, *texts: str) -> None:
    request = GapVerificationRequested(
        verification_id=verification_id,
        gap_id="p-1",
        app_id=outside.app_id,
        questions=list(texts),
        cases=[GapCase(case_id=f"case-{text}", text=text) for text in texts],
    )
    await outside.producer.send_and_wait(
        "gap.verification-requested",
        request.model_dump_json().encode(),
        key=outside.app_id.encode(),
    )


async def test_an_action_with_an_endpoint_is_judged_and_never_called(outside):
    allowed = {"action_allow_networks": ["127.0.0.0/8"]}
    outside.settings = outside.settings.model_copy(update=allowed)
    async with (
        far_side() as far,
        serving(outside.settings) as address,
        httpx.AsyncClient(
            base_url=address,
            headers={"Authorization": f"Bearer {outside.key.key}"},
        ) as client,
    ):
        action = {
            "description": "Refund the user's last order",
            "parameters": {"type": "object", "properties": {}},
            "examples": [REFUND, "I want my money back for the last order"],
            "endpoint": far.url,
        }
        stored = await client.put("/v1/actions/refund_order", json=action)
        assert stored.status_code == 201, stored.text
        await ask(outside, "v-1", REFUND, "Where is the moon?")

        result = await verified(outside, "v-1")
        told = await outside.published(0)

    refund, moon = result.cases
    assert (refund.outcome, refund.reason) == ("resolved", "endpoint_called")
    assert (refund.kind, refund.name) == ("action", "refund_order")
    assert refund.changed_at is not None
    assert moon.outcome == "unresolved"
    assert result.catalogue_version == 1
    assert far.asked == []
    assert told == []
    with contextlib.closing(connect(outside.settings.mongo_url)) as client:
        database = client[outside.settings.mongo_database]
        left = {name: await database[name].count_documents({}) for name in TRACES}
    assert set(left.values()) == {0}, left


async def test_each_version_of_a_catalogue_is_said(outside):
    document = {"title": "Moon", "text": "# Moon\nIt is far away.", "questions": []}
    async with (
        serving(outside.settings) as address,
        httpx.AsyncClient(
            base_url=address,
            headers={"Authorization": f"Bearer {outside.key.key}"},
        ) as client,
    ):
        await client.put("/v1/documents/moon", json=document)
        await client.delete("/v1/documents/moon")
        async with asyncio.timeout(60):
            while True:
                said = [
                    orjson.loads(record.value)
                    for record in await read_all(outside.servers, "app.catalogue")
                    if record.key == outside.app_id.encode()
                ]
                if said and said[-1]["version"] == 2:
                    break
                await asyncio.sleep(0.3)

    versions = [each["version"] for each in said]
    assert versions == sorted(set(versions))
