"""Settings as versions: who, when, what, back again, and never over one another."""

import pytest

from services.escalator.administer.difference import Difference, differences
from tests.escalator.desk import Office

PATH = "/v1/settings"


async def put(office: Office, key: str, body, **headers):
    return await office.ask("PUT", PATH, key, json=body, headers=headers)


async def turned(office: Office, key: str, *turns: int) -> list[int]:
    """Change a setting some times; return the versions."""
    return [
        (await put(office, key, {"reasons": {"turn_limit": {"turns": each}}})).json()[
            "version"
        ]
        for each in turns
    ]


async def test_a_change_of_settings_that_were_read_before_another_is_refused():
    office = Office()
    key = await office.key()
    read = (await office.ask("GET", PATH, key)).headers["ETag"]
    changed = await put(
        office, key, {"action_timeout_seconds": 7}, **{"If-Match": read}
    )

    late = await put(office, key, {"action_timeout_seconds": 9}, **{"If-Match": read})

    assert changed.status_code == 200
    assert late.status_code == 412
    assert late.json()["reason"] == "changed_meanwhile"
    settings = await office.ask("GET", PATH, key)
    assert settings.json()["action_timeout_seconds"] == 7
    assert settings.headers["ETag"] == changed.headers["ETag"] != read


async def test_a_rival_between_reading_and_storing_is_noticed():
    office = Office()
    key = await office.key()
    read = (await office.ask("GET", PATH, key)).headers["ETag"]
    office.stored.rivals = 1

    answer = await put(office, key, {"action_timeout_seconds": 7}, **{"If-Match": read})

    assert answer.status_code == 412


@pytest.mark.parametrize("match", ["*", '"1", "{}"', '"{}"'])
async def test_any_of_the_named_versions_will_do(match):
    office = Office()
    key = await office.key()
    version = (await office.ask("GET", PATH, key)).json()["version"]

    answer = await put(
        office, key, {}, **{"If-Match": match.replace("{}", str(version))}
    )

    assert answer.status_code == 200


async def test_a_key_that_comes_is_no_change_of_the_settings():
    office = Office()
    key = await office.key()
    read = (await office.ask("GET", PATH, key)).headers["ETag"]

    await office.key()
    answer = await put(office, key, {"action_timeout_seconds": 7}, **{"If-Match": read})

    assert answer.status_code == 200
    versions = (await office.ask("GET", f"{PATH}/versions", key)).json()["items"]
    assert [each["version"] for each in versions] == [4, 1]


async def test_versions_say_who_made_them_and_what_they_changed():
    office = Office()
    key = await office.key()
    (first,) = await turned(office, key, 3)
    office.world.clock.forward(seconds=60)
    await put(office, key, {"routes": [{"name": "a", "destinations": ["team-mail"]}]})

    items = (await office.ask("GET", f"{PATH}/versions", key)).json()["items"]
    newest = await office.ask("GET", f"{PATH}/versions/{items[0]['version']}", key)
    older = await office.ask("GET", f"{PATH}/versions/{first}", key)

    assert [each["by"] and each["by"]["name"] for each in items] == [
        "test",
        "test",
        None,
    ]
    assert items[0]["by"]["kind"] == "key"
    assert items[0]["at"] > items[1]["at"]
    assert newest.json()["changes"] == [
        {"op": "replace", "path": "/routes/0/name", "old": "", "new": "a"},
        {
            "op": "replace",
            "path": "/routes/0/destinations/0",
            "old": "default",
            "new": "team-mail",
        },
    ]
    (change,) = older.json()["changes"]
    assert change["path"] == "/reasons/turn_limit/turns"
    assert change["new"] == older.json()["settings"]["reasons"]["turn_limit"]["turns"]
    assert "keys" not in newest.text


async def test_versions_come_in_pages_the_newest_first():
    office = Office()
    key = await office.key()
    made = await turned(office, key, 3, 4, 5, 6)
    found, cursor = [], ""

    while cursor is not None:
        query = f"limit=2&cursor={cursor}" if cursor else "limit=2"
        page = (await office.ask("GET", f"{PATH}/versions?{query}", key)).json()
        found += [each["version"] for each in page["items"]]
        cursor = page["next_cursor"]

    assert found == [*reversed(made), 1]


async def test_an_earlier_version_comes_back_as_a_new_one():
    office = Office()
    key = await office.key()
    first, second = await turned(office, key, 3, 4)

    answer = await office.ask("POST", f"{PATH}/versions/{first}/restore", key)

    assert answer.status_code == 200
    assert answer.json()["version"] == second + 1
    assert answer.json()["reasons"]["turn_limit"]["turns"] == 3
    assert office.table.get("acme").preferences.reasons.turn_limit.turns == 3
    newest = (await office.ask("GET", f"{PATH}/versions", key)).json()["items"][0]
    assert newest["restored"] == first
    shipped = await office.ask("POST", f"{PATH}/versions/1/restore", key)
    assert shipped.json()["reasons"]["turn_limit"]["turns"] == 8


async def test_a_restore_holds_to_if_match_and_to_destinations():
    office = Office()
    key = await office.key()
    read = (await office.ask("GET", PATH, key)).headers["ETag"]
    routes = [{"destinations": ["team-mail"]}]
    led = (await put(office, key, {"routes": routes})).json()["version"]
    await turned(office, key, 3)
    restore = f"{PATH}/versions/{led}/restore"

    late = await office.ask("POST", restore, key, headers={"If-Match": read})
    office.destinations.known.clear()
    gone = await office.ask("POST", restore, key)

    assert late.status_code == 412
    assert gone.status_code == 422
    assert gone.json()["errors"][0]["field"] == "body.routes.0.destinations.0"


async def test_a_version_that_there_is_not_is_not_found():
    office = Office()
    key = await office.key()

    for number in (2, 99):
        assert (
            await office.ask("GET", f"{PATH}/versions/{number}", key)
        ).status_code == 404


async def test_only_who_manages_may_restore():
    office = Office()
    await office.key()
    reader = await office.key("acme", "read")

    answer = await office.ask("POST", f"{PATH}/versions/2/restore", reader)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": True}, {"a": 1}, [("replace", "/a", True, 1)]),
        (
            {"a/b": [1, 2]},
            {"a/b": [1, 3, 4]},
            [("replace", "/a~1b/1", 2, 3), ("add", "/a~1b/2", None, 4)],
        ),
        ({"~": {"x": 1}}, {}, [("remove", "/~0", {"x": 1}, None)]),
        ({"a": {"b": None}}, {"a": {"b": []}}, [("replace", "/a/b", None, [])]),
    ],
)
def test_a_difference_is_named_by_its_pointer(old, new, found):
    assert list(differences(old, new)) == [Difference(*each) for each in found]
