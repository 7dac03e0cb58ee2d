"""Keys, numbers and characters that others write never cost the user's words."""

import json
import sys

import orjson
import pytest

from tests.support.factories import STORY
from tests.untrusted.reading import read, said, with_state

KEYS = [
    "http.status_code", "$ref", "", "$where", "a.b.c", ".", "$", "__proto__",
    "constructor", "toString", "_id", "k" * 65_000, "🆘", "a\nb", "ключ",
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=lambda key: repr(key)[:20])
@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: {"deep": [x]}])
def test_any_key_is_kept_as_it_is(key, wrap):
    state = wrap({key: 1})

    event, notes = read(
        said(app_state=state, user={"id": "u", "traits": state, key: state})
    )

    assert event.app_state == state
    assert event.user.traits == state
    assert event.user.model_extra == {key: state}
    assert event.message.text == STORY
    assert notes == []


def test_ten_thousand_keys_are_kept():
    state = {f"flag.{number}": True for number in range(10_000)}

    event, notes = read(said(app_state=state))

    assert event.app_state == state
    assert notes == []


def test_a_schemas_own_words_are_kept_in_available_actions():
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {"e.mail": {"type": "string"}},
        "properties": {"to": {"$ref": "#/$defs/e.mail"}, "": {"type": "string"}},
    }
    actions = [{"name": "send", "inputSchema": schema}]

    event, notes = read(said(assistant={"available_actions": actions}))

    assert event.assistant.available_actions[0].inputSchema == schema
    assert notes == []


@pytest.mark.parametrize(
    ("key", "kept"),
    [("x\x00y", "x\ufffdy"), ("\x00", "\ufffd"), ("\ud83d", "\ufffd")],
)
def test_what_no_key_can_hold_is_replaced_in_it(key, kept):
    event, notes = read(said(app_state={key: 1, "other": 2}))

    assert event.app_state == {kept: 1, "other": 2}
    assert notes == ["app_state:replaced"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"a\\u0000b"', "a\ufffdb"),
        ('"cut in two \\ud83d"', "cut in two \ufffd"),
        ('"\\ude00 and the rest"', "\ufffd and the rest"),
        ('"whole \\ud83d\\ude00"', "whole 😀"),
        ('"two\nlines"', "two\nlines"),
    ],
)
def test_a_text_is_read_whatever_characters_it_holds(written, text):
    plain = json.dumps(said(message={"role": "user", "text": 0}))

    event, _ = read(plain.replace('"text": 0', f'"text": {written}').encode())

    assert event.message.text == text
    assert orjson.dumps(event.message.text)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1e20", 1e20),
        ("1.7976931348623157e308", sys.float_info.max),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", float(2**63)),
        ("18446744073709551615", float(2**64)),
        ("-9223372036854775809", -float(2**63)),
        ("1" + "0" * 40, 1e40),
        ("9" * 5000, sys.float_info.max),
        ("-" + "9" * 5000, -sys.float_info.max),
        ("1e999", sys.float_info.max),
        ("-1e999", -sys.float_info.max),
        ("NaN", None),
        ("Infinity", None),
        ("-0.0", 0.0),
        ("0.1234567890123456789", 0.12345678901234568),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_number_of_any_size_is_worked(written, number):
    event, _ = read(with_state(f'"app_state": {{"n": {written}, "after": [1]}}'))

    assert event.app_state == {"n": number, "after": [1]}
    assert orjson.loads(orjson.dumps(event.app_state)) == event.app_state


def test_a_key_named_twice_counts_as_it_was_named_last():
    event, _ = read(with_state('"app_state": {"a": 1, "b": {"c": 1, "c": 2}, "a": 3}'))

    assert event.app_state == {"a": 3, "b": {"c": 2}}


@pytest.mark.parametrize("levels", [63, 64, 100, 1_000, 1_100, 100_000])
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"k":', "}")])
def test_what_is_nested_too_deep_is_cut_and_the_rest_kept(levels, opens, closes):
    nested = opens * levels + "1" + closes * levels

    event, notes = read(with_state(f'"app_state": {{"a": {nested}, "b": "]}}[{{"}}'))

    assert event.app_state["b"] == "]}[{"
    assert event.message.text == STORY
    assert bool(notes) is (levels > 62)
    assert orjson.loads(orjson.dumps(event.app_state)) == event.app_state


def test_a_state_written_as_a_text_is_bounded_like_any_other():
    inner = '{"a":' + "[" * 5000 + "]" * 5000 + ',"n":1e999,"t":"\\u0000"}'

    event, notes = read(said(app_state=inner))

    assert event.app_state["n"] == sys.float_info.max
    assert event.app_state["t"] == "\ufffd"
    assert "app_state:read" in notes
