"""The texts of the settings over HTTP: what can be told is taken, what cannot is named."""

import pytest

from tests.escalator.desk import Office

RULE = {"match": {"reason": ["no_match"]}, "texts": {"handoff": "By {expected_by}."}}


async def put(office: Office, key: str, body: dict):
    return await office.ask("PUT", "/v1/settings", key, json=body)


async def test_a_rule_is_stored_as_it_was_given():
    office = Office()
    key = await office.key()

    answer = await put(office, key, {"messages": {"rules": [RULE]}})

    assert answer.status_code == 200
    assert answer.json()["messages"]["rules"] == [RULE]
    assert (await put(office, key, answer.json())).status_code == 200


@pytest.mark.parametrize(
    ("rule", "field", "nearest"),
    [
        ({"mach": {}, "texts": {"saved": "x"}}, "mach", "match"),
        ({"match": {"raeson": "policy"}, "texts": {"saved": "x"}}, "match", "reason"),
        ({"match": {"reason": "polcy"}, "texts": {"saved": "x"}}, "match", "policy"),
        ({"match": {}, "texts": {"savd": "x"}}, "texts.savd", "saved"),
        ({"match": {}, "texts": {"saved": "{nmber}"}}, "texts.saved", "{number}"),
        ({"match": {}, "texts": {"saved": "{{number}}"}}, "texts.saved", None),
        ({"match": {}, "texts": {}}, "texts", None),
        ({"match": {}}, "texts", None),
        ({"match": {}, "texts": {"waiting": "x"}}, "texts.waiting", None),
    ],
)
async def test_a_mistake_in_a_rule_is_named(rule, field, nearest):
    office = Office()
    key = await office.key()

    answer = await put(office, key, {"messages": {"rules": [rule]}})

    assert answer.status_code == 422
    wrong = {each["field"]: each for each in answer.json()["errors"]}
    assert wrong[f"body.messages.rules.0.{field}"].get("nearest") == nearest


@pytest.mark.parametrize("wait", ["3s", "0s", "PT10S", "5m"])
async def test_the_wait_for_the_proof_is_set_and_given_back(wait):
    office = Office()
    key = await office.key()

    assert (await put(office, key, {"proof_wait": wait})).json()["proof_wait"] == wait
    kept = await put(office, key, {"action_timeout_seconds": 7})
    assert kept.json()["proof_wait"] == wait
    back = await put(office, key, {"proof_wait": None})
    assert back.json()["proof_wait"] is None


@pytest.mark.parametrize("wait", ["soon", 3, "6m", "-1s", "1w"])
async def test_a_wait_that_leaves_users_without_a_word_is_refused(wait):
    office = Office()
    key = await office.key()

    answer = await put(office, key, {"proof_wait": wait})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.proof_wait"
