"""`explain`: where a request would go and why, with nothing done."""

import pytest

from tests.escalator.desk import Office

SETTINGS = {
    "messages": {
        "rules": [{"match": {"tags": "billing"}, "texts": {"handoff": "Bill {number}"}}]
    },
    "routes": [
        {
            "name": "billing",
            "match": {"reason": ["action_failed"], "text": "(?i)refund"},
            "destinations": ["team-mail"],
            "fallback": ["default"],
            "priority": "high",
            "tags": ["billing"],
            "continue": True,
        },
        {"name": "pro", "match": {"user.traits.plan": "pro", "hours": "inside"}},
    ],
}
FACTS = {
    "reason": "action_failed",
    "text": "I want a refund",
    "user": {"id": "u-1", "traits": {"plan": "pro"}},
}


async def explained(facts, settings=SETTINGS):
    office = Office()
    key = await office.key()
    put = await office.ask("PUT", "/v1/settings", key, json=settings)
    assert put.status_code == 200
    answer = await office.ask("POST", "/v1/settings/explain", key, json=facts)
    return office, answer


async def test_each_route_that_matches_says_why():
    office, answer = await explained({**FACTS, "number": "ESC-7"})

    assert answer.json() == {
        "routes": [
            {
                "name": "billing",
                "because": "the reason is action_failed and the text matches (?i)refund",
            },
            {
                "name": "pro",
                "because": "user.traits.plan is pro and it is inside business hours",
            },
        ],
        "destinations": ["team-mail", "default"],
        "fallback": ["default"],
        "priority": "high",
        "tags": ["billing"],
        "handoff": "Bill ESC-7",
        "expected_by": None,
        "first_response_by": None,
        "patterns": [
            {
                "field": "routes.0.match.text",
                "pattern": "(?i)refund",
                "found": 0,
                "of": 0,
            }
        ],
    }
    assert not office.world.published
    assert not office.world.ledger.entries


@pytest.mark.parametrize(
    ("facts", "routes"),
    [
        ({"reason": "policy"}, ["default_route"]),
        ({**FACTS, "hours": "outside"}, ["billing"]),
        ({**FACTS, "user": None}, ["billing"]),
        ({}, ["default_route"]),
    ],
)
async def test_what_no_route_matches_takes_the_default_route(facts, routes):
    _, answer = await explained(facts)

    assert [each["name"] for each in answer.json()["routes"]] == routes


@pytest.mark.parametrize(
    ("facts", "field", "nearest"),
    [
        ({"raeson": "policy"}, "body.raeson", "reason"),
        ({"reason": "polcy"}, "body.reason", "policy"),
        ({"priority": "hihg"}, "body.priority", "high"),
        ({"hours": "never"}, "body.hours", None),
    ],
)
async def test_a_fact_that_there_is_not_is_refused(facts, field, nearest):
    _, answer = await explained(facts)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert answer.json()["errors"][0].get("nearest") == nearest


async def test_a_packet_as_it_was_opened_is_explained_as_it_was_decided():
    office, _ = await explained({})
    key = await office.key()
    office.world.apps.known["acme"] = office.table.get("acme")
    await office.world.say("e-1", "A refund, please", user=FACTS["user"])
    await office.world.leave_unresolved(
        "e-1", text="A refund, please", reason="action_failed"
    )
    packet = office.world.opened[0]

    answer = await office.ask("POST", "/v1/settings/explain", key, json=packet)

    found = answer.json()
    assert found["routes"][0] == {
        "name": "billing",
        "because": "the reason is action_failed and the text matches (?i)refund",
    }
    assert (found["priority"], found["tags"]) == (packet["priority"], packet["tags"])
    assert found["destinations"] == packet["destinations"]


async def test_the_settings_of_another_app_are_not_explained():
    _, answer = await explained({"app_id": "other"})

    assert answer.status_code == 403
