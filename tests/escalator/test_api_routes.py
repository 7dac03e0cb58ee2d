"""What a route may look for: nothing that there can never be."""

import pytest

from tests.escalator.desk import Office


async def put(match):
    office = Office()
    key = await office.key()
    routes = [{"match": match, "destinations": ["default"]}]
    return await office.ask("PUT", "/v1/settings", key, json={"routes": routes})


@pytest.mark.parametrize(
    ("match", "nearest"),
    [
        ({"reason": []}, None),
        ({"user": "u-7"}, None),
        ({"user": {}}, None),
        ({"user.": "x"}, None),
        ({"user..plan": "x"}, None),
        ({"app_state.": 1}, None),
        ({"user.traits.plan": []}, None),
        ({"user.trait.plan": "pro"}, "traits"),
        ({"user": {"trait": {"plan": "pro"}}}, "traits"),
        ({"user.emial": "a@b.test"}, "email"),
        ({"session.urll": "x"}, "url"),
        ({"session.time_zone": "UTC"}, "timezone"),
    ],
)
async def test_a_match_that_nothing_can_ever_be_is_refused(match, nearest):
    answer = await put(match)

    assert answer.status_code == 422
    (wrong,) = answer.json()["errors"]
    assert wrong["field"] == "body.routes.0.match"
    assert wrong.get("nearest") == nearest


@pytest.mark.parametrize(
    "match",
    [
        {},
        {"reason": ["policy", "no_match"]},
        {"user.traits.plan": ["pro", "team"]},
        {"user": {"traits": {"plan": "pro"}}},
        {"user.company": "Acme"},
        {"session": {"url": "https://a.example/"}, "session.id": "s"},
        {"app_state.last_request.status": 500},
        {"app_state.email_": None},
    ],
)
async def test_a_match_that_something_may_be_is_taken(match):
    answer = await put(match)

    assert answer.status_code == 200
    assert answer.json()["routes"][0]["match"] == match
