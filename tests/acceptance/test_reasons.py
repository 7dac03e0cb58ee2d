"""What an app's settings send to people, from the chat's words to the team's mail."""

import email
import email.policy
import json
from email.message import EmailMessage
from typing import Any

import orjson
import pytest

from handrail.stack.local import LocalStack
from tests.support.factories import STORY
from tests.support.system import Tenant, publish, replies_of, until

pytestmark = [pytest.mark.integration]

PROMISE = "I've forwarded this to our team, someone will contact you."
LAWSUIT = "Then expect a lawsuit"
REASONS = {
    "no_match": {"times": 9},
    "low_confidence": {"times": 9},
    "policy": {"topics": [{"name": "legal", "phrases": ["lawsuit*"]}]},
    "turn_limit": {"turns": 3},
}


@pytest.fixture
async def patient(tenant: Tenant) -> Tenant:
    """Give an app that asks on where it knows nothing, as the resolver knows by now."""
    with tenant.http() as client:
        client.put(
            "/escalator/v1/settings", json={"reasons": REASONS}
        ).raise_for_status()

        async def tried() -> str:
            found = client.post("/resolver/v1/try", json={"text": LAWSUIT})
            reason: str = found.raise_for_status().json()["reason"]
            return reason

        assert await until(tried, enough=lambda reason: reason == "policy") == "policy"
    return tenant


async def say(tenant: Tenant, *said: tuple[str, str]) -> None:
    """Publish (role, text) of one conversation, in order."""
    events = [
        tenant.said(f"e-{number}", "c", message={"role": role, "text": text})
        for number, (role, text) in enumerate(said)
    ]
    lane = tenant.lane("c")
    await publish(tenant.stack.kafka, [(lane, orjson.dumps(e), []) for e in events])


async def the_mail(tenant: Tenant) -> EmailMessage:
    """Return the one mail that arrives, once the user was told that people have it."""

    async def told() -> int:
        replies = await replies_of(tenant.stack, tenant)
        return sum(each["type"] == "handoff" for each in replies)

    async def mails() -> list[bytes]:
        return tenant.mails()

    assert await until(told, enough=bool) == 1
    (content,) = await until(mails, enough=bool)
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def packet_of(mail: EmailMessage) -> dict[str, Any]:
    (attachment,) = mail.iter_attachments()
    packet: dict[str, Any] = json.loads(attachment.get_content())
    return packet


def inbox_of(tenant: Tenant) -> list[dict[str, Any]]:
    with tenant.http() as client:
        answer = client.get("/escalator/v1/escalations").raise_for_status()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_promise_that_nobody_was_told_of_is_kept_and_shown(
    patient: Tenant,
) -> None:
    await say(patient, ("user", STORY), ("assistant", PROMISE))

    mail = await the_mail(patient)

    text = text_of(mail)
    assert STORY in text.partition("THE USER ASKS")[2][:200]
    why = text.partition("WHY THE ASSISTANT STOPPED")[2].partition("WHAT IT TRIED")[0]
    assert "told nobody" in why
    assert PROMISE in why
    assert "someone will contact you" in text_of(mail, "html")
    packet = packet_of(mail)
    assert packet["reason"] == "asked_for_person"
    assert packet["detail"].endswith(PROMISE)
    assert (packet["conversation"][-1]["role"], packet["conversation"][-1]["text"]) == (
        "assistant",
        PROMISE,
    )
    (shown,) = inbox_of(patient)
    assert shown["detail"] == packet["detail"]


async def test_a_forbidden_topic_goes_to_people_by_its_name(patient: Tenant) -> None:
    await say(patient, ("user", LAWSUIT))

    mail = await the_mail(patient)

    assert "Topic: legal" in text_of(mail)
    assert "Topic: legal" in text_of(mail, "html")
    packet = packet_of(mail)
    assert (packet["reason"], packet["detail"]) == ("policy", "legal")
    assert packet["attempts"] == []
    (shown,) = inbox_of(patient)
    assert (shown["reason"], shown["detail"]) == ("policy", "legal")


async def test_small_talk_opens_nothing(stack: LocalStack, patient: Tenant) -> None:
    talk = [("user", "Good morning!"), ("user", "Thank you so much!")]
    # One conversation is worked in order: what opens last shows that nothing did before.
    await say(patient, *talk, ("user", LAWSUIT))

    packet = packet_of(await the_mail(patient))

    assert packet["trigger_event_id"] == "e-2"
    assert len(inbox_of(patient)) == 1
    replies = await replies_of(stack, patient)
    assert [(each["type"], each["in_reply_to"]) for each in replies] == [
        ("question", "e-0"),
        ("handoff", "e-2"),
    ]

    async def requests() -> int:
        with patient.http() as client:
            return int(client.get("/analytics/v1/summary").json()["requests"])

    assert await until(requests, enough=bool) == 1


async def test_the_third_turn_without_a_resolution_is_the_last(
    stack: LocalStack, patient: Tenant
) -> None:
    asked = [STORY, "It happens in the evening only", "My colleague sees it as well"]

    await say(patient, *[("user", text) for text in asked])

    packet = packet_of(await the_mail(patient))
    assert packet["reason"] == "turn_limit"
    assert packet["trigger_event_id"] == "e-2"
    said = [each["text"] for each in packet["conversation"] if each["role"] == "user"]
    assert said == asked
    replies = await replies_of(stack, patient)
    assert [each["type"] for each in replies] == ["question", "question", "handoff"]
    assert len(inbox_of(patient)) == 1
