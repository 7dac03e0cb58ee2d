"""Promises on a real broker and a real database: over a stop, and from the past."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from shared import topics
from tests.escalator.test_integration import Outside, database, running

__all__ = ["database"]
pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]


async def promises(outside: Outside, name: str) -> list[dict[str, Any]]:
    answer = await outside.http.get(f"/v1/promises?escalation_id={name}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def prefer(outside: Outside, **settings: Any) -> None:
    answer = await outside.http.put("/v1/settings", json=settings)
    assert answer.status_code == 200, answer.text


async def test_a_promise_outlives_a_stop_is_told_anew_and_then_kept(
    kafka, mongo_url, database
):
    target = {"match": {}, "first_response": "8s", "clock": "wall"}
    async with running(kafka, mongo_url, database) as outside:
        await prefer(outside, targets=[target], messages={"saved": "By {expected_by}."})
        await outside.leave_unresolved("c-1", "e-1")
        await outside.say("c-1", "e-1", "Uploads over 10 MB fail")
        (handoff,) = await outside.see(topics.CONVERSATION_REPLIES, 1)
        number = handoff["number"]
        (promise,) = await promises(outside, number)

        assert handoff["expected_by"] == promise["due_at"]
        assert promise["told_text"] == handoff["text"]
        assert promise["state"] == "open"

    async with running(kafka, mongo_url, database) as outside:
        async with asyncio.timeout(60):
            while [each["state"] for each in await promises(outside, number)] != [
                "rescheduled",
                "open",
            ]:
                await asyncio.sleep(0.1)
        answer = await outside.http.post(
            f"/v1/escalations/{number}/reply", json={"actor": "Bo", "text": "Done."}
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["waiting_since"] is None

        told = await promises(outside, number)
        assert [each["state"] for each in told] == ["rescheduled", "kept"]
        assert told[1]["promised_at"] >= told[0]["due_at"]
        metrics = (await outside.http.get("/metrics")).text
        assert "handrail_escalator_promises_total{" in metrics


async def test_the_time_comes_from_what_analytics_published(kafka, mongo_url, database):
    async with running(kafka, mongo_url, database) as outside:
        estimate = {
            "app_id": outside.app_id,
            "updated_at": datetime.now(UTC).isoformat(),
            "samples": 40,
            "p50_seconds": 600.0,
            "p80_seconds": 7200.0,
        }
        await outside.producer.send_and_wait(
            topics.RESPONSE_ESTIMATES.name,
            orjson.dumps(estimate),
            key=outside.app_id.encode(),
        )
        async with asyncio.timeout(30):
            while True:
                facts = {"reason": "no_match", "text": "Uploads fail"}
                answer = await outside.http.post("/v1/settings/explain", json=facts)
                if answer.json()["expected_by"] is not None:
                    break
                await asyncio.sleep(0.1)
        before = datetime.now(UTC)
        await outside.leave_unresolved("c-1", "e-1")
        await outside.say("c-1", "e-1", "Uploads over 10 MB fail")

        (handoff,) = await outside.see(topics.CONVERSATION_REPLIES, 1)

        expected = datetime.fromisoformat(handoff["expected_by"])
        assert timedelta(0) <= expected - before - timedelta(hours=2)
        assert expected - before <= timedelta(hours=2, minutes=6)
