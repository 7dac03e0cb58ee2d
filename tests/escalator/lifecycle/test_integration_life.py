"""On a real broker and a real database: clocks, claims, and ways to people."""

import asyncio
import uuid
from typing import Any

import pytest

from shared import topics
from tests.escalator.test_integration import Outside, running

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


@pytest.fixture
def database() -> str:
    return f"escalator_{uuid.uuid4().hex[:8]}"


async def prefer(outside: Outside, **parts: Any) -> None:
    answer = await outside.http.put("/v1/settings", json=parts)
    assert answer.status_code == 200, answer.text


async def escalated(outside: Outside, conversation_id: str) -> dict[str, Any]:
    """Return the packet of a request that its destination has accepted."""
    seen = len(outside.on(topics.NOTIFICATION_REQUESTED))
    await outside.say(conversation_id, f"{conversation_id}-1", "Uploads fail")
    await outside.leave_unresolved(conversation_id, f"{conversation_id}-1")
    requests = await outside.see(topics.NOTIFICATION_REQUESTED, seen + 1)
    await outside.accept(requests[-1])
    packet: dict[str, Any] = requests[-1]["packet"]
    await until(outside, packet["escalation_id"], reason="accepted")
    return packet


async def until(outside: Outside, name: str, *, reason: str) -> dict[str, Any]:
    """Return the escalation once it has a change of that reason."""
    async with asyncio.timeout(60):
        while True:
            shown = (await outside.http.get(f"/v1/escalations/{name}")).json()
            if reason in [each["reason"] for each in shown.get("updates", [])]:
                found: dict[str, Any] = shown
                return found
            await asyncio.sleep(0.2)


async def told_until(outside: Outside, status: str) -> list[str]:
    """Return the status of every reply, once there is one of *status*."""
    async with asyncio.timeout(30):
        while True:
            await outside.look()
            told = [each["status"] for each in outside.on(topics.CONVERSATION_REPLIES)]
            if status in told:
                return told


def reasons(shown: dict[str, Any]) -> list[str]:
    return [each["reason"] for each in shown["updates"]]


async def test_the_clock_outlives_the_process_and_what_nobody_takes_expires(
    kafka, mongo_url: str, database: str
):
    async with running(kafka, mongo_url, database) as outside:
        levels = [{"destinations": ["default"]}]
        await prefer(outside, acknowledgement={"within": "5s", "levels": levels})
        name = (await escalated(outside, "c-1"))["escalation_id"]

    async with running(kafka, mongo_url, database) as outside:
        notified = await until(outside, name, reason="unclaimed")
        await prefer(outside, unclaimed_after="2s")
        expired = await until(outside, name, reason="expired")
        await outside.look()

    assert reasons(notified).count("unclaimed") == 1
    assert (expired["status"], expired["updates"][-1]["actor"]) == (
        "expired",
        "handrail",
    )


async def test_a_claim_a_withdrawal_and_a_second_asking(
    kafka, mongo_url: str, database: str
):
    async with running(kafka, mongo_url, database) as outside:
        name = (await escalated(outside, "c-2"))["escalation_id"]
        path = f"/v1/escalations/{name}"
        first = await outside.http.post(f"{path}/claim", json={"actor": "Bo"})
        second = await outside.http.post(f"{path}/claim", json={"actor": "Cy"})
        await outside.http.post(f"{path}/resolve", json={"actor": "Bo"})
        await outside.say("c-2", "c-2-2", "It fails again")
        await outside.leave_unresolved("c-2", "c-2-2")
        reopened = await until(outside, name, reason="reopened")
        await outside.send(
            "conversation.events",
            {"event_id": "w-1", "type": "withdrawn", "conversation_id": "c-2"},
        )
        withdrawn = await until(outside, name, reason="withdrawn")
        told = await told_until(outside, "withdrawn")

    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["holder"] == "Bo"
    assert reopened["status"] == "reopened"
    assert withdrawn["status"] == "withdrawn"
    # The second asking may be told as saved before it is taken back.
    told = [each for each in told if each != "saved"]
    assert told == ["delivered", "acknowledged", "resolved", "withdrawn"]


async def test_people_are_asked_without_a_chat_and_without_a_transfer(
    kafka, mongo_url: str, database: str
):
    async with running(kafka, mongo_url, database) as outside:
        body = {"text": "The invoice is wrong", "user": {"id": "u-7"}}
        once = {"Idempotency-Key": "form-1"}
        made = await outside.http.post("/v1/escalations", json=body, headers=once)
        again = await outside.http.post("/v1/escalations", json=body, headers=once)
        name = made.json()["escalation_id"]
        asked = await outside.http.post(
            f"/v1/escalations/{name}/consult",
            json={"actor": "Bo", "question": "Which invoice?", "to": "default"},
        )
        question = asked.json()["consultations"][0]["consultation_id"]
        await outside.http.post(
            f"/v1/consultations/{question}/answer",
            json={"actor": "Cy", "text": "That of May."},
        )
        shown = (await outside.http.get(f"/v1/consultations/{question}")).json()
        opened = await outside.see(topics.ESCALATION_OPENED, 1)

    assert (made.status_code, again.status_code) == (201, 200)
    assert again.json()["escalation_id"] == name == opened[0]["escalation_id"]
    assert (shown["state"], shown["answer"]) == ("answered", "That of May.")
