"""Apps and keys: the operator's routes."""

import hashlib

import orjson
import pytest

from tests.escalator.desk import Office


async def test_an_app_is_made_once_and_published_before_the_answer():
    office = Office()

    first = await office.as_operator(
        "POST", "/v1/apps", json={"app_id": "acme", "name": "Acme"}
    )
    again = await office.as_operator(
        "POST", "/v1/apps", json={"app_id": "acme", "name": "Other"}
    )

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["name"] == again.json()["name"] == "Acme"
    (record,) = office.publisher.published
    assert record.topic == "app.settings"
    assert record.key == b"acme"
    (route,) = orjson.loads(record.value)["preferences"]["routes"]
    assert (route["match"], route["destinations"]) == ({}, ["default"])
    assert route["continue"] is False


@pytest.mark.parametrize("credential", ["", "wrong", "hr_x.y"])
async def test_only_the_operator_makes_apps(credential):
    office = Office()

    answer = await office.ask("POST", "/v1/apps", credential, json={"app_id": "a"})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "app_id", ["", "a:b", "a b", "a/b", "$a", "x" * 65, "a\n", ".", ".."]
)
async def test_an_app_id_that_would_break_a_key_or_an_address_is_refused(app_id):
    office = Office()

    answer = await office.as_operator("POST", "/v1/apps", json={"app_id": app_id})

    assert answer.status_code == 422
    assert office.stored.rows == {}


async def test_a_key_is_shown_once_and_stored_as_a_hash():
    office = Office()
    await office.as_operator("POST", "/v1/apps", json={"app_id": "acme"})

    made = await office.as_operator(
        "POST", "/v1/apps/acme/keys", json={"scopes": ["read"], "label": "inbox"}
    )

    key = made.json()["key"]
    key_id, _, secret = key.removeprefix("hr_").partition(".")
    assert made.status_code == 201
    assert made.json()["key_id"] == key_id
    assert made.json()["scopes"] == ["read"]
    stored = office.stored.rows["acme"].settings.keys[0]
    assert stored.hash == hashlib.sha256(secret.encode()).hexdigest()
    assert all(secret.encode() not in each.value for each in office.publisher.published)
    listed = await office.as_operator("GET", "/v1/apps/acme/keys")
    assert secret not in listed.text
    assert [each["label"] for each in listed.json()["items"]] == ["inbox"]


async def test_a_revoked_key_is_worthless_at_once():
    office = Office()
    key = await office.key()
    assert (await office.ask("GET", "/v1/settings", key)).status_code == 200
    key_id = office.stored.rows["acme"].settings.keys[0].key_id

    gone = await office.as_operator("DELETE", f"/v1/apps/acme/keys/{key_id}")

    assert gone.status_code == 204
    assert (await office.ask("GET", "/v1/settings", key)).status_code == 401
    again = await office.as_operator("DELETE", f"/v1/apps/acme/keys/{key_id}")
    assert again.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": ["read"], "label": "a\nb"},
    ],
)
async def test_a_key_without_sensible_scopes_is_refused(body):
    office = Office()
    await office.as_operator("POST", "/v1/apps", json={"app_id": "acme"})

    answer = await office.as_operator("POST", "/v1/apps/acme/keys", json=body)

    assert answer.status_code == 422


async def test_keys_of_an_unknown_app_are_not_found():
    office = Office()

    for method in ("GET", "POST"):
        answer = await office.as_operator(
            method, "/v1/apps/nobody/keys", json={"scopes": ["read"]}
        )
        assert answer.status_code == 404


async def test_a_deleted_app_loses_its_keys_and_may_begin_anew():
    office = Office()
    key = await office.key()

    assert (await office.as_operator("DELETE", "/v1/apps/acme")).status_code == 204
    assert (await office.ask("GET", "/v1/settings", key)).status_code == 401
    assert (await office.as_operator("DELETE", "/v1/apps/acme")).status_code == 404
    assert (await office.as_operator("GET", "/v1/apps")).json()["items"] == []
    assert office.table.get("acme").status == "deleted"

    anew = await office.as_operator("POST", "/v1/apps", json={"app_id": "acme"})

    made = office.stored.rows["acme"].settings
    assert anew.status_code == 201
    assert made.created_at == made.updated_at
    assert office.table.get("acme").status == "active"
    assert office.table.get("acme").keys == []


