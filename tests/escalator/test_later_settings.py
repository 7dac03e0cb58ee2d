"""An app's settings that version N+1 wrote, changed and published by N, are still whole."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from services.escalator.repository.unread import carry_over
from tests.escalator.desk import Office
from tests.support.later import LATER, later_fields

FREE = {"match", "week"}
"""Objects whose every field is the app's own."""
TOPIC = {"name": "legal", "phrases": ["lawsuit*"]}


def with_later(value: Any, name: str = "") -> Any:
    if isinstance(value, list):
        return [with_later(each) for each in value]
    if not isinstance(value, dict) or name in FREE:
        return value
    row = {key: with_later(each, key) for key, each in value.items()}
    return {**row, LATER: {"at": name, "deep": [1, {"x": None}]}}


async def upgraded() -> tuple[Office, str]:
    """Return a desk whose app N+1 wrote last, and a key of it."""
    office = Office()
    key = await office.key()
    topics = {"reasons": {"policy": {"topics": [TOPIC]}}}
    (await office.ask("PUT", "/v1/settings", key, json=topics)).raise_for_status()
    row = office.stored.rows["acme"]
    text = orjson.dumps(with_later(orjson.loads(row.text))).decode()
    office.stored.rows["acme"] = replace(row, text=text)
    return office, key


def later_of(office: Office) -> dict[str, Any]:
    return later_fields(orjson.loads(office.stored.rows["acme"].text))


@pytest.mark.parametrize(
    "change",
    [
        {"action_timeout_seconds": 7},
        {"messages": {"handoff": "A person will write to you."}},
        {"routes": [{"destinations": ["team-mail"]}, {"destinations": ["default"]}]},
        {"thresholds": {"action": 0.9}},
        {"reasons": {"turn_limit": {"turns": 3}}},
        {"reasons": {"policy": {"enabled": False, "topics": [TOPIC]}}},
        {"replies": {"greeting": "Hello."}},
    ],
)
async def test_each_unknown_field_stays_at_every_depth_through_a_change(change):
    office, key = await upgraded()
    before = later_of(office)

    answer = await office.ask("PUT", "/v1/settings", key, json=change)

    after = later_of(office)
    moved = ".preferences.routes[0]", ".preferences.routes[1]"
    assert answer.status_code == 200
    assert LATER not in answer.text
    assert len(before) > 15
    if "routes" in change:  # what was the first one is the second one now
        before[moved[1]] = before.pop(moved[0])
    assert after == before
    published = office.publisher.published[-1]
    assert later_fields(orjson.loads(published.value)) == after


async def test_what_is_read_and_written_back_takes_nothing_out():
    office, key = await upgraded()
    before = later_of(office)

    settings = (await office.ask("GET", "/v1/settings", key)).json()
    answer = await office.ask("PUT", "/v1/settings", key, json=settings)

    assert answer.status_code == 200
    assert later_of(office) == before


async def test_a_key_that_comes_and_goes_leaves_the_others_whole():
    office, _ = await upgraded()
    before = later_of(office)

    made = await office.as_operator(
        "POST", "/v1/apps/acme/keys", json={"scopes": ["read"], "label": "second"}
    )
    key_id = made.json()["key_id"]
    between = later_of(office)
    await office.as_operator("DELETE", f"/v1/apps/acme/keys/{key_id}")

    assert between == before
    assert later_of(office) == before


async def test_a_deleted_app_leaves_nothing_unknown_behind():
    office, _ = await upgraded()

    await office.as_operator("DELETE", "/v1/apps/acme")

    assert later_of(office) == {}
    assert later_fields(orjson.loads(office.publisher.published[-1].value)) == {}


async def test_publishing_again_publishes_the_unknown_fields_too():
    office, _ = await upgraded()

    await office.administration.republish(everything=True)
    office.table.apply(b"acme", None)  # the topic was lost with its broker
    await office.administration.republish(everything=True)

    published = orjson.loads(office.publisher.published[-1].value)
    assert later_fields(published) == later_of(office)


async def test_nothing_of_an_app_that_was_changed_stays_in_memory():
    office = Office()

    for app_id in ("acme", "beta", "gamma"):
        await office.key(app_id)

    assert len(office.administration._locks) == 0


def test_equal_items_keep_what_is_their_own_each():
    before = [{"a": 1, "x": "first"}, {"a": 1, "x": "second"}, {"a": 2, "x": "third"}]
    read = [{"a": 1}, {"a": 1}, {"a": 2}]

    after = carry_over(before, read, [{"a": 2}, {"a": 1}, {"a": 3}])

    assert after == [{"a": 2, "x": "third"}, {"a": 1, "x": "first"}, {"a": 3}]
