"""`GET /v1/promises`: what users were told, and how it ended."""

from typing import Any

import pytest

from tests.escalator.desk import Office

TARGETS = [{"match": {}, "first_response": "4h", "clock": "wall"}]


async def told(office: Office) -> dict[str, Any]:
    office.world.prefer(targets=TARGETS)
    packet = await office.world.escalate()
    await office.world.wait(3)
    return packet


async def test_the_promises_of_an_escalation_are_listed_in_the_order_they_were_told():
    office = Office()
    key = await office.key()
    packet = await told(office)
    for _ in range(2):
        await office.world.wait(4 * 3600)

    by_id = await office.ask(
        "GET", f"/v1/promises?escalation_id={packet['escalation_id']}", key
    )
    by_number = await office.ask(
        "GET", f"/v1/promises?escalation_id={packet['number']}", key
    )

    first, second = by_id.json()["items"]
    assert by_number.json() == by_id.json()
    assert first["kind"] == "first_response"
    assert first["promised_at"] == "2026-11-22T10:00:03Z"
    assert first["due_at"] == "2026-11-22T13:59:59Z"
    assert first["told_text"] == office.world.replies[0]["text"]
    assert (first["state"], second["state"]) == ("rescheduled", "open")
    assert (first["settled_because"], second["settled_because"]) == ("missed", None)


async def test_a_page_leads_to_the_next():
    office = Office()
    key = await office.key()
    await told(office)
    for _ in range(2):
        await office.world.wait(4 * 3600)

    first = (await office.ask("GET", "/v1/promises?limit=1", key)).json()
    cursor = first["next_cursor"]
    second = (
        await office.ask("GET", f"/v1/promises?limit=1&cursor={cursor}", key)
    ).json()

    assert [each["state"] for each in first["items"]] == ["rescheduled"]
    assert [each["state"] for each in second["items"]] == ["open"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "status", "nearest"),
    [
        ("escalation=x", 422, "escalation_id"),
        ("state=kepd", 422, "kept"),
        ("cursor=nonsense", 400, ""),
        ("limit=201", 422, ""),
    ],
)
async def test_what_is_not_known_is_refused(query, status, nearest):
    office = Office()
    key = await office.key()

    answer = await office.ask("GET", f"/v1/promises?{query}", key)

    assert answer.status_code == status
    assert nearest in answer.text


async def test_another_app_sees_none_of_them():
    office = Office()
    packet = await told(office)
    other = await office.key("other")

    answer = await office.ask(
        "GET", f"/v1/promises?escalation_id={packet['escalation_id']}", other
    )

    assert answer.json()["items"] == []