async def test_apps_are_listed_in_pages():
    office = Office()
    for name in ("c", "a", "b"):
        await office.as_operator("POST", "/v1/apps", json={"app_id": name})

    first = (await office.as_operator("GET", "/v1/apps?limit=2")).json()
    cursor = first["next_cursor"]
    second = (await office.as_operator("GET", f"/v1/apps?cursor={cursor}")).json()

    assert [each["app_id"] for each in first["items"]] == ["a", "b"]
    assert [each["app_id"] for each in second["items"]] == ["c"]
    assert second["next_cursor"] is None


async def test_keys_are_listed_by_label_in_pages():
    office = Office()
    await office.as_operator("POST", "/v1/apps", json={"app_id": "acme"})
    path = "/v1/apps/acme/keys"
    for label in ("c", "a", "b", "a"):
        body = {"scopes": ["read"], "label": label}
        await office.as_operator("POST", path, json=body)

    first = (await office.as_operator("GET", f"{path}?limit=3")).json()
    cursor = first["next_cursor"]
    second = (await office.as_operator("GET", f"{path}?cursor={cursor}")).json()

    assert [each["label"] for each in first["items"]] == ["a", "a", "b"]
    assert [each["label"] for each in second["items"]] == ["c"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=201", 422), ("cursor=garbage", 400), ("cursor=WzEsMiwzXQ", 200)],
    ids=["too many", "no cursor", "a cursor of another list"],
)
async def test_a_wrong_page_of_keys_is_no_internal_error(query, status):
    office = Office()
    await office.key()

    answer = await office.as_operator("GET", f"/v1/apps/acme/keys?{query}")

    assert answer.status_code == status


async def test_a_change_that_could_not_be_published_is_no_success_and_no_secret():
    office = Office()
    office.publisher.failures = 1

    refused = await office.as_operator("POST", "/v1/apps", json={"app_id": "acme"})
    assert refused.status_code == 503
    assert office.table.get("acme") is None

    assert await office.administration.republish() == 1
    assert office.table.get("acme") is not None
    assert await office.administration.republish() == 0


async def test_asking_again_after_a_failed_publish_publishes():
    office = Office()
    office.publisher.failures = 1
    await office.as_operator("POST", "/v1/apps", json={"app_id": "acme"})

    again = await office.as_operator("POST", "/v1/apps", json={"app_id": "acme"})

    assert again.status_code == 200
    assert office.table.get("acme") is not None


async def test_the_start_publishes_again_what_the_topic_has_lost():
    office = Office()
    await office.key("a")
    await office.key("b")

    assert await office.administration.republish(everything=True) == 0
    del office.table._apps["a"]
    assert await office.administration.republish(everything=True) == 1
    assert office.table.get("a") is not None


async def test_a_change_beside_a_rival_is_made_on_top_of_the_rivals():
    office = Office()
    key = await office.key()
    version = office.stored.rows["acme"].settings.version
    office.stored.rivals = 2

    answer = await office.ask(
        "PUT", "/v1/settings", key, json={"action_timeout_seconds": 7}
    )

    assert answer.json()["version"] == version + 3
    assert office.table.get("acme").preferences.action_timeout_seconds == 7


async def test_the_last_record_of_an_app_is_always_its_newest_version():
    office = Office()
    await office.key()
    office.publisher.failures = 1
    await office.as_operator("DELETE", "/v1/apps/acme")
    await office.administration.republish()

    last = orjson.loads(office.publisher.published[-1].value)

    assert last["version"] == office.stored.rows["acme"].settings.version
    assert last["status"] == "deleted"
