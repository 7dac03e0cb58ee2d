"""A request without a chat before it: one escalation per key, told like any other."""

from typing import Any

import httpx
import pytest

from shared import topics
from tests.escalator.desk import Office

BODY = {
    "text": "The invoice of May is wrong",
    "user": {"id": "u-7", "name": "Ana", "email": "ana@example.com"},
    "app_state": {"route": "/billing"},
}


async def ask(
    office: Office, key: str, *, idempotency: str = "", **more: Any
) -> httpx.Response:
    headers = {"Idempotency-Key": idempotency} if idempotency else {}
    body = {**BODY, **more}
    return await office.ask("POST", "/v1/escalations", key, json=body, headers=headers)


async def test_a_request_without_a_chat_reaches_people_with_its_context():
    office = Office()
    key = await office.key("acme", "ingest")

    answer = await ask(office, key)

    item, packet = answer.json(), office.world.opened[0]
    assert answer.status_code == 201
    assert item["number"] == "ESC-1001"
    assert item["escalation_id"] == packet["escalation_id"]
    assert packet["reason"] == "asked_for_person"
    assert packet["user"]["email"] == "ana@example.com"
    assert packet["app_state"] == {"route": "/billing"}
    said = [(each["role"], each["text"]) for each in packet["conversation"]]
    assert said == [("user", BODY["text"])]
    assert packet["summary"] == BODY["text"]


async def test_its_user_is_told_in_the_conversation_that_was_derived():
    office = Office()
    key = await office.key("acme", "manage")
    item = (await ask(office, key)).json()
    office.world.conversation_id = item["conversation_id"]

    await office.world.feed(office.world.of_delivered(office.world.requests[0]))

    (reply,) = office.world.on(topics.CONVERSATION_REPLIES)
    assert (reply["type"], reply["status"]) == ("handoff", "delivered")
    assert reply["conversation_id"] == item["conversation_id"]


async def test_the_same_key_is_one_escalation():
    office = Office()
    key = await office.key("acme", "ingest")

    first = await ask(office, key, idempotency="form-1")
    again = await ask(office, key, idempotency="form-1")
    other = await ask(office, key, idempotency="form-2")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["escalation_id"] == again.json()["escalation_id"]
    assert other.json()["escalation_id"] != first.json()["escalation_id"]
    assert len(office.world.opened) == 2


async def test_a_key_of_another_conversation_is_no_new_escalation():
    office = Office()
    key = await office.key("acme", "ingest")
    await ask(office, key, idempotency="form-1", conversation_id="c-1")

    answer = await ask(office, key, idempotency="form-1", conversation_id="c-2")

    assert answer.status_code == 409
    assert len(office.world.opened) == 1


async def test_what_people_have_of_the_conversation_gets_it_as_a_message():
    office = Office()
    key = await office.key("acme", "ingest")
    first = await ask(office, key, conversation_id="c-1")
    office.world.conversation_id = "c-1"
    await office.world.feed(office.world.of_delivered(office.world.requests[0]))

    again = await ask(office, key, conversation_id="c-1", text="And that of June")

    assert again.status_code == 201
    assert again.json()["escalation_id"] == first.json()["escalation_id"]
    assert len(office.world.opened) == 1
    assert office.world.requests[-1]["text"] == "And that of June"


async def test_its_priority_is_what_it_came_with():
    office = Office()
    key = await office.key("acme", "ingest")

    item = (await ask(office, key, priority="urgent")).json()

    assert item["priority"] == "urgent"
    assert office.world.opened[0]["priority"] == "urgent"
    assert office.world.opened[0]["priority_before"] == "urgent"


async def test_the_priority_it_came_with_is_a_fact_of_its_routes():
    office = Office()
    key = await office.key()
    routes = [{"name": "now", "match": {"priority": "urgent"}, "tags": ["now"]}]
    await office.ask("PUT", "/v1/settings", key, json={"routes": routes})
    office.world.apps.known["acme"] = office.table.get("acme")

    item = (await ask(office, key, priority="urgent")).json()

    assert (item["route"], item["tags"]) == ("now", ["now"])


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"text": " "}, id="no words"),
        pytest.param({"usr": {}}, id="a field that nothing reads"),
        pytest.param({"priority": "now"}, id="no priority"),
        pytest.param({"user": {"name": "Ana"}}, id="a user without an id"),
    ],
)
async def test_what_cannot_be_asked_is_refused(more):
    office = Office()
    key = await office.key("acme", "ingest")

    assert (await ask(office, key, **more)).status_code == 422


async def test_who_may_only_read_may_not_ask():
    office = Office()
    key = await office.key("acme", "read")

    assert (await ask(office, key)).status_code == 403
    assert (await ask(office, key, app_id="other")).status_code == 403


async def test_another_apps_body_is_refused():
    office = Office()
    key = await office.key("acme", "ingest")

    assert (await ask(office, key, app_id="other")).status_code == 403
