"""Users whose requests wait with people, alone or merged, on the whole system."""

import email
import email.policy

import orjson
import pytest

from tests.support.system import Tenant, publish, replies_of, until

pytestmark = [pytest.mark.integration]

STRANGE = "The purple elephant on my screen sings at night"
EXPORT = "How do I export my invoices as CSV?"
DOCUMENT = {
    "title": "Export invoices",
    "text": "# Export invoices\nOpen Billing and choose Export to get your invoices as "
    "CSV.",
    "format": "markdown",
    "questions": [EXPORT],
}


async def say(tenant: Tenant, conversation_id: str, event_id: str, text: str) -> None:
    event = tenant.said(
        event_id,
        conversation_id,
        message={"role": "user", "text": text},
        user={"id": f"u-{conversation_id}", "name": conversation_id.title()},
    )
    lane = tenant.lane(conversation_id)
    await publish(tenant.stack.kafka, [(lane, orjson.dumps(event), [])])


async def reply_to(tenant: Tenant, conversation_id: str, **wanted: object) -> dict:
    """Return the first reply of that conversation that has all that is *wanted*."""

    async def found() -> list[dict]:
        return [
            each
            for each in await replies_of(tenant.stack, tenant)
            if each["conversation_id"] == conversation_id
            and wanted.items() <= each.items()
        ]

    replies = await until(found, enough=bool)
    assert replies, wanted
    return replies[0]


async def escalate(tenant: Tenant, conversation_id: str) -> dict:
    await say(tenant, conversation_id, f"{conversation_id}-1", STRANGE)
    return await reply_to(tenant, conversation_id, type="handoff")


async def mail_with(tenant: Tenant, words: str) -> int:
    """Return how many mails of the team hold *words*, at least one to come."""

    async def found() -> int:
        mails = [
            email.message_from_bytes(each, policy=email.policy.default)
            for each in tenant.mails()
        ]
        bodies = [mail.get_body(("plain",)) for mail in mails]
        texts = [" ".join(body.get_content().split()) for body in bodies if body]
        return sum(words in text for text in texts)

    return int(await until(found, enough=bool))


async def test_who_waits_is_told_how_it_stands_and_answered_from_documents(
    tenant: Tenant,
) -> None:
    with tenant.http() as client:
        client.put("/resolver/v1/documents/exports", json=DOCUMENT).raise_for_status()
        client.post("/resolver/v1/try", json={"text": EXPORT}).raise_for_status()
    handoff = await escalate(tenant, "ana")

    await say(tenant, "ana", "ana-2", "Hello? Still there?")
    await say(tenant, "ana", "ana-3", EXPORT)
    receipt = await reply_to(tenant, "ana", in_reply_to="ana-2", type="receipt")
    answer = await reply_to(tenant, "ana", in_reply_to="ana-3", type="answer")

    assert (receipt["status"], receipt["number"]) == ("waiting", handoff["number"])
    assert receipt["escalation_id"] == handoff["escalation_id"]
    assert handoff["number"] in receipt["text"]
    assert answer["meanwhile"] is True
    assert await mail_with(tenant, "Still there?") >= 1
    with tenant.http() as client:
        path = f"/escalator/v1/escalations/{handoff['escalation_id']}"
        shown = client.get(path).raise_for_status().json()
    assert shown["status"] == "open"


async def test_merged_users_reach_the_holder_and_hear_the_answer(
    tenant: Tenant,
) -> None:
    first, second = await escalate(tenant, "ana"), await escalate(tenant, "ben")
    inbox = "/escalator/v1/escalations"
    with tenant.http() as client:
        merged = client.post(
            f"{inbox}/{second['escalation_id']}/merge",
            json={"actor": "Bo", "into": first["number"]},
        ).raise_for_status()
        assert merged.json()["status"] == "open"
        summary = client.get("/analytics/v1/summary").raise_for_status().json()
        assert summary["escalations"]["resolved"] == 0

        await say(tenant, "ben", "ben-2", "The trumpet is louder now")
        assert await mail_with(tenant, f"[{second['number']}, Ben] The trumpet") >= 1

        client.post(
            f"{inbox}/{first['escalation_id']}/reply",
            json={"actor": "Bo", "text": "We sent the elephant home."},
        ).raise_for_status()
    wanted = {"type": "teammate_reply", "text": "We sent the elephant home."}
    told = [await reply_to(tenant, name, **wanted) for name in ("ana", "ben")]

    assert told[0]["escalation_id"] == first["escalation_id"]
    assert told[1]["escalation_id"] == second["escalation_id"]
    spoken = [each["type"] for each in await replies_of(tenant.stack, tenant)]
    assert "action_call" not in spoken
