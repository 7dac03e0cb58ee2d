"""Wrong types beside the words, in every field that there is or will be."""

from typing import Any

import orjson
import pytest

from shared.errors import Permanent
from shared.events import CONVERSATION_EVENT
from tests.support.factories import STORY
from tests.untrusted.reading import read, said

JUNK: list[Any] = [
    None, True, 0, -1, 1e300, "", "x", "\x00", "x" * 200_000, [], [None], [[1]], {},
    {"": {"$a.b": "\x00"}}, ["a", 1, {}],
]  # fmt: skip
NEEDED = {"app_id", "event_id", "conversation_id", "type", "message"}


def fields_of(event: str) -> list[tuple[str, ...]]:
    """Return the path of every field in the published schema of *event*."""
    schema = CONVERSATION_EVENT.json_schema()
    known = schema["$defs"]

    def within(spec: dict[str, Any], path: tuple[str, ...]) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = [path] if path else []
        for each in [spec, *spec.get("anyOf", [])]:
            name = each.get("$ref", "").rpartition("/")[2]
            for field, inner in known.get(name, {}).get("properties", {}).items():
                found += within(inner, (*path, field))
        return found

    return within({"$ref": f"#/$defs/{event}"}, ())


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in fields_of("MessageReceived")
        if path[0] not in NEEDED or path[1:2] == ("attachments",)
    ],
    ids=".".join,
)
@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:16])
def test_no_value_of_any_optional_field_costs_the_message(path, junk):
    event = said()
    place = event
    for name in path[:-1]:
        place[name] = dict(place.get(name) or {})
        place = place[name]
    place[path[-1]] = junk

    found, _ = read(event)

    assert found.message.text == STORY
    assert found.message.role == "user"


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:16])
@pytest.mark.parametrize("field", ["text", "user", "session", "app_state", "assistant"])
def test_nothing_beside_a_pressed_button_costs_the_person(field, junk):
    pressed = {**said(), "type": "handoff_requested", field: junk}

    found, _ = read(pressed)

    assert found.type == "handoff_requested"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (42, "42"),
        (1.5, "1.5"),
        (False, "false"),
        (["Hello", "there"], "Hello\nthere"),
        ([{"type": "text", "text": "Hi"}, {"type": "image", "url": "x"}], "Hi"),
        ({"text": "Hi"}, "Hi"),
        ("", ""),
    ],
)
def test_a_text_that_is_no_string_is_read(sent, text):
    event, _ = read(said(message={"role": "user", "text": sent}))

    assert event.message.text == text


@pytest.mark.parametrize("sign", ["x", "é", "👩‍👩‍👧", "e\u0301"])
def test_a_text_over_the_limit_is_cut_between_signs_with_a_mark(sign):
    event, notes = read(
        orjson.dumps(
            said(message={"role": "user", "text": sign * (100_001 // len(sign) + 1)})
        )
    )

    text = event.message.text
    assert len(text) <= 100_000
    assert len(text) > 100_000 - 20
    assert text.endswith(sign + " […]")
    assert notes == ["message.text:cut"]


def test_one_bad_action_among_good_ones_is_set_aside():
    actions = [
        {"name": "a", "description": "x" * 9000},
        {"description": "nameless"},
        {"name": "b", "inputSchema": [], "options": "none"},
        "c",
        {"name": "d" * 300},
        {"name": "e", "approvalRequired": "perhaps"},
    ]

    event, notes = read(said(assistant={"available_actions": actions}))

    kept = event.assistant.available_actions
    assert [each.name for each in kept] == ["a", "b", "e"]
    assert kept[2].approvalRequired is True
    assert "assistant.available_actions:set_aside" in notes


def test_a_thousand_actions_too_many_are_left_out():
    actions = [{"name": f"a{number}"} for number in range(1200)]

    event, notes = read(said(assistant={"available_actions": actions}))

    assert len(event.assistant.available_actions) == 1000
    assert notes == ["assistant.available_actions:cut"]


@pytest.mark.parametrize("name", ["event_id", "conversation_id"])
def test_the_ids_of_an_event_may_be_numbers_or_long(name):
    number, _ = read(said(**{name: 42}))
    long, _ = read(said(**{name: "x" * 1000}))

    assert getattr(number, name) == "42"
    assert len(getattr(long, name)) <= 256


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"call_id": 5, "error": {"code": 1}}, '{"code": 1}'),
        ({"call_id": "c", "error": "x" * 100_001}, "x" * 99_999 + "…"),
        ({"call_id": "c", "error": ["a", "b"]}, "a\nb"),
    ],
)
def test_a_result_tells_its_error_in_words(changes, kept):
    sent = {**said(), "type": "action_result", "status": "failed", **changes}

    event, _ = read(sent)

    assert event.error == kept


@pytest.mark.parametrize(
    "email",
    ["nonsense", "", None, 5, {"a": 1}, "a@b..c", "a@-b.c", "a@b-.c", "a@.b", "a@b."],
)
def test_a_contact_that_is_no_address_is_refused(email):
    sent = {**said(), "type": "contact", "email": email}

    with pytest.raises(Permanent) as caught:
        read(sent)

    assert caught.value.reason == "invalid"


@pytest.mark.parametrize("email", ["a@b", "a@b-c.de", "ünï@exämple.de", "a@[1.2.3.4]"])
def test_a_contact_that_may_be_an_address_is_taken(email):
    event, _ = read({**said(), "type": "contact", "email": email})

    assert event.email == email


@pytest.mark.parametrize("status", ["Failed", "success", 5, {"a": 1}])
def test_a_value_that_cannot_be_read_is_not_said_to_be_missing(status):
    sent = {**said(), "type": "action_result", "call_id": "k", "status": status}

    with pytest.raises(Permanent, match="Input should be 'succeeded'"):
        read(sent)


def test_an_id_that_is_our_own_is_no_conversation_of_a_user():
    with pytest.raises(Permanent, match="our own"):
        read(said(conversation_id="handrail:held"))
