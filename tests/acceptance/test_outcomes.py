"""What came of requests, from the chat's words to the figures, on the running system."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from tests.support.system import Tenant, publish, replies_of, until

pytestmark = [pytest.mark.integration]

REASONS = {"no_match": {"times": 9}, "low_confidence": {"times": 9}}


async def send(tenant: Tenant, conversation: str, *events: dict[str, Any]) -> None:
    """Publish events of one conversation, in order."""
    common = tenant.said("", conversation)
    common = {name: common[name] for name in ("app_id", "conversation_id", "user")}
    now = datetime.now(UTC).isoformat()
    lane = tenant.lane(conversation)
    records = [
        (lane, orjson.dumps({**common, "occurred_at": now, **event}), [])
        for event in events
    ]
    await publish(tenant.stack.kafka, records)


async def outcomes(tenant: Tenant, **query: str) -> list[dict[str, Any]]:
    with tenant.http() as client:
        answer = client.get("/analytics/v1/outcomes", params=query).raise_for_status()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_who_asked_for_a_person_is_in_the_audit_and_in_the_report(
    tenant: Tenant,
) -> None:
    await send(tenant, "c-1", {"event_id": "e-1", "type": "handoff_requested"})

    async def handed_over() -> list[dict[str, Any]]:
        found = await outcomes(tenant, asked_for_person="true")
        return [each for each in found if each["told_at"]]

    (outcome,) = await until(handed_over, enough=bool)
    with tenant.http() as client:
        report = client.get("/analytics/v1/outcomes/people").json()
        summary = client.get("/analytics/v1/summary").json()
    assert outcome["came_of_it"] == outcome["claimed"] == "handed_over"
    assert (outcome["reached_at"], outcome["dead_end"]) == (None, False)
    assert (report["asked"], report["reached"]) == (1, 0)
    assert report["not_reached"] == [{"reason": "waiting", "count": 1}]
    assert summary["rates"]["escalation"] == 1.0
    assert summary["rates"]["resolution"] == 0.0
    assert summary["ms"]["told"]["p50"] < timedelta(minutes=5) / timedelta(
        milliseconds=1
    )


async def test_who_leaves_after_nothing_was_found_is_a_dead_end(tenant: Tenant) -> None:
    with tenant.http() as client:
        settings = client.put("/escalator/v1/settings", json={"reasons": REASONS})
        settings.raise_for_status()

        async def tried() -> str:
            body = {"text": "How do I fly to the moon?"}
            found = client.post("/resolver/v1/try", json=body).raise_for_status()
            reason: str = found.json()["reason"]
            return reason

        await until(tried, enough=lambda reason: reason == "asked_again")
    said = {"role": "user", "text": "How do I fly to the moon?"}

    await send(tenant, "c-2", {"event_id": "e-1", "type": "message", "message": said})
    await until(lambda: replies_of(tenant.stack, tenant), enough=bool)
    await send(tenant, "c-2", {"event_id": "e-2", "type": "closed"})

    async def judged() -> list[dict[str, Any]]:
        return await outcomes(tenant, dead_end="true")

    (outcome,) = await until(judged, enough=bool)
    assert outcome["text"] == said["text"]
    assert (outcome["came_of_it"], outcome["claimed"]) == ("abandoned", "nothing")
    with tenant.http() as client:
        summary = client.get("/analytics/v1/summary").json()
        recount = client.get("/analytics/v1/recount").json()
    assert (summary["dead_ends"], summary["missed"]) == (1, 1)
    assert summary["rates"]["dead_end"] == 1.0
    assert recount["exact"], recount["differences"]
