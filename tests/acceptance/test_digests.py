"""One mail for many requests, on the whole system: chat to mail and back."""

import email
import email.policy
from email.message import EmailMessage

import orjson
import pytest

from tests.support.system import Tenant, publish, replies_of, until

pytestmark = [pytest.mark.integration]

STRANGE = "The purple elephant on my screen sings at night"
NAMES = ("ana", "ben", "cem")


async def say(tenant: Tenant, name: str) -> None:
    event = tenant.said(
        f"{name}-1",
        name,
        message={"role": "user", "text": STRANGE},
        user={"id": f"u-{name}"},
    )
    await publish(tenant.stack.kafka, [(tenant.lane(name), orjson.dumps(event), [])])


def mails_of(tenant: Tenant) -> list[EmailMessage]:
    mails = [
        email.message_from_bytes(each, policy=email.policy.default)
        for each in tenant.mails()
    ]
    return [each for each in mails if isinstance(each, EmailMessage)]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return "" if body is None else str(body.get_content())


async def test_three_users_are_one_mail_and_each_hears_when_it_was_accepted(
    tenant: Tenant,
):
    with tenant.http() as client:
        grouping = {"by": ["app"], "wait": "6s", "interval": "1m"}
        client.put(
            "/escalator/v1/settings", json={"grouping": grouping}
        ).raise_for_status()
    for name in NAMES:
        await say(tenant, name)

    async def heard() -> set[str]:
        return {
            each["conversation_id"]
            for each in await replies_of(tenant.stack, tenant)
            if each["type"] in {"handoff", "receipt"} and each["status"] == "delivered"
        }

    assert await until(heard, enough=lambda found: found == set(NAMES)) == set(NAMES)
    numbers = {
        each["number"]
        for each in await replies_of(tenant.stack, tenant)
        if each["type"] == "handoff"
    }
    (mail,) = mails_of(tenant)
    assert mail["Subject"].startswith("[Tenant] 3 requests: ")
    assert mail["X-Handrail-Kind"] == "digest"
    assert len(numbers) == len(NAMES)
    assert all(number in text_of(mail) for number in numbers)
    with tenant.http() as client:
        inbox = client.get("/escalator/v1/escalations").raise_for_status().json()
        sent = client.get("/notifier/v1/deliveries").raise_for_status().json()
    assert all(each["escalation_id"] in text_of(mail) for each in inbox["items"])
    assert [each["kind"] for each in sent["items"]] == ["digest"]
