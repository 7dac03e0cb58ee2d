"""What a stranger's system adds never costs the user's words: from door to mail."""

import email
import email.policy
import json
import time
from typing import Any

import pytest

from handrail.stack.local import LocalStack
from tests.acceptance.test_reasons import packet_of, text_of
from tests.support.factories import STORY
from tests.support.system import Tenant, publish, replies_of, until

pytestmark = [pytest.mark.integration]

KEYS = {
    "http.status_code": 500,
    "$ref": {"": [{"a.b": {"$where": "x"}}]},
    "__proto__": {"polluted": True},
}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {"e.mail": {"type": "string"}},
    "properties": {"to": {"$ref": "#/$defs/e.mail"}, "": {"type": "string"}},
}
FILE = {
    "type": "image/png",
    "name": "error.png",
    "url": "https://files.example.com/error.png",
    "size": 48_213,
}
ROWS: dict[str, dict[str, Any]] = {
    "keys in the app state": {"app_state": KEYS},
    "keys in the traits": {"user": {"id": "u", "traits": KEYS, **KEYS}},
    "keys in a schema": {
        "assistant": {"available_actions": [{"name": "send", "inputSchema": SCHEMA}]}
    },
    "keys in options": {
        "assistant": {"available_actions": [{"name": "send", "options": KEYS}]}
    },
    "ten thousand keys": {"app_state": {f"k.{n}": n for n in range(10_000)}},
    "a double": {"app_state": {"n": 1e20, "most": 1.7976931348623157e308}},
    "a great integer": {"app_state": {"n": 2**64, "m": 10**40}},
    "NUL": {"app_state": {"a\x00": "b\x00"}, "user": {"id": "u\x00"}},
    "half a character": {"app_state": {"\ud83d": "\ude00"}},
    "not a number": {"app_state": {"n": float("nan"), "i": float("-inf")}},
    "an integer for an id": {"user": {"id": 7}},
    "a leap second": {"occurred_at": "2016-12-31T23:59:60Z"},
    "1970": {"occurred_at": "1970-01-01T00:00:00Z"},
    "far ahead": {"occurred_at": "2099-01-01T00:00:00Z"},
    "no time at all": {"occurred_at": {"seconds": 5}},
    "a long address": {"session": {"url": "https://x.example/" + "y" * 5000}},
    "a long browser": {"session": {"user_agent": "z" * 3000}},
    "languages": {"session": {"locale": "en-GB,en;q=0.9,de;q=0.8"}},
    "a zone of nowhere": {"session": {"timezone": "../../etc/passwd"}},
    "no address": {"user": {"id": "u", "email": "nonsense"}},
    "traits as a list": {"user": {"id": "u", "traits": [1, None]}},
    "a session as a text": {"session": "s-9"},
    "a state as a list": {"app_state": [1, 2]},
    "one bad action": {"assistant": {"available_actions": [{"name": "a"}, 5, {}]}},
    "an assistant as a text": {"assistant": "bot"},
}


async def test_every_row_reaches_people_with_the_users_words(
    stack: LocalStack, tenant: Tenant
) -> None:
    rows = {f"row-{n}": changes for n, changes in enumerate(ROWS.values())}
    records = []
    for number, (conversation, changes) in enumerate(rows.items()):
        event = tenant.said(f"e-{number}", conversation, **changes)
        if number % 2:
            records.append((tenant.lane(conversation), json.dumps(event).encode(), []))
        else:
            assert post(tenant, event) == 202
    await publish(stack.kafka, records)

    found = await escalations(tenant, len(rows))

    assert sorted(found) == sorted(rows)
    with tenant.http() as client:
        shown = {
            conversation: client.get(f"/escalator/v1/escalations/{number}").json()
            for conversation, number in found.items()
        }
    for conversation, packet in shown.items():
        assert packet["conversation"][-1]["text"] == STORY, rows[conversation]
    assert shown["row-0"]["app_state"] == KEYS
    assert shown["row-1"]["user"]["traits"] == KEYS
    assert shown["row-5"]["app_state"]["n"] == 1e20
    assert shown["row-10"]["user"]["id"] == "7"
    assert shown["row-12"]["conversation"][-1]["occurred_at_sent"].startswith("1970")

    async def mails() -> list[bytes]:
        return tenant.mails()

    arrived = await until(mails, enough=lambda all_: len(all_) >= len(rows), seconds=90)
    packets = [packet_of(parsed(mail)) for mail in arrived]
    assert {each["conversation_id"] for each in packets} == set(rows)
    (first,) = [each for each in packets if each["conversation_id"] == "row-0"]
    assert first["app_state"] == KEYS


