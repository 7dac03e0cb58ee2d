"""`/v1/users`: an erasure is asked for once, by those who may."""

import orjson
import pytest

from shared.topics.catalogue import (
    ALL_SERVICES,
)
from tests.escalator.desk import Office

PATH = "/v1/users/u%2F7/erase"
RECEIPT = "/v1/users/u%2F7/erasure"


def requests(office: Office) -> list[dict]:
    return [
        orjson.loads(each.value)
        for each in office.publisher.published
        if each.topic == "user.erasure-requested"
    ]


def finish(office: Office) -> None:
    for row in office.receipts.rows.values():
        done = {"at": office.world.clock.now(), "counts": {"x": 1}, "destinations": []}
        row["services"] = dict.fromkeys(ALL_SERVICES, done)


async def test_an_erasure_names_the_user_and_what_is_known_of_them():
    office = Office()
    key = await office.key("acme", "manage")
    office.conversations.known["acme", "u/7"] = {"acme:c-1", "acme:c-2"}

    answer = await office.ask("POST", PATH, key)

    assert answer.status_code == 202
    (request,) = requests(office)
    assert request["user_id"] == "u/7"
    assert request["conversation_ids"] == ["c-1", "c-2"]
    assert answer.json()["state"] == "running"
    assert answer.json()["erasure_id"] == request["erasure_id"]


async def test_a_repeat_is_the_same_erasure_until_the_user_comes_back():
    office = Office()
    key = await office.key("acme", "manage")
    first = (await office.ask("POST", PATH, key)).json()
    assert (await office.ask("POST", PATH, key)).json() == first
    finish(office)

    again = (await office.ask("POST", PATH, key)).json()
    office.conversations.known["acme", "u/7"] = {"acme:c-9"}
    later = (await office.ask("POST", PATH, key)).json()

    assert (again["erasure_id"], again["state"]) == (first["erasure_id"], "done")
    assert later["erasure_id"] != first["erasure_id"]
    assert (await office.ask("GET", RECEIPT, key)).json() == later


async def test_a_receipt_says_where_records_stay_and_until_when():
    office = Office()
    key = await office.key("acme", "manage")

    receipt = (await office.ask("POST", PATH, key)).json()

    topics = [each["topic"] for each in receipt["remains"]]
    assert "conversation.events" in topics
    assert "escalation.opened.dead-letter" in topics
    assert "app.settings" not in topics
    assert all(each["until"] > receipt["requested_at"] for each in receipt["remains"])


@pytest.mark.parametrize("scope", ["read", "ingest"])
async def test_only_who_manages_the_app_may_erase(scope):
    office = Office()

    answer = await office.ask("POST", PATH, await office.key("acme", scope))

    assert answer.status_code == 403
    assert requests(office) == []


async def test_the_operator_says_whose_user_and_a_key_has_no_choice():
    office = Office()
    key = await office.key("acme", "manage")

    assert (await office.as_operator("POST", PATH)).status_code == 422
    named = await office.as_operator("POST", f"{PATH}?app_id=acme")
    foreign = await office.ask("POST", f"{PATH}?app_id=other", key)

    assert (named.status_code, named.json()["app_id"]) == (202, "acme")
    assert foreign.status_code == 403


async def test_a_user_that_nobody_asked_to_erase_has_no_receipt():
    office = Office()

    answer = await office.ask("GET", RECEIPT, await office.key("acme", "manage"))

    assert answer.status_code == 404