def post(tenant: Tenant, event: dict[str, Any], key: str | None = None) -> int:
    # As JavaScript and Python write JSON: halves of characters, NaN.
    with tenant.http(key) as client:
        answer = client.post(
            "/resolver/v1/events",
            content=json.dumps(event).encode(),
            headers={"Content-Type": "application/json"},
        )
    return answer.status_code


async def escalations(tenant: Tenant, count: int) -> dict[str, str]:
    """Return the number of each conversation's escalation, once there are *count*."""

    async def look() -> dict[str, str]:
        with tenant.http() as client:
            answer = client.get("/escalator/v1/escalations", params={"limit": 200})
        items = answer.raise_for_status().json()["items"]
        return {each["conversation_id"]: each["number"] for each in items}

    return dict(await until(look, enough=lambda found: len(found) >= count, seconds=60))


def parsed(mail: bytes) -> Any:
    return email.message_from_bytes(mail, policy=email.policy.default)


async def test_files_alone_are_asked_about_and_told_of_everywhere(
    stack: LocalStack, tenant: Tenant
) -> None:
    evil = {"name": "evil", "url": "javascript:alert(1)"}
    said = {"role": "user", "text": None, "attachments": [FILE, evil]}

    assert post(tenant, tenant.said("f-1", "files", message=said)) == 202
    await said_back(stack, tenant, "f-1")
    assert post(tenant, tenant.said("f-2", "files", message=said)) == 202

    found = await escalations(tenant, 1)
    with tenant.http() as client:
        packet = client.get(f"/escalator/v1/escalations/{found['files']}").json()
    kept = packet["conversation"][0]["attachments"]
    assert kept[0] == FILE
    assert (kept[1]["name"], kept[1]["url"]) == ("evil", None)

    async def mails() -> list[bytes]:
        return tenant.mails()

    (mail,) = await until(mails, enough=bool)
    assert "error.png (image/png, 48 kB)" in text_of(parsed(mail))
    assert f'href="{FILE["url"]}"' in text_of(parsed(mail), "html")
    assert "javascript:" not in text_of(parsed(mail), "html")


async def said_back(stack: LocalStack, tenant: Tenant, event_id: str) -> dict[str, Any]:
    async def replies() -> list[dict[str, Any]]:
        found = await replies_of(stack, tenant)
        return [each for each in found if each["in_reply_to"] == event_id]

    (reply,) = await until(replies, enough=bool)
    return dict(reply)


@pytest.mark.parametrize("sign", ["❓", "😭", "🆘"])
async def test_a_sign_alone_is_answered(
    stack: LocalStack, tenant: Tenant, sign: str
) -> None:
    message = {"role": "user", "text": sign}

    assert post(tenant, tenant.said("s-1", "signs", message=message)) == 202

    reply = await said_back(stack, tenant, "s-1")
    assert reply["type"] == ("handoff" if sign == "🆘" else "question")


@pytest.mark.parametrize(
    "body",
    [
        {"context": {"flags": {"upload.v2": True}, **KEYS}},
        {"availableActions": [{"name": "send", "inputSchema": SCHEMA}]},
    ],
)
async def test_what_a_token_brings_is_carried_to_people(
    tenant: Tenant, body: dict[str, Any]
) -> None:
    with tenant.http() as client:
        answer = client.post("/resolver/v1/tokens", json={"endUserId": "u-7", **body})
    event = tenant.said("t-1", "token", app_state=None)

    assert post(tenant, event, answer.raise_for_status().json()["token"]) == 202

    found = await escalations(tenant, 1)
    with tenant.http() as client:
        packet = client.get(f"/escalator/v1/escalations/{found['token']}").json()
    assert packet["app_state"] == body.get("context")
    assert packet["user"]["id"] == "u-7"


async def test_what_was_mended_is_counted_where_it_was(tenant: Tenant) -> None:
    assert post(tenant, tenant.said("m-1", "m", user={"id": 7})) == 202
    time.sleep(0.1)

    with tenant.http() as client:
        metrics = client.get("/resolver/metrics").text
    line = 'handrail_event_fields_mended_total{done="read",field="user.id"'
    assert line in metrics
